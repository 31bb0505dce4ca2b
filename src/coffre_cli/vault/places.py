"""Where vaults, settings and state lie on this computer, and how a vault is found by its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_
from coffre_cli.store.fs import Disk
from coffre_cli.values import frozen
from coffre_cli.vault.descriptor import read_descriptor
from coffre_cli.vault.errors import (
    DescriptorDamagedError,
    NoVaultError,
    NoVaultYetError,
    SeveralVaultsError,
    VaultExistsError,
)
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.opening import Located

_POINTER_SUFFIX = ".location"
_MAXIMUM_NAME_BYTES = 120


class VaultGoneError(NoVaultError):
    """A vault that was made elsewhere than in the usual place is not there now."""

    message = N_("The safe {name} is not in {path} any more.")
    hint = N_("If its disk is unplugged, plug it in; if it was moved, give its folder: `--vault FOLDER`.")


@frozen
class Places:
    """The directories of this user."""

    data: Path
    config: Path
    state: Path

    @property
    def vaults(self) -> Path:
        """Vaults by their names, and pointers to those elsewhere."""
        return self.data / "vaults"

    @property
    def roots(self) -> Path:
        """The public roots of this user's vaults, one PEM file each: trusted by `verify` without a password."""
        return self.data / "roots"

    @property
    def trusted(self) -> Path:
        """The roots that the user chose to trust, one DER file each."""
        return self.config / "trust"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "coffre.toml"


def places(environment: Mapping[str, str]) -> Places:
    """Return the directories; `COFFRE_HOME` moves all three together."""
    home = environment.get("COFFRE_HOME")
    if home:
        root = Path(home).absolute()
        return Places(root / "data", root / "config", root / "state")
    import platformdirs

    return Places(
        Path(platformdirs.user_data_dir("coffre", appauthor=False)),
        Path(platformdirs.user_config_dir("coffre", appauthor=False)),
        Path(platformdirs.user_state_dir("coffre", appauthor=False)),
    )


def locate(places_: Places, asked: str | None, default: str | None) -> Located:
    """Return the vault that *asked* names (a name or a folder), else *default*, else the only one there is.

    Raises:
        NoVaultError, SeveralVaultsError: There is no telling.
        DescriptorDamagedError: It is there and cannot be read.
    """
    name = asked or default
    if name is None:
        known = dict(_known(places_))
        there = {one: folder for one, folder in known.items() if folder.exists()}
        if len(there) > 1:
            raise SeveralVaultsError(names=tuple(sorted(there)))
        if not known:
            raise NoVaultYetError
        return _read(*next(iter((there or known).items())))
    as_path = Path(name).expanduser()
    if (as_path / "vault.json").exists() or (as_path / "spare" / "vault.json").exists():
        return _read(name, as_path.absolute())
    return _read(name, _folder(places_, name) or as_path.absolute(), known=_folder(places_, name) is not None)


def place_for(places_: Places, name: str, folder: Path | None) -> Path:
    """Return the folder for a new vault called *name*, its name free and fit.

    Raises:
        VaultExistsError: The name is taken.
        InvalidValueError: The name cannot be one.
    """
    fit = unicodedata.normalize("NFC", name)
    printable = fit.isprintable() and not set(fit) & set('/\\:*?"<>|')
    if not fit.strip() or fit.startswith(".") or not printable or len(fit.encode()) > _MAXIMUM_NAME_BYTES:
        raise InvalidValueError(value=name, what=N_("the name of a safe"), expected=N_("letters, digits, spaces"))
    if _folder(places_, fit) is not None:
        raise VaultExistsError(name=fit)
    return places_.vaults / fit if folder is None else folder.expanduser().absolute()


def word_for(places_: Places, root: Path) -> str:
    """Return what `--vault` can be given to mean the vault at *root*: its name, else its folder."""
    return next((name for name, folder in _known(places_) if folder == root), str(root))


def remember_place(places_: Places, name: str, folder: Path) -> None:
    """Let a vault outside the default place be found by its name."""
    if folder.parent != places_.vaults:
        places_.vaults.mkdir(parents=True, exist_ok=True, mode=0o700)
        (places_.vaults / f"{name}{_POINTER_SUFFIX}").write_text(str(folder), encoding="utf-8")


def name_key(name: str) -> str:
    """Return what two names share when they are the same: NFC, blind to case (C10, C11)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _known(places_: Places) -> Iterator[tuple[str, Path]]:
    for path in sorted(places_.vaults.iterdir()) if places_.vaults.is_dir() else ():
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield path.name, path
        elif path.name.endswith(_POINTER_SUFFIX):
            yield path.name.removesuffix(_POINTER_SUFFIX), Path(path.read_text(encoding="utf-8"))


def _folder(places_: Places, name: str) -> Path | None:
    key = name_key(name)
    return next((folder for known, folder in _known(places_) if name_key(known) == key), None)


def _read(name: str, folder: Path, *, known: bool = True) -> Located:
    try:
        return Located(*read_descriptor(Disk(), Layout(folder)))
    except FileNotFoundError:
        if (folder / "log").exists():
            raise DescriptorDamagedError(reason=N_("missing")) from None
        if known:
            raise VaultGoneError(name=name, path=folder) from None
        raise NoVaultError(name=name) from None
