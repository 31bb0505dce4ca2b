"""Sources that are moved into the safe: removed once they last there, and only as they were when they were read.

A program may write on while a file is deposited, or put another in its place: what nobody has read is never removed.
"""

from __future__ import annotations

from pathlib import Path

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.values import frozen

LEFT = N_("The file changed while it was deposited: what was first read is kept, and the file was left where it is.")


@frozen
class Seen:
    """What a file was like when it was about to be read."""

    device: int
    inode: int
    size: int
    modified: int
    """In nanoseconds."""


def seen(path: Path) -> Seen:
    """Return what the file at *path* is like now.

    Raises:
        OSError: It cannot be looked at.
    """
    found = path.stat()
    return Seen(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def remove_source(path: Path, before: Seen) -> tuple[Remark, ...]:
    """Remove the file at *path* if it is as it was *before*; else leave it, and say so."""
    try:
        if seen(path) != before:
            return (Remark(LEFT),)
    except FileNotFoundError:
        return ()
    path.unlink(missing_ok=True)
    return ()
