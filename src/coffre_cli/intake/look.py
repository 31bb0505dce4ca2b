"""What files and folders look like before they are taken.

A file that looks otherwise now holds what nobody has read; a folder that is a safe is never deposited, let alone moved.
"""

from __future__ import annotations

import os
from pathlib import Path

from coffre_cli.values import frozen

_SAFE_FILE, _SAFE_FOLDERS = "vault.json", ("blobs", "slots", "spare")
"""What a safe has in its folder (docs/format/vault.md)."""


@frozen
class Look:
    """What a file looked like at one moment. Its inode is left out: shares over the network make them up."""

    size: int
    modified: int
    """Nanoseconds."""


def look_of(status: os.stat_result) -> Look:
    """Return what the system's *status* of a file says of its look."""
    return Look(status.st_size, status.st_mtime_ns)


def is_safe(folder: Path) -> bool:
    """Tell whether *folder* is a safe."""
    return (folder / _SAFE_FILE).is_file() and any((folder / name).is_dir() for name in _SAFE_FOLDERS)
