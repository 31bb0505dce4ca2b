"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_NEW_FILE_MODE = 0o666
"""As any program's output: the user's umask takes away what it must."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file being written beside its final place."""

    path: Path
    file: BinaryIO


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Staged]:
    """Write beside *target*; once the block ends well, sync and take *target*'s place, else leave no trace."""
    path = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _NEW_FILE_MODE)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield Staged(path, file)
            file.flush()
            os.fsync(file.fileno())
        path.replace(target)
        _sync_directory(target.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _sync_directory(directory: Path) -> None:
    with contextlib.suppress(OSError):  # Windows cannot open a directory; its rename is journalled
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
