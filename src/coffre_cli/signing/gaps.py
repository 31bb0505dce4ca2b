"""Bytes between announced objects: an update is read from its first byte to its last, and nothing else may stand there.

Whoever repairs a file, or reads it as something else than a PDF, would find what no cross-reference leads to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic

from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import Indirect, PdfObject

if TYPE_CHECKING:
    from coffre_cli.signing.window import Window

_WHITE = re.compile(rb"[\t\n\f\r ]*+")
_COMMENT = re.compile(rb"%[^\r\n]*+(?:\r\n|[\r\n]|\Z)")
_MOST_COMMENT = 160
"""Bytes of comments at one place: programs name themselves there, and binary updates begin with four high bytes."""
_MOST_WHITE = 1024
_BLANK = re.compile(rb"[\0\t\n\f\r ]*+(?:%[^\r\n]*+[\0\t\n\f\r ]*+)*+")
_HEADER = re.compile(rb"\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj")
_END = re.compile(rb"[\0\t\n\f\r ]*+(?:%[^\r\n]*[\r\n]\s*)?endobj")
_TABLE = re.compile(rb"xref[0-9nf\t\n\f\r ]*+trailer")
_LAST = re.compile(rb"startxref\s+\d{1,15}\s+%%EOF")


def first_unexplained(document: Document, end: int, known: set[int]) -> str | None:
    """Name the first bytes after *end* that are no part of what stands at the offsets *known*; None when all are."""
    data = document.data
    starts = {_past_white(data, place) for place in known if end <= place < len(data)}
    place, after_section = end, False
    while place < len(data):
        following = _past_gap(data, place, starts)
        if following is None:
            return f"offset {place}"
        if following == len(data):
            return None
        last = _LAST.match(data, following) if after_section else None
        if last is not None:
            place, after_section = last.end(), False
            continue
        if following not in starts:
            return f"offset {following}"
        place, after_section = _end_of(document, following), True
    return None


def is_well_formed(document: Document, item: PdfObject | None) -> bool:
    """Tell whether the object that *item* refers to reads without forgiveness; one packed with others does."""
    place = document.reader.xrefs[item.reference] if isinstance(item, Indirect) else None
    head = _HEADER.match(document.data, place) if isinstance(place, int) else None
    if head is None:
        return True
    forgiving, document.reader.strict = not document.reader.strict, True
    try:
        _parsed_end(document, head.end())
    except Exception:  # noqa: BLE001 - malformed objects raise anything
        return False
    finally:
        document.reader.strict = not forgiving
    return True


def _past_white(data: Window, place: int) -> int:
    found = _WHITE.match(data, place)
    return place if found is None else found.end()


def _past_gap(data: Window, place: int, starts: set[int]) -> int | None:
    """Return where white space and short comments end; None when there is too much of them."""
    left, begun = _MOST_COMMENT, place
    while True:
        place = _past_white(data, place)
        comment = None if place in starts else _COMMENT.match(data, place)
        if comment is None:
            return place if place - begun <= _MOST_WHITE else None
        left -= len(comment[0])
        if left < 0:
            return None
        place = comment.end()


def _end_of(document: Document, place: int) -> int:
    """Return where the object, or the table of cross-references with its trailer, that begins at *place* ends."""
    data = document.data
    head = _TABLE.match(data, place) or _HEADER.match(data, place)
    if head is None:
        return place + 1
    try:
        stop = _parsed_end(document, head.end())
    except Exception:  # noqa: BLE001 - malformed objects raise anything; where they end is looked for
        stop = head.end()
        found = data.find(b"endobj", stop)
        return stop if found < 0 else found + len(b"endobj")
    closed = _END.match(data, stop)
    return stop if closed is None else closed.end()


def _parsed_end(document: Document, place: int) -> int:
    stream = document.reader.stream
    stream.seek(place if (white := _BLANK.match(document.data, place)) is None else white.end())
    generic.read_object(stream, generic.TrailerReference(document.reader))
    return int(stream.tell())
