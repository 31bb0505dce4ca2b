"""The compound file of older office formats: names of streams, and their first bytes.

Only what telling kinds and passwords apart needs ([MS-CFB] sections 2.2 to 2.6); every loop is bounded, since the
chains of a hostile file may be circles.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coffre_cli.values import frozen

_END = 0xFFFFFFFA
_ENTRY = 128
_MOST_SECTORS = 20_000
_SMALL = 4096


@frozen
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.sector = 1 << min(max(struct.unpack_from("<H", data, 30)[0], 7), 16)
        self.directory_start, self.small_start = (struct.unpack_from("<I", data, at)[0] for at in (48, 60))
        difat = list(struct.unpack_from("<109I", data, 76))
        self.table: list[int] = []
        for sector in difat:
            if sector < _END:
                self.table += self._numbers(self._at(sector))

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self.sector
        return self.data[start : start + self.sector]

    @staticmethod
    def _numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def chain(self, start: int, most: int = _MOST_SECTORS) -> bytes:
        pieces: list[bytes] = []
        while start < _END and start < len(self.table) and len(pieces) < most:
            pieces.append(self._at(start))
            start = self.table[start]
        return b"".join(pieces)

    def entries(self) -> list[_Entry]:
        directory = self.chain(self.directory_start)
        found: list[_Entry] = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            block = directory[at : at + _ENTRY]
            length = min(struct.unpack_from("<H", block, 64)[0], 64)
            name = block[: max(0, length - 2)].decode("utf-16-le", "replace")
            found.append(_Entry(name, block[66], *struct.unpack_from("<IQ", block, 116)))
        return found

    def beginning(self, entry: _Entry, entries: list[_Entry], length: int) -> bytes:
        if entry.size >= _SMALL or not entries:
            return self.chain(entry.start, length // self.sector + 1)[:length]
        small = self.chain(entries[0].start)
        table = self._numbers(self.chain(self.small_start))
        data, at = b"", entry.start
        while at < min(len(table), _END) and len(data) < length:
            data += small[at * 64 : at * 64 + 64]
            at = table[at]
        return data[: min(length, entry.size)]


def stream_names(path: Path) -> frozenset[str]:
    """Return the names of all streams and storages; none when the file is damaged."""
    with _opened(path) as reader:
        return frozenset() if reader is None else frozenset(entry.name for entry in reader.entries() if entry.kind)


def stream_start(path: Path, name: str, length: int = 4096) -> bytes:
    """Return up to *length* first bytes of the stream *name*; nothing when it is not there."""
    with _opened(path) as reader:
        if reader is None:
            return b""
        entries = reader.entries()
        entry = next((entry for entry in entries if entry.name == name), None)
        return b"" if entry is None else reader.beginning(entry, entries, length)


@contextmanager
def _opened(path: Path) -> Iterator[_Reader | None]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            reader = _Reader(data)
        except (struct.error, ValueError):
            reader = None
        yield reader
