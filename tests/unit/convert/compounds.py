"""Compound files made for the tests: version 3, everything in the small stream."""

from __future__ import annotations

import struct
from collections.abc import Mapping

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
Storage = Mapping[str, "bytes | Storage"]


def _table(numbers: list[int], size: int = 128) -> bytes:
    padded = numbers + [_FREE] * (-len(numbers) % size)
    return struct.pack(f"<{len(padded)}I", *padded)


def compound(root: Storage) -> bytes:
    """Return the compound file that holds *root*: streams are bytes, storages mappings."""
    entries: list[list[object]] = [["Root Entry", 5, _NONE, _NONE, _NONE, _END, 0]]
    small = bytearray()
    small_table: list[int] = []

    def add(storage: Storage) -> int:
        """Add the members as a chain of right siblings, in the order that the format demands; return the first."""
        first, before = _NONE, -1
        for name in sorted(storage, key=lambda name: (len(name), name.upper())):
            number = len(entries)
            content = storage[name]
            entries.append([name, 2 if isinstance(content, bytes) else 1, _NONE, _NONE, _NONE, 0, 0])
            if before >= 0:
                entries[before][3] = number
            else:
                first = number
            before = number
            if isinstance(content, bytes):
                start = len(small_table)
                count = -(-len(content) // 64)
                small.extend(content.ljust(count * 64, b"\0"))
                small_table.extend([*range(start + 1, start + count), _END] if count else [])
                entries[number][5:] = [start if count else _END, len(content)]
            else:
                entries[number][4] = add(content)
        return first

    entries[0][4] = add(root)
    small.extend(b"\0" * (-len(small) % 512))
    entries[0][5:] = [0, len(small)]
    small_sectors = len(small) // 512
    small_fat = _table(small_table)
    fat_sectors = len(small_fat) // 512
    while len(entries) % 4:
        entries.append(["", 0, _NONE, _NONE, _NONE, 0, 0])
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]  # seven fields each
    chain = [*range(1, small_sectors), _END]
    at = small_sectors
    chain += [*range(at + 1, at + fat_sectors), _END]
    at += fat_sectors
    chain += [*range(at + 1, at + len(directory) // 512), _END, _FAT]
    entries[0][5] = 0
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        MAGIC,
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        at,
        0,
        4096,
        small_sectors,
        fat_sectors,
        _END,
        0,
    )
    header += struct.pack("<109I", len(chain) - 1, *[_FREE] * 108)
    return header + bytes(small) + small_fat + directory + _table(chain)


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0" if name else b""
    fields = struct.pack("<64sHBBIII", text, len(text), kind, 1, left, right, child)
    return fields + bytes(36) + struct.pack("<IQ", start, size)
