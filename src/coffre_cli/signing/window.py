"""The first bytes of a file as a seekable stream and as one buffer, without copying or keeping them in memory."""

from __future__ import annotations

import io
import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path

PIECE = 8 << 20
"""Bytes after which what was read leaves memory: a file of 200 MB must not take 200."""
_LONGEST_MATCH = 1024
_SMALL = 4 << 20
"""Bytes of a file that is copied to be read."""


class Window(mmap.mmap):
    """A read-only view of the first *length* bytes of a file.

    A seek beyond either end stops there: damaged files send readers to such places, where a file would let them go
    on to read nothing.
    """

    _since_forgotten = 0

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:  # type: ignore[override]  # None before 3.13
        """Move to *position* and return where that is."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: len(self)}[whence]
        super().seek(min(max(base + position, 0), len(self)))
        return self.tell()

    def read(self, count: int | None = -1) -> bytes:
        """Return the next *count* bytes, or all that are left."""
        data = super().read(count)
        self.seen(len(data))
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill *buffer* as far as the bytes go and return how many were read."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def matches(self, pattern: re.Pattern[bytes], start: int = 0) -> Iterator[re.Match[bytes]]:
        """Give the matches of *pattern* from *start* on, each shorter than a kilobyte."""
        for base in range(start, len(self), PIECE):
            end = min(base + PIECE, len(self))
            for match in pattern.finditer(self, base, min(end + _LONGEST_MATCH, len(self))):
                if match.start() < end:
                    yield match
            self.seen(end - base)

    def all_matches(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        """Give the matches of *pattern*, however long they are."""
        done = 0
        for match in pattern.finditer(self):
            self.seen(match.end() - done)
            done = match.end()
            yield match

    def holds(self, pattern: re.Pattern[bytes]) -> bool:
        """Tell whether *pattern* matches anywhere."""
        return next(self.matches(pattern), None) is not None

    def seen(self, count: int) -> None:
        """Say that *count* more bytes were read; from time to time, let them leave memory."""
        self._since_forgotten += count
        if self._since_forgotten >= PIECE:
            self._since_forgotten = 0
            if hasattr(mmap, "MADV_DONTNEED"):
                self.madvise(mmap.MADV_DONTNEED)


class _Copy(io.BytesIO):
    """All the bytes of a small window, in memory: readers go byte by byte, for which a mapping is four times slower."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._length = len(data)

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        """Move to *position*, as a window does, and return where that is."""
        if whence != os.SEEK_SET:
            position += self.tell() if whence == os.SEEK_CUR else self._length
        return super().seek(min(max(position, 0), self._length))


def held(window: Window) -> Window | io.BytesIO:
    """Return what to read *window* by: a copy in memory of a small one, itself when it is large."""
    return _Copy(window[:]) if len(window) <= _SMALL else window


def open_window(path: Path, length: int | None = None) -> Window:
    """Map the first *length* bytes of *path*, or all of them; the file must not be empty."""
    with path.open("rb") as file:
        return Window(file.fileno(), length or 0, access=mmap.ACCESS_READ)
