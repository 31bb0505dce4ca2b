"""What the global options chose, for the command at work."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    vault: str | None = None
    as_name: str | None = None
    password_fd: int | None = None
    password_file: Path | None = None
    password_command: str | None = None
    as_json: bool = False
    quiet: bool = False
    verbose: int = 0
    no_input: bool = False
    yes: bool = False
    command: str = ""
    """The words of the command at work, without `coffre`."""


@dataclass
class _Chosen:
    settings: Settings = field(default_factory=Settings)


_chosen: ContextVar[_Chosen] = ContextVar("chosen")


def begin() -> None:
    """Forget what an earlier command line chose."""
    _chosen.set(_Chosen())


def settings() -> Settings:
    """Return what was chosen so far."""
    return _chosen.get().settings


def choose(**values: object) -> None:
    """Keep *values* of global options; the nearest to the end of the line comes last and wins."""
    chosen = _chosen.get()
    chosen.settings = replace(chosen.settings, **values)  # type: ignore[arg-type] # names and types are SHARED's


def local_zone() -> str:
    """Return the IANA name of this computer's time zone; UTC when it does not say."""
    import warnings

    from tzlocal import get_localzone_name

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return get_localzone_name() or "UTC"
        except (LookupError, ValueError, OSError):
            return "UTC"


def now() -> datetime:
    """Return the present moment: the only clock of the program."""
    return datetime.now(UTC)
