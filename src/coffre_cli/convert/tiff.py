"""One tag of a TIFF file, changed in place."""

from __future__ import annotations

import struct

_ORIENTATION = 274
_MOST_DIRECTORIES = 4096


def without_orientation(data: bytes) -> bytes:
    """Return the classic TIFF *data* with every orientation tag set to 1, all else untouched; BigTIFF as it is."""
    order = "<" if data[:2] == b"II" else ">"
    changed = bytearray(data)
    try:
        if struct.unpack_from(f"{order}H", data, 2)[0] != 42:  # noqa: PLR2004 - the mark of a classic TIFF
            return data
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        for _directory in range(_MOST_DIRECTORIES):
            if at == 0:
                break
            (count,) = struct.unpack_from(f"{order}H", data, at)
            for entry in range(at + 2, at + 2 + 12 * count, 12):
                if struct.unpack_from(f"{order}H", data, entry)[0] == _ORIENTATION:
                    struct.pack_into(f"{order}HIHH", changed, entry + 2, 3, 1, 1, 0)
            (at,) = struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)
    except struct.error:
        return bytes(changed)
    return bytes(changed)
