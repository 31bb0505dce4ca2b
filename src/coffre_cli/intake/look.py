"""What a file looked like at one moment: one that looks otherwise now holds what nobody has read."""

from __future__ import annotations

import os

from coffre_cli.values import frozen


@frozen
class Look:
    """What a file looked like at one moment. Its inode is left out: shares over the network make them up."""

    size: int
    modified: int
    """Nanoseconds."""


def look_of(status: os.stat_result) -> Look:
    """Return what the system's *status* of a file says of its look."""
    return Look(status.st_size, status.st_mtime_ns)
