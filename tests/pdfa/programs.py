"""Font programs: which glyphs they have, how wide, and which code means which."""

from __future__ import annotations

import io
import logging
import re
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Protocol

from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]  # it has no types
from fontTools.misc.psCharStrings import T2WidthExtractor  # type: ignore[import-untyped]  # it has no types
from fontTools.pens.basePen import NullPen  # type: ignore[import-untyped]  # it has no types
from fontTools.t1Lib import T1Font  # type: ignore[import-untyped]  # it has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

_ZEROS = re.compile(rb"(?:0\s*){512}")
logging.getLogger("fontTools").setLevel(logging.CRITICAL)


class Program(Protocol):
    """What all font programs answer."""

    def names(self) -> list[str]:
        """Return the names of the glyphs."""

    def has(self, glyph: str) -> bool:
        """Whether there is a glyph of this name."""

    def width(self, glyph: str) -> float:
        """Return the advance width of a glyph, in thousandths of its size."""

    def encoding(self) -> dict[int, str]:
        """Return the encoding inside the program."""


class Cff:
    """A font program in the Compact Font Format."""

    def __init__(self, data: bytes) -> None:
        fonts = CFFFontSet()
        fonts.decompile(io.BytesIO(data), None)
        self._top = fonts[fonts.fontNames[0]]
        self._strings = self._top.CharStrings
        self.keyed_by_cid = hasattr(self._top, "ROS")

    def names(self) -> list[str]:
        """Return the names of the glyphs, `cid00001` for those keyed by CID."""
        return list(self._top.charset)

    def has(self, glyph: str) -> bool:
        """Whether there is a glyph of this name."""
        return glyph in self._strings

    def width(self, glyph: str) -> float:
        """Return the advance width of a glyph, in thousandths of its size."""
        string = self._strings[glyph]
        private = string.private
        subrs = getattr(private, "Subrs", [])
        extractor = T2WidthExtractor(subrs, string.globalSubrs, private.nominalWidthX, private.defaultWidthX)
        extractor.execute(string)
        return float(extractor.width) * self._scale(glyph) * 1000

    def encoding(self) -> dict[int, str]:
        """Return the encoding inside the program."""
        found = self._top.Encoding
        if isinstance(found, str):
            from fontTools.encodings.StandardEncoding import StandardEncoding  # type: ignore[import-untyped]

            found = StandardEncoding
        return {code: name for code, name in enumerate(found) if name != ".notdef"}

    def _scale(self, glyph: str) -> float:
        top = getattr(self._top, "FontMatrix", [0.001, 0, 0, 0.001, 0, 0])[0]
        if not self.keyed_by_cid:
            return float(top)
        raw_top = self._top.rawDict.get("FontMatrix")
        inner = self._top.FDArray[self._strings.getItemAndSelector(glyph)[1] or 0].rawDict.get("FontMatrix")
        if raw_top is not None and inner is not None:
            return float(raw_top[0]) * float(inner[0])
        return float((inner or raw_top or [0.001])[0])


class TrueType:
    """A font program in TrueType, or OpenType with either kind of outlines."""

    def __init__(self, data: bytes) -> None:
        self.font = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False)
        self.count = int(self.font["maxp"].numGlyphs)
        self.cff = Cff(self.font.reader["CFF "]) if "CFF " in self.font else None

    @cached_property
    def _widths(self) -> list[float]:
        head, hhea, data = self.font["head"], self.font["hhea"], self.font.reader["hmtx"]
        number = int(hhea.numberOfHMetrics)
        widths = [int.from_bytes(data[4 * at : 4 * at + 2]) * 1000 / head.unitsPerEm for at in range(number)]
        return widths + [widths[-1]] * (self.count - number)

    def width_of(self, number: int) -> float:
        """Return the advance width of glyph *number*, in thousandths of its size."""
        return self._widths[number]

    @cached_property
    def cmaps(self) -> dict[tuple[int, int], dict[int, int]]:
        """By platform and encoding: code to glyph number."""
        found: dict[tuple[int, int], dict[int, int]] = {}
        if "cmap" in self.font:
            for table in self.font["cmap"].tables:
                numbers = {code: self.font.getGlyphID(name) for code, name in table.cmap.items()}
                found[(table.platformID, table.platEncID)] = numbers
        return found

    @cached_property
    def numbers_by_name(self) -> dict[str, int]:
        """Glyph numbers by the names of the `post` table."""
        if "post" not in self.font or self.font["post"].formatType == 3:
            return {}
        return {name: number for number, name in enumerate(self.font.getGlyphOrder())}


class Type1:
    """A font program of Type 1."""

    def __init__(self, data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "font.pfa"
            path.write_bytes(_whole(data))
            self._font = T1Font(str(path), kind="OTHER")
            self._font.parse()
        self._glyphs = self._font.getGlyphSet()

    def names(self) -> list[str]:
        """Return the names of the glyphs."""
        return list(self._font["CharStrings"])

    def has(self, glyph: str) -> bool:
        """Whether there is a glyph of this name."""
        return glyph in self._font["CharStrings"]

    def width(self, glyph: str) -> float:
        """Return the advance width of a glyph, in thousandths of its size."""
        drawn = self._glyphs[glyph]
        drawn.draw(NullPen())
        return float(drawn.width) * float(self._font["FontMatrix"][0]) * 1000

    def encoding(self) -> dict[int, str]:
        """Return the encoding inside the program."""
        found = self._font["Encoding"]
        if isinstance(found, str):
            from fontTools.encodings.StandardEncoding import StandardEncoding

            found = StandardEncoding
        return {code: name for code, name in enumerate(found) if name != ".notdef"}


def _whole(data: bytes) -> bytes:
    """Return a program of Type 1 with its 512 zeros, which may be left out in a PDF (ISO 32000-1, 9.9, Length3)."""
    return data if _ZEROS.search(data) else data + b"\n" + (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
