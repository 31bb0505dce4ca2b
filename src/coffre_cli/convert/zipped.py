"""Zip files, read with suspicion."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from coffre_cli.convert.errors import PackedTooTightError, TooManyMembersError, UnpacksTooLargeError
from coffre_cli.convert.model import Bounds

DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, ValueError, NotImplementedError, EOFError)
"""What reading a damaged or exotic package raises; RuntimeError besides, for an encrypted member."""
_MOST = 20_000
_TAIL = 65557
"""The end record and the longest comment."""
_RATIO_FROM = 10_000_000
"""Small members may be highly compressed: an empty table is."""


def members(path: Path) -> tuple[str, ...]:
    """Return the member names of the zip at *path*; nothing when it is damaged or has too many."""
    if entries(path) > _MOST:
        return ()
    try:
        with zipfile.ZipFile(path) as package:
            return tuple(package.namelist())
    except DAMAGE:
        return ()


def entries(path: Path) -> int:
    """Return how many members the zip's end record announces, without reading their list."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        return 0
    declared = int.from_bytes(tail[at + 10 : at + 12], "little")
    listed = int.from_bytes(tail[at + 12 : at + 16], "little") // 46
    return max(declared, 0 if listed >= 0xFFFFFFFF // 46 else listed)


def checked(package: zipfile.ZipFile, bounds: Bounds) -> Iterator[zipfile.ZipInfo]:
    """Yield the files of *package*, once their number and announced sizes are within *bounds*.

    Raises:
        TooLargeError: They are not.
    """
    found = [member for member in package.infolist() if not member.is_dir()]
    if len(found) > bounds.package_entries:
        raise TooManyMembersError(limit=bounds.package_entries)
    total = sum(member.file_size for member in found)
    if total > bounds.package_bytes:
        raise UnpacksTooLargeError(limit=bounds.package_bytes)
    for member in found:
        if member.file_size > max(_RATIO_FROM, bounds.package_ratio * max(1, member.compress_size)):
            raise PackedTooTightError(limit=bounds.package_ratio)
    yield from found
