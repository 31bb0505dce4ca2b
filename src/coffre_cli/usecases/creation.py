"""Making a vault."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coffre_cli.access.recovery import write_code
from coffre_cli.access.strength import judge_password
from coffre_cli.crypto.canonical import Json
from coffre_cli.crypto.kdf import DEFAULT_ARGON2, Argon2Parameters
from coffre_cli.crypto.secret import Secret
from coffre_cli.model import Remark
from coffre_cli.usecases.errors import PlaceTakenError
from coffre_cli.vault.create import NewVault, create_vault
from coffre_cli.vault.parts import Surroundings
from coffre_cli.vault.places import Places, place_for, remember_place


@dataclass(frozen=True, slots=True)
class Wanted:
    """The vault that a person asks for."""

    name: str
    folder: Path | None
    """Where; None for the default place."""
    password: Secret
    state: dict[str, Json]
    """Quota, term and the like: the first state of the vault's record."""
    argon2: Argon2Parameters = DEFAULT_ARGON2


@dataclass(frozen=True, slots=True)
class Made:
    """The vault that was made."""

    name: str
    folder: Path
    vault_id: bytes
    recovery_code: str
    """Told once, kept nowhere."""
    remarks: tuple[Remark, ...]


def create(wanted: Wanted, places: Places, around: Surroundings) -> Made:
    """Make the vault that is *wanted*.

    Raises:
        VaultExistsError: Its name is taken.
        PlaceTakenError: Something is in its folder.
        PasswordTooWeakError: The password is refused.
    """
    folder = place_for(places, wanted.name, wanted.folder)
    if wanted.folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PlaceTakenError(path=folder)
    strength = judge_password(wanted.password.reveal().decode(), (wanted.name, Path.home().name))
    new = NewVault(wanted.name, folder, wanted.password, wanted.argon2)
    created = create_vault(new, around, wanted.state)
    remember_place(places, created.descriptor.name, folder)
    code = write_code(created.recovery_code)
    return Made(created.descriptor.name, folder, created.descriptor.vault_id, code, strength.remarks)
