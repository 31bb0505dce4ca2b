"""Clause 6.1.13 of ISO 19005-2: architectural limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pikepdf import Array, Name, Stream

from tests.pdfa.cmaps import CMap
from tests.pdfa.document import Document, inherited
from tests.pdfa.judge import rule
from tests.pdfa.lexer import Kind, Word

_MOST_INTEGER, _LEAST_INTEGER = 2_147_483_647, -2_147_483_648
_MOST_REAL, _LEAST_REAL = 3.403e38, 1.175e-38
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")


def _words(document: Document, *kinds: Kind) -> Iterator[Word]:
    for word in chain(document.raw.all_words(), document.walk.words):
        if word.kind in kinds:
            yield word


@rule("6.1.13-1")
def integers_of_32_bits(document: Document) -> Iterator[str]:
    """6.1.13: no integer beyond 32 bits."""
    for word in _words(document, Kind.INTEGER):
        if not _LEAST_INTEGER <= word.number <= _MOST_INTEGER:
            yield f"integer {word.value!r}"


@rule("6.1.13-2")
def reals_not_too_large(document: Document) -> Iterator[str]:
    """6.1.13: no real beyond ±3.403e38."""
    for word in _words(document, Kind.REAL):
        if abs(word.number) > _MOST_REAL:
            yield f"real {word.value[:30]!r}"


@rule("6.1.13-3")
def strings_of_32767_bytes(document: Document) -> Iterator[str]:
    """6.1.13: no string longer than 32,767 bytes."""
    for word in _words(document, Kind.STRING, Kind.HEX):
        if len(word.value) > 32767:
            yield f"a string of {len(word.value)} bytes"


@rule("6.1.13-4")
def names_of_127_bytes(document: Document) -> Iterator[str]:
    """6.1.13: no name longer than 127 bytes."""
    for word in _words(document, Kind.NAME):
        if len(word.value) > 127:
            yield f"a name of {len(word.value)} bytes"


@rule("6.1.13-5")
def reals_not_too_small(document: Document) -> Iterator[str]:
    """6.1.13: no real but 0 closer to it than ±1.175e-38."""
    for word in _words(document, Kind.REAL):
        if word.value.strip(b"+-0.") and abs(word.number) < _LEAST_REAL:
            yield f"real {word.value[:60]!r}"


@rule("6.1.13-7")
def objects_not_too_many(document: Document) -> Iterator[str]:
    """6.1.13: at most 8,388,607 indirect objects."""
    size = document.raw.trailer.get(b"Size")
    if len(document.objects) > 8_388_607 or (isinstance(size, Word) and size.number > 8_388_608):
        yield "too many objects"


@rule("6.1.13-8")
def states_nested_28_deep(document: Document) -> Iterator[str]:
    """6.1.13: q and Q nest 28 deep at most."""
    if document.walk.deepest > 28:
        yield f"{document.walk.deepest} levels"


@rule("6.1.13-9")
def colorants_of_devicen(document: Document) -> Iterator[str]:
    """6.1.13: at most 32 colorants in a DeviceN colour space."""
    for space in document.arrays():
        if len(space) >= 4 and space[0] == Name.DeviceN and isinstance(space[1], Array) and len(space[1]) > 32:
            yield f"{len(space[1])} colorants"


@rule("6.1.13-10")
def cids_of_16_bits(document: Document) -> Iterator[str]:
    """6.1.13: no CID beyond 65,535 in a CMap."""
    for font in document.fonts():
        encoding = font.get("/Encoding")
        if isinstance(encoding, Stream) and CMap(encoding.read_bytes()).highest > 65535:
            yield f"in the CMap of {document.label(font)}"


@rule("6.1.13-11")
def pages_of_possible_size(document: Document) -> Iterator[str]:
    """6.1.13: page boundaries from 3 to 14,400 units in either direction."""
    for number, page in enumerate(document.pages, start=1):
        for key in _BOXES:
            box = inherited(page, key)
            if box is None:
                continue
            left, bottom, right, top = (float(side) for side in box)
            if not (3 <= abs(right - left) <= 14400 and 3 <= abs(top - bottom) <= 14400):
                yield f"{key} of page {number}"
