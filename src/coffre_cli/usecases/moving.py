"""Sources that are moved into the safe: removed once they last there, and only as they were when they were read.

A program may write on while a file is deposited, or put another in its place: what nobody has read is never removed.
"""

from __future__ import annotations

from pathlib import Path

from coffre_cli.i18n import N_
from coffre_cli.intake.look import Look, look_of
from coffre_cli.model import Remark

LEFT = N_("The file changed while it was deposited: what was first read is kept, and the file was left where it is.")


def seen(path: Path) -> Look:
    """Return what the file at *path* looks like now.

    Raises:
        OSError: It cannot be looked at.
    """
    return look_of(path.stat())


def remove_source(path: Path, before: Look) -> tuple[Remark, ...]:
    """Remove the file at *path* if it looks as it did *before*; else leave it, and say so."""
    try:
        if seen(path) != before:
            return (Remark(LEFT),)
    except FileNotFoundError:
        return ()
    path.unlink(missing_ok=True)
    return ()
