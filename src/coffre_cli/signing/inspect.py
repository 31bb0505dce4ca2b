"""The raw scan: what the bytes say before any parser is trusted with them (step 1 of a verification).

It recognises what is not a PDF and what carries no signature at all, cheaply: no PDF library is imported.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from coffre_cli.signing.window import Window, open_window

RANGE_LENGTH = 4
HEADER_REACH = 1024
"""Readers accept `%PDF-` anywhere in the first kilobyte."""

_BYTE_RANGE = re.compile(rb"/(?:B|#42)(?:y|#79)(?:t|#74)(?:e|#65)(?:R|#52)(?:a|#61)(?:n|#6[eE])(?:g|#67)(?:e|#65)")
_VALUES = re.compile(rb"\s*\[([^\]]{0,400})\]")
_ELSEWHERE = re.compile(rb"\s*(\d{1,10})\s+(\d{1,5})\s+R")
_COMMENT = re.compile(rb"%[^\r\n]*")
_HEX = re.compile(rb"<[0-9A-Fa-f\s]*>")
_SIGNATURE_MARKS = re.compile(
    rb"/SubFilter|/FT\s*/Sig\b|/Type\s*/(?:Sig|DocTimeStamp)\b|/Adobe\.PPKLite|/(?:adbe|ETSI)\.[A-Za-z]"
)
_STRUCTURE_MARKS = re.compile(rb"\bstartxref\b|\btrailer\b|\d\s+\d+\s+obj\b")
_END = re.compile(rb"startxref\s+(\d{1,15})\s+%%EOF")
_CROSS_REFERENCE = re.compile(rb"\bxref\b|\d\s+\d+\s+obj\b")
_FORGIVEN = 24
_PACKED = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_LONGEST_HEAD = 1024
_LARGEST_PACK = 64 << 20
_PIECE = 1 << 20
_ENCRYPT = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


@dataclass(frozen=True, slots=True)
class RawRange:
    """One `/ByteRange` found in the bytes."""

    position: int
    values: tuple[int, ...] | None
    """Its numbers; None when they are not written there."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the raw bytes of a file say."""

    size: int
    is_pdf: bool
    has_structure: bool
    """Whether anything looks like the objects or the cross-references of a PDF."""
    ends_well: bool
    """Whether its end leads to a cross-reference."""
    has_signature_marks: bool
    """Whether anything looks like a signature or a signature field."""
    mentions_encryption: bool
    ranges: tuple[RawRange, ...]


EMPTY = Scan(
    0,
    is_pdf=False,
    has_structure=False,
    ends_well=False,
    has_signature_marks=False,
    mentions_encryption=False,
    ranges=(),
)


def scan(data: Window) -> Scan:
    """Look through the bytes of a file once."""
    if not is_pdf(data):
        return replace(EMPTY, size=len(data))
    ranges = tuple(_ranges(data))
    return Scan(
        size=len(data),
        is_pdf=True,
        has_structure=data.holds(_STRUCTURE_MARKS),
        ends_well=_ends_well(data),
        has_signature_marks=bool(ranges) or data.holds(_SIGNATURE_MARKS) or may_pack_signatures(data),
        mentions_encryption=data.holds(_ENCRYPT),
        ranges=ranges,
    )


def may_pack_signatures(data: Window) -> bool:
    """Tell whether a signature may stand in a stream of objects, where a program that knew nothing of it put it."""
    return any(_packs_signatures(data, match.start()) for match in data.matches(_PACKED))


def _packs_signatures(data: Window, position: int) -> bool:
    opened = _STREAM.search(data, position, min(position + _LONGEST_HEAD, len(data)))
    if opened is None:
        return False
    start = max(data.rfind(b"obj", 0, position), position - _LONGEST_HEAD, 0)
    head = data[start : opened.start()]
    if b"/Filter" not in head:
        return False  # what is written plainly was looked at
    if b"/FlateDecode" not in head or b"/DecodeParms" in head:
        return True  # only a reader knows
    unpacked = _unpacked(data, opened.end())
    return unpacked is None or any(mark.search(unpacked) for mark in (_BYTE_RANGE, _SIGNATURE_MARKS))


def _unpacked(data: Window, start: int) -> bytes | None:
    stream, found = zlib.decompressobj(), bytearray()
    try:
        while not stream.eof and start < len(data) and len(found) < _LARGEST_PACK:
            found += stream.decompress(data[start : start + _PIECE], _LARGEST_PACK)
            start += _PIECE
    except zlib.error:
        return None
    return bytes(found) if stream.eof else None


def is_pdf(data: Window | bytes) -> bool:
    """Tell whether the header of a PDF is where readers look for it."""
    return data[:HEADER_REACH].find(b"%PDF-") >= 0


def is_pdf_file(path: Path) -> bool:
    """Tell whether *path* begins as a PDF does; OSError when it cannot be read."""
    with path.open("rb") as file:
        return is_pdf(file.read(HEADER_REACH))


def count_signatures(path: Path) -> int:
    """Return how many completed signatures and document timestamps the bytes of *path* hold; nothing is verified.

    Raises:
        OSError: The file cannot be read.
    """
    if not path.stat().st_size:
        return 0
    with open_window(path) as data:
        return sum(is_completed(found, data) for found in scan(data).ranges)


def is_completed(found: RawRange, data: Window) -> bool:
    """Tell whether the gap of the range holds a signature: a prepared one holds zeros, an embedded file's none."""
    values = found.values
    if values is None or len(values) != RANGE_LENGTH or values[0] != 0:
        return False
    _, start, end, _ = values
    if not 0 < start < end <= len(data):
        return False
    if data[start : start + 1] != b"<" and _HEX.fullmatch(data[start - 1 : end + 1]) is None:  # brackets may be signed
        return False
    return bool(data[start + 1 : end].strip(b"<>0 \r\n\t"))


def _ends_well(data: Window) -> bool:
    """Tell whether the last `startxref` names a place near a cross-reference: readers forgive a few bytes."""
    last = _END.search(data, max(data.rfind(b"startxref"), 0))
    if last is None:
        return False
    place = int(last[1])
    return _CROSS_REFERENCE.search(data, max(place - _FORGIVEN, 0), place + _FORGIVEN) is not None


def _ranges(data: Window) -> list[RawRange]:
    return [RawRange(match.start(), _values(data, match.end())) for match in data.matches(_BYTE_RANGE)]


def _values(data: Window, position: int) -> tuple[int, ...] | None:
    match = _VALUES.match(data, position) or _values_elsewhere(data, position)
    if match is None:
        return None
    try:
        return tuple(int(float(number)) for number in _COMMENT.sub(b"", match[1]).split())
    except (ValueError, OverflowError):
        return None


def _values_elsewhere(data: Window, position: int) -> re.Match[bytes] | None:
    """Find the array of a byte range that is an object of its own."""
    named = _ELSEWHERE.match(data, position)
    if named is None:
        return None
    header = re.compile(rb"(?<!\d)%s\s+%s\s+obj" % (named[1], named[2]))
    found = (_VALUES.match(data, match.end()) for match in data.matches(header))
    return next((match for match in found if match is not None), None)
