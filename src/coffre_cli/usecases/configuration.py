"""Settings of this computer: one TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import InvalidValueError, NotFoundError
from coffre_cli.i18n import N_
from coffre_cli.values import frozen

if TYPE_CHECKING:
    from coffre_cli.vault.places import Places


@frozen
class Setting:
    """One thing that can be set."""

    name: str
    meaning: str
    """A catalogue key."""


SETTINGS = (
    Setting("vault", N_("The safe used when none is named.")),
    Setting("folder", N_("Where `add` puts documents when no folder is given.")),
    Setting("tsa", N_("Address of the time-stamping authority (RFC 3161).")),
)


def read_settings(path: Path) -> dict[str, str]:
    """Return what is set.

    Raises:
        InvalidValueError: The file is not TOML.
    """
    if not path.exists():
        return {}
    import tomllib

    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidValueError(value=str(path), what=N_("the settings file"), expected=str(error)) from None
    return {name: str(value) for name, value in found.items() if not isinstance(value, dict)}


def write_setting(places: Places, name: str, value: str | None) -> None:
    """Set *name* to *value*, or unset it; comments in the file stay.

    Raises:
        NotFoundError: There is no such setting.
        NoVaultError: *value* is to be the default safe, and there is no such safe.
        InvalidValueError: *value* is to be an address, and is not one.
    """
    import tomlkit

    _known(name)
    if name == "vault" and value:
        from coffre_cli.vault.places import locate

        locate(places, value, None)
    if name == "tsa" and value and not value.startswith(("http://", "https://")):
        raise InvalidValueError(value=value, what=name, expected="https://…")
    path = places.settings
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    document = tomlkit.parse(text)
    if value is None:
        document.pop(name, None)
    else:
        document[name] = value
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    partial.write_text(tomlkit.dumps(document), encoding="utf-8")
    partial.replace(path)


def read_setting(path: Path, name: str) -> str | None:
    """Return one setting, or None when it is not set.

    Raises:
        NotFoundError: There is no such setting.
    """
    _known(name)
    return read_settings(path).get(name)


def _known(name: str) -> None:
    if name not in {setting.name for setting in SETTINGS}:
        raise NotFoundError(name=name, command="coffre config list")
