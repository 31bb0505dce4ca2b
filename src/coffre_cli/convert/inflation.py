"""How much the contents of pages unpack to, without unpacking a bomb."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import DrawingTooLargeError

if TYPE_CHECKING:
    import pikepdf

_MOST = 100_000_000
"""Of drawing instructions; a detailed map has ten million."""
_PIECE = 1 << 20


def refuse_bombs(pdf: pikepdf.Pdf) -> None:
    """Refuse contents that unpack to more than 100 MB in all.

    Raises:
        DrawingTooLargeError: They do.
    """
    seen: set[tuple[int, int]] = set()
    left = _MOST
    for page in pdf.pages:
        for stream in _contents(page):
            if stream.objgen not in seen:
                seen.add(stream.objgen)
                left -= _unpacked(stream, left)


def _contents(page: pikepdf.Page) -> Iterator[pikepdf.Stream]:
    import pikepdf

    found = page.obj.get("/Contents")
    for one in found if isinstance(found, pikepdf.Array) else (found,):
        if isinstance(one, pikepdf.Stream):
            yield one


def _unpacked(stream: pikepdf.Stream, most: int) -> int:
    import pikepdf

    data = stream.read_raw_bytes()
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names[0] not in {"/FlateDecode", "/Fl"}:
        return len(data)
    packer, total = zlib.decompressobj(), 0
    while data:
        try:
            total += len(packer.decompress(data, _PIECE))
        except zlib.error:
            break
        if total > most:
            raise DrawingTooLargeError(limit=_MOST)
        data = packer.unconsumed_tail
    return total
