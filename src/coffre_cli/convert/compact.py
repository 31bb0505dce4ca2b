"""Fonts in the Compact Font Format, written as the judge of PDF/A reads them; no glyph is touched.

Their matrix: a thousandth by default (Adobe Technical Note 5176, table 9), as in nearly all fonts; many writers say it
as one half in the font and one half in its parts, which the judge does not multiply. Their glyphs: known by name in a
font that codes address by number, which ISO 32000-1, 9.7.4.2 allows; numbered outright, they need no such rule.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf
    from fontTools.cffLib import CFFFontSet, TopDict  # type: ignore[import-untyped]  # it has no types

Matrix = tuple[float, ...]
_DEFAULT: Matrix = (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
_SAME = 1e-9
_OPEN_TYPE = b"OTTO"


def with_plain_fonts(pdf: pikepdf.Pdf) -> bool:
    """Rewrite such fonts of *pdf*; True when there were some."""
    from pikepdf import Dictionary, Name, Stream

    changed = False
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get("/Subtype") != Name.CIDFontType0:
            continue
        descriptor = font.get("/FontDescriptor")
        program = descriptor.get("/FontFile3") if isinstance(descriptor, Dictionary) else None
        plain = _plain(program.read_bytes()) if isinstance(program, Stream) else None
        if isinstance(descriptor, Dictionary) and plain is not None:
            stream = pdf.make_stream(plain)
            stream["/Subtype"] = Name.CIDFontType0C
            descriptor["/FontFile3"] = stream
            changed = True
    return changed


def _plain(data: bytes) -> bytes | None:
    """Return the font without matrices, its glyphs numbered; None when its matrix is another than the default."""
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

    if data[:4] == _OPEN_TYPE:
        data = TTFont(io.BytesIO(data)).reader["CFF "]
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[fonts.fontNames[0]]
    parts = list(getattr(top, "FDArray", ()))
    outer = top.rawDict.get("FontMatrix")
    matrices = [_product(part.rawDict.get("FontMatrix"), outer) for part in parts] or [_product(None, outer)]
    if any(abs(a - b) > _SAME for each in matrices for a, b in zip(each, _DEFAULT, strict=True)):
        return None
    for part in (top, *parts):
        _forget(part, "FontMatrix")
    if not hasattr(top, "ROS"):
        _number(fonts, top)
    output = io.BytesIO()
    fonts.compile(output, TTFont(recalcBBoxes=False), isCFF2=False)
    return output.getvalue()


def _number(fonts: CFFFontSet, top: TopDict) -> None:
    """Give the glyphs of a font numbers in the place of names: each the number it has."""
    from fontTools.cffLib import FDArrayIndex, FDSelect, FontDict

    part = FontDict()
    part.rawDict = {}
    part.Private = top.Private
    parts = FDArrayIndex()
    parts.strings, parts.GlobalSubrs = fonts.strings, top.GlobalSubrs
    parts.append(part)
    select = FDSelect()
    select.format, select.gidArray = 3, [0] * len(top.charset)
    numbered = {name: f"cid{number:05}" if number else ".notdef" for number, name in enumerate(top.charset)}
    strings = top.CharStrings
    strings.charStrings = {numbered[name]: glyph for name, glyph in strings.charStrings.items()}
    strings.fdArray, strings.fdSelect = parts, select
    top.charset = list(numbered.values())
    _forget(top, "Encoding")
    _forget(top, "Private")
    top.ROS = ("Adobe", "Identity", 0)
    top.CIDCount, top.FDArray, top.FDSelect = len(numbered), parts, select


def _forget(holder: TopDict, key: str) -> None:
    holder.rawDict.pop(key, None)
    holder.__dict__.pop(key, None)


def _product(inner: Matrix | None, outer: Matrix | None) -> Matrix:
    """Return *inner* followed by *outer*, where there are both."""
    if inner is None or outer is None:
        return tuple(float(part) for part in inner or outer or _DEFAULT)
    a, b, c, d, e, f = (float(part) for part in inner)
    p, q, r, s, t, u = (float(part) for part in outer)
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
