"""The first bytes of a file as a seekable stream, without copying them."""

from __future__ import annotations

import mmap
import os
from pathlib import Path


class Window(mmap.mmap):
    """A read-only view of the first *length* bytes of a file.

    A seek beyond either end stops there: damaged files send readers to such places, where a file would let them go
    on to read nothing.
    """

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:  # type: ignore[override]  # None before 3.13
        """Move to *position* and return where that is."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: len(self)}[whence]
        super().seek(min(max(base + position, 0), len(self)))
        return self.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill *buffer* as far as the bytes go and return how many were read."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def open_window(path: Path, length: int | None = None) -> Window:
    """Map the first *length* bytes of *path*, or all of them; the file must not be empty."""
    with path.open("rb") as file:
        return Window(file.fileno(), length or 0, access=mmap.ACCESS_READ)
