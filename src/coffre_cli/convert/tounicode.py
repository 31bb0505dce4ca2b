"""What the codes of a font mean (ToUnicode), through Ghostscript.

It drops a map with a block of more than 100 entries, and exchanges the bytes of meanings of more than one character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_MOST = 100
"""Of a block, as Adobe's Technical Note 5411 has it; ReportLab writes 128, pdf-lib thousands."""
_BLOCK = re.compile(rb"\d+\s+begin(bfchar|bfrange)\b(.*?)\bend\1\b", re.DOTALL)
_LONG = re.compile(rb"<((?:[0-9A-Fa-f]{4}){2,})>")
_CODE = rb"<[^<>]*>\s*"
_ENTRY = {
    b"bfchar": re.compile(_CODE + rb"(?:<[^<>]*>|/[^\s<>/]+)"),
    b"bfrange": re.compile(_CODE + _CODE + rb"(?:<[^<>]*>|\[[^\]]*\])"),
}


def with_small_blocks(pdf: pikepdf.Pdf) -> None:
    """Part the long blocks in what the codes of the fonts of *pdf* mean."""
    for meaning in _meanings(pdf):
        data = meaning.read_bytes()
        parted = _BLOCK.sub(_parted, data)
        if parted != data:
            meaning.write(parted)


def long_meanings(pdf: pikepdf.Pdf) -> frozenset[bytes]:
    """Return the meanings of more than one character, or beyond the first plane, in hexadecimal."""
    return frozenset(one.lower() for meaning in _meanings(pdf) for one in _LONG.findall(meaning.read_bytes()))


def with_bytes_in_order(pdf: pikepdf.Pdf, before: frozenset[bytes]) -> None:
    """Exchange back the bytes of long meanings in *pdf* that were other ones *before*."""

    def right(found: re.Match[bytes]) -> bytes:
        turned = _exchanged(found[1].lower())
        return b"<" + turned + b">" if found[1].lower() not in before and turned in before else found[0]

    for meaning in _meanings(pdf):
        data = meaning.read_bytes()
        ordered = _LONG.sub(right, data)
        if ordered != data:
            meaning.write(ordered)


def _exchanged(digits: bytes) -> bytes:
    return b"".join(digits[at + 2 : at + 4] + digits[at : at + 2] for at in range(0, len(digits), 4))


def _meanings(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    from pikepdf import Dictionary, Stream

    for one in pdf.objects:
        found = one.get("/ToUnicode") if isinstance(one, Dictionary) else None
        if isinstance(found, Stream):
            yield found


def _parted(block: re.Match[bytes]) -> bytes:
    """Return *block* as several; as it is where it is short, or holds what is no entry."""
    kind, body = block[1], block[2]
    entries = _ENTRY[kind].findall(body)
    if len(entries) <= _MOST or _ENTRY[kind].sub(b"", body).strip():
        return block[0]
    return b"\n".join(
        b"%d begin%b\n%b\nend%b" % (len(part), kind, b"\n".join(part), kind)
        for part in (entries[at : at + _MOST] for at in range(0, len(entries), _MOST))
    )
