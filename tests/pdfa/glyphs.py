"""Clauses 6.2.11.4, 6.2.11.5 and 6.2.11.8 of ISO 19005-2: each glyph that is shown."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Dictionary

from tests.pdfa.document import Document
from tests.pdfa.encodings import differences_of
from tests.pdfa.faces import NOTDEF, Shown, face_of
from tests.pdfa.judge import rule
from tests.pdfa.walk import FontUse

_TOLERANCE = 1.0
"""Thousandths, as ISO 19005-2, 6.2.11.5 allows."""
_INVISIBLE = 3


def _shown(document: Document, *, visible: bool) -> Iterator[tuple[str, Shown]]:
    """Yield the glyphs shown with embedded fonts; only those that are painted when *visible*."""
    for use in document.walk.fonts.values():
        face = face_of(use.font)
        if face is None:
            continue
        seen: set[bytes] = set()
        for text, modes in use.shown.items():
            if visible and modes <= {_INVISIBLE}:
                continue
            for one in face.shown(text):
                if one.code not in seen:
                    seen.add(one.code)
                    yield str(use.font.get("/BaseFont")), one


@rule("6.2.11.4-2")
def glyphs_are_there(document: Document) -> Iterator[str]:
    """6.2.11.4.1: embedded fonts define all glyphs that are painted."""
    for name, one in _shown(document, visible=True):
        if not one.present:
            yield f"{one.code.hex()} of {name}"
    for use in document.walk.fonts.values():
        for code, glyph in _type3_codes(use):
            if glyph is None:
                yield f"{code:02x} of a Type 3 font"


def _type3_codes(use: FontUse) -> Iterator[tuple[int, str | None]]:
    drawings = use.font.get("/CharProcs")
    if not isinstance(drawings, Dictionary):
        return
    names = differences_of(use.font)
    for code in {code for text in use.shown for code in text}:
        name = names.get(code)
        yield code, name if name is not None and f"/{name}" in drawings else None


@rule("6.2.11.5-1")
def widths_agree(document: Document) -> Iterator[str]:
    """6.2.11.5: widths in font dictionary and font program differ by one thousandth at most."""
    for name, one in _shown(document, visible=True):
        if one.present and one.said is not None and one.real is not None and abs(one.said - one.real) > _TOLERANCE:
            yield f"{one.code.hex()} of {name}: {one.said} and {one.real:.1f}"
    for glyph in document.walk.glyphs:
        said = _type3_width(glyph.font, glyph.name[1:])
        if said is not None and glyph.width is not None and abs(said - glyph.width) > _TOLERANCE:
            yield f"{glyph.name} of a Type 3 font: {said} and {glyph.width}"


def _type3_width(font: Dictionary, name: str) -> float | None:
    codes = [code for code, other in differences_of(font).items() if other == name]
    first, widths = int(font.get("/FirstChar", 0)), font.get("/Widths")
    if not codes or widths is None or not 0 <= codes[0] - first < len(widths):
        return None
    return float(widths[codes[0] - first])


@rule("6.2.11.8-1")
def notdef_is_not_shown(document: Document) -> Iterator[str]:
    """6.2.11.8: no text shows .notdef, not even invisibly."""
    for name, one in _shown(document, visible=False):
        if one.name == NOTDEF:
            yield f"{one.code.hex()} of {name}"
