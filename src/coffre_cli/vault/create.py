"""Making a vault: built whole in a folder beside its place, then put there by one rename."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.access.recovery import new_code
from coffre_cli.access.slots import NewSlot, SlotKind, make_slot
from coffre_cli.crypto.canonical import Json
from coffre_cli.crypto.kdf import DEFAULT_ARGON2, Argon2Parameters
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import KEY_SIZE
from coffre_cli.journal.event import moment
from coffre_cli.store.fs import Disk, write_whole
from coffre_cli.store.index import create_index
from coffre_cli.vault.change import Change
from coffre_cli.vault.descriptor import Descriptor, write_descriptor
from coffre_cli.vault.errors import VaultExistsError
from coffre_cli.vault.keychain import payload_of
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.parts import Parts, Surroundings, assemble
from coffre_cli.vault.spool_key import remember_spool_key
from coffre_cli.vault.ways_in import WaysIn

BALLAST_SIZE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewVault:
    """What a vault to be made is made of."""

    name: str
    root: Path
    password: Secret
    argon2: Argon2Parameters = DEFAULT_ARGON2


@dataclass(frozen=True, slots=True)
class Created:
    """A vault that was made; the recovery code is told once."""

    descriptor: Descriptor
    layout: Layout
    recovery_code: Secret


def create_vault(new: NewVault, around: Surroundings, state: dict[str, Json]) -> Created:
    """Make the vault *new*; *state* is the first state of its record.

    Raises:
        VaultExistsError: Its folder exists and is not empty.
    """
    if new.root.exists() and (not new.root.is_dir() or any(new.root.iterdir())):
        raise VaultExistsError(name=new.name)
    _make_parents(around.disk, new.root)
    building = new.root.with_name(f".{new.root.name}.{around.random(4).hex()}.new")
    layout = Layout(building)
    try:
        parts, code = _build(new, layout, around, state)
        around.disk.rename(building, new.root)
        around.disk.sync_folder(new.root.parent)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    remember_spool_key(around.state, parts.vault_id, parts.payload)
    return Created(parts.descriptor, Layout(new.root), code)


def _make_parents(disk: Disk, root: Path) -> None:
    """Make the folders above *root* that are missing, each durable before anything relies on it."""
    missing = [folder for folder in root.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        disk.sync_folder(folder.parent)


def write_spares(disk: Disk, parts: Parts) -> None:
    """Write `vault.json` and its copy."""
    for path in (parts.layout.spare_descriptor, parts.layout.descriptor):
        data = write_descriptor(parts.descriptor, parts.keychain.signing)
        write_whole(disk, path, data, staging=parts.layout.staging, random=parts.around.random)


def write_ballast(parts: Parts) -> None:
    """Write the space that a deletion gives up on a full disk."""
    around, layout = parts.around, parts.layout
    write_whole(around.disk, layout.ballast, bytes(BALLAST_SIZE), staging=layout.staging, random=around.random)


def _build(new: NewVault, layout: Layout, around: Surroundings, state: dict[str, Json]) -> tuple[Parts, Secret]:
    for folder in layout.folders():
        around.disk.make_folder(folder)
    vault_id = around.random(16)
    payload = payload_of(Secret(around.random(KEY_SIZE)), vault_id)
    created = moment(around.clock())
    descriptor = Descriptor(vault_id, new.name, created, payload.log_key)
    parts = assemble(descriptor, layout, payload, around)
    code = new_code(around.random)
    ways_in = WaysIn(around.disk, layout, around.random)
    for slot in (
        NewSlot(SlotKind.PASSWORD, new.password, vault_id, new.argon2),
        NewSlot(SlotKind.RECOVERY, code, vault_id),
    ):
        ways_in.add(make_slot(slot, payload, created=created, random=around.random))
    write_spares(around.disk, parts)
    write_ballast(parts)
    index = create_index(layout.index, parts.keychain.index, vault_id)
    try:
        change = Change(parts, index)
        change.create_vault_record(Secret(around.random(KEY_SIZE)), state)
        change.commit()
        index.checkpoint()
    finally:
        index.close()
    return parts, code
