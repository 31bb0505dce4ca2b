"""JPEG 2000 pictures in a PDF, as PDF/A-2 wants them (ISO 19005-2, 6.2.8.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.convert.special import SpecialError

if TYPE_CHECKING:
    import pikepdf

_HEAD = 8
_LONG_HEAD = 16
_SIZE = b"\xff\x4f\xff\x51"
_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_CHANNELS = (1, 3, 4)
_METHODS = (1, 2, 3)
_CIEJAB = 19
_DEEPEST_BITS = 38


def is_jpeg_2000(picture: pikepdf.Object) -> bool:
    """Whether a picture of a PDF is in JPEG 2000 and nothing around it."""
    from pikepdf import Array, Name

    found = picture.get("/Filter")
    only = found[0] if isinstance(found, Array) and len(found) == 1 else found
    return only == Name.JPXDecode


def check_jpeg_2000(picture: pikepdf.Stream) -> int:
    """Return the number of colour channels of a sound JPEG 2000 *picture*.

    Raises:
        SpecialError: It is not sound, or says its colours in a way that is not examined here.
    """
    data = picture.read_raw_bytes()
    at = data.find(_SIZE)
    if not data.startswith(_SIGNATURE) or at < 0:
        raise SpecialError("jpeg-2000")
    boxes = list(_boxes(data, 0, len(data), 0))
    channels = int.from_bytes(data[at + 40 : at + 42])
    depths = {data[at + 42 + 3 * part] for part in range(channels)}
    kinds = [kind for kind, _body in boxes]
    if len(depths) != 1 or (depths.pop() & 0x7F) + 1 > _DEEPEST_BITS or {b"bpcc", b"pclr", b"cdef"} & set(kinds):
        raise SpecialError("channels-of-jpeg-2000")
    colours = [body for kind, body in boxes if kind == b"colr"]
    if channels not in _CHANNELS or len(colours) != 1 or colours[0][0] not in _METHODS:
        raise SpecialError("colours-of-jpeg-2000")
    if colours[0][0] == 1 and int.from_bytes(colours[0][3:7]) == _CIEJAB:
        raise SpecialError("CIEJab")
    return channels


def _boxes(data: bytes, at: int, end: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
    while at + _HEAD <= end:
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        head = _LONG_HEAD if size == 1 else _HEAD
        size = int.from_bytes(data[at + 8 : at + 16]) if size == 1 else size or end - at
        if size < head or at + size > end:
            raise SpecialError("boxes-of-jpeg-2000")
        if kind == b"jp2h" and depth == 0:
            yield from _boxes(data, at + head, at + size, 1)
        else:
            yield kind, data[at + head : at + size]
        at += size
