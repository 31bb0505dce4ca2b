"""What the global options chose, for the command at work."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from coffre_cli.values import frozen


@frozen
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


_chosen: ContextVar[dict[str, object]] = ContextVar("chosen")


def begin() -> None:
    """Forget what an earlier command line chose."""
    _chosen.set({})


def settings() -> Settings:
    """Return what was chosen so far."""
    return Settings(**_chosen.get())  # type: ignore[arg-type] # names and types are those of the shared options


def choose(**values: object) -> None:
    """Keep *values* of global options; the nearest to the end of the line comes last and wins."""
    _chosen.get().update(values)


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
