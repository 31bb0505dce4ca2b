"""Words behind a picture: invisible text, in a font without shapes, where the words stand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_UNITS = 1000
_ADVANCE = 500
_NAME = "/CoffreWords"
_PLANE = 0x10000


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and its box in points, from the lower left corner of the page as it is shown.

    A space at its end lies outside of the box: without it, readers take words for one that lie askew and near.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float


def put_behind(pdf: pikepdf.Pdf, layers: Sequence[Sequence[Placed]]) -> None:
    """Add the words of `layers[n]` to page n of *pdf*, invisibly; a page turned by /Rotate gets them turned."""
    import pikepdf

    font = _font(pdf)
    for page, words in zip(pdf.pages, layers, strict=False):
        content = b" ".join(_operators(word) for word in words if word.text)
        if not content:
            continue
        turn = _upright(page)
        stream = b"q " + turn + b" BT 3 Tr " + content + b" ET Q"
        if "/Resources" not in page.obj:
            page.obj["/Resources"] = pikepdf.Dictionary()
        if "/Font" not in page.resources:
            page.resources["/Font"] = pikepdf.Dictionary()
        page.resources["/Font"][_NAME] = font
        page.contents_add(pdf.make_stream(stream))


def _upright(page: pikepdf.Page) -> bytes:
    """Return the matrix from the page as shown to the page as stored."""
    left, bottom, right, top = (float(value) for value in page.cropbox)
    match int(page.obj.get("/Rotate", 0)) % 360:
        case 90:
            return f"0 1 -1 0 {right:.3f} {bottom:.3f} cm".encode()
        case 180:
            return f"-1 0 0 -1 {right:.3f} {top:.3f} cm".encode()
        case 270:
            return f"0 -1 1 0 {left:.3f} {top:.3f} cm".encode()
        case _:
            return f"1 0 0 1 {left:.3f} {bottom:.3f} cm".encode()


def _operators(word: Placed) -> bytes:
    letters = _as_seen(word.text.rstrip())
    codes = letters.encode("utf-16-be", "replace")
    size = max(1.0, word.top - word.bottom)
    natural = len(codes) / 2 * size * _ADVANCE / _UNITS
    stretch = max(1.0, min(1000.0, 100 * (word.right - word.left) / natural)) if natural else 100.0
    place = f"{_NAME} {size:.2f} Tf {stretch:.2f} Tz 1 0 0 1 {word.left:.2f} {word.bottom:.2f} Tm "
    space = "0020" if word.text != word.text.rstrip() else ""
    return f"{place}<{codes.hex()}{space}> Tj".encode("ascii")


def _as_seen(word: str) -> str:
    """Return the letters of *word* from left to right: readers turn round themselves what is written to the left."""
    import unicodedata

    directions = {unicodedata.bidirectional(letter) for letter in word}
    return word[::-1] if directions & {"R", "AL"} and not directions & {"L", "EN", "AN"} else word


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return a composite font in which every code is an empty shape that means the character of that code."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    registry = {"/Registry": pikepdf.String("Adobe"), "/Ordering": pikepdf.String("Identity"), "/Supplement": 0}
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(_NAME),
        CIDSystemInfo=Dictionary(registry),
        FontDescriptor=_descriptor(pdf),
        DW=_ADVANCE,
        CIDToGIDMap=pdf.make_stream(b"\0\1" * _PLANE),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(_NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_meaning()),
        )
    )


def _descriptor(pdf: pikepdf.Pdf) -> pikepdf.Object:
    from pikepdf import Array, Dictionary, Name

    program = pdf.make_stream(_program())
    program["/Length1"] = len(_program())
    return pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(_NAME),
            Flags=4,
            FontBBox=Array([0, 0, _ADVANCE, _UNITS]),
            ItalicAngle=0,
            Ascent=_UNITS,
            Descent=0,
            CapHeight=_UNITS,
            StemV=80,
            FontFile2=program,
        )
    )


@cache
def _program() -> bytes:
    """Return a TrueType font of two specks, never painted."""
    from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it has no types
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # it has no types

    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "any"])
    builder.setupCharacterMap({32: "any"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))  # a speck: some readers take a font without any outline for a damaged one
    pen.lineTo((0, 1))
    pen.lineTo((1, 0))
    pen.closePath()
    speck = pen.glyph()
    builder.setupGlyf({".notdef": speck, "any": speck})
    builder.setupHorizontalMetrics({".notdef": (_ADVANCE, 0), "any": (_ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=_UNITS, descent=0)
    builder.setupNameTable({"familyName": "CoffreWords", "styleName": "Regular", "psName": "CoffreWords"})
    builder.setupOS2(sTypoAscender=_UNITS, usWinAscent=_UNITS, usWinDescent=0)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 3_000_000_000
    builder.font.recalcTimestamp = False
    output = io.BytesIO()
    builder.save(output)
    return output.getvalue()


@cache
def _meaning() -> bytes:
    """Return the map from each code to the character of that code, by rows of 256, at most 100 to a block."""
    rows = [f"<{row:02X}00> <{row:02X}FF> <{row:02X}00>" for row in range(256)]
    blocks = [rows[at : at + 100] for at in range(0, 256, 100)]
    body = "\n".join(f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")
