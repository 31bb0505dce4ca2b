"""A font as it is used: what each code shows, how wide the dictionary says it is, how wide the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Stream

from tests.pdfa.cmaps import CMap
from tests.pdfa.encodings import BASES, MAC_CODES, base_of, character_of, differences_of
from tests.pdfa.programs import Cff, TrueType, Type1

NOTDEF = ".notdef"
_SYMBOLIC = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """One glyph a string shows."""

    code: bytes
    name: str
    """`.notdef` where nothing else is there."""
    present: bool
    said: float | None
    """Width in the dictionary; None where it says nothing."""
    real: float | None
    """Width in the program."""


class UnjudgedFontError(Exception):
    """A kind of font that is not known here."""


def descriptor_of(font: Dictionary) -> Dictionary | None:
    """Return the descriptor of a font, of a composite one that of its descendant."""
    descendants = font.get("/DescendantFonts")
    holder = descendants[0] if isinstance(descendants, Array) and len(descendants) else font
    found = holder.get("/FontDescriptor")
    return found if isinstance(found, Dictionary) else None


def embedded_in(descriptor: Dictionary | None) -> Stream | None:
    """Return the stream of the font program."""
    keys = ("/FontFile", "/FontFile2", "/FontFile3")
    found = [descriptor[key] for key in keys if key in descriptor] if descriptor is not None else []
    return found[0] if len(found) == 1 and isinstance(found[0], Stream) else None


def is_symbolic(font: Dictionary) -> bool:
    """Whether the descriptor's flags say Symbolic."""
    descriptor = descriptor_of(font)
    return descriptor is not None and bool(int(descriptor.get("/Flags", 0)) & _SYMBOLIC)


def program_of(font: Dictionary) -> Cff | TrueType | Type1 | None:
    """Return the font program; None when there is none.

    Raises:
        UnjudgedFontError: It is of no known kind.
    """
    descriptor = descriptor_of(font)
    stream = embedded_in(descriptor)
    if stream is None or descriptor is None:
        return None
    data = stream.read_bytes()
    if "/FontFile" in descriptor:
        return Type1(data)
    if "/FontFile2" in descriptor or data[:4] in {b"OTTO", b"\0\1\0\0", b"true"}:
        return TrueType(data)
    if stream.get("/Subtype") in (Name.Type1C, Name.CIDFontType0C):
        return Cff(data)
    raise UnjudgedFontError(str(stream.get("/Subtype")))


def face_of(font: Dictionary) -> SimpleFace | CompositeFace | None:
    """Return the face of a font; None when it has no program of its own to judge."""
    if font.get("/Subtype") == Name.Type3:
        return None
    program = program_of(font)
    if program is None:
        return None
    return CompositeFace(font, program) if font.get("/Subtype") == Name.Type0 else SimpleFace(font, program)


class SimpleFace:
    """A Type 1 or TrueType font."""

    def __init__(self, font: Dictionary, program: Cff | TrueType | Type1) -> None:
        self._font, self._program = font, program
        self._encoding = self._names()

    def shown(self, text: bytes) -> Iterator[Shown]:
        """Yield what *text* shows."""
        for code in set(text):
            yield self._one(code)

    def _one(self, code: int) -> Shown:
        spelled, said = bytes([code]), self._said(code)
        if isinstance(self._program, TrueType) and self._program.cff is None:
            number = self._number(self._program, code)
            if not number or number >= self._program.count:
                return Shown(spelled, NOTDEF, False, said, None)
            return Shown(spelled, f"glyph {number}", True, said, self._program.width_of(number))
        program = self._program.cff if isinstance(self._program, TrueType) else self._program
        name = self._encoding.get(code, NOTDEF)
        if program is None or not program.has(name) or name == NOTDEF:
            return Shown(spelled, name if program and program.has(name) else NOTDEF, False, said, None)
        return Shown(spelled, name, True, said, program.width(name))

    def _names(self) -> dict[int, str]:
        base = base_of(self._font)
        if base in BASES:
            names = dict(BASES[base])
        elif isinstance(self._program, TrueType):
            names = dict(BASES["/StandardEncoding"])
        else:
            names = self._program.encoding()
        return names | differences_of(self._font)

    def _number(self, program: TrueType, code: int) -> int | None:
        symbol, unicode, roman = (program.cmaps.get(key) for key in ((3, 0), (3, 1), (1, 0)))
        if is_symbolic(self._font) or "/Encoding" not in self._font:
            for table in (symbol, unicode if symbol is None else None):
                for prefix in (0, 0xF000, 0xF100, 0xF200):
                    if table and table.get(prefix + code):
                        return table[prefix + code]
            return roman.get(code) if roman else None
        name = self._encoding.get(code)
        if name is None:
            return None
        character = character_of(name)
        if unicode is not None and character is not None and unicode.get(character):
            return unicode[character]
        if roman is not None and name in MAC_CODES and roman.get(MAC_CODES[name]):
            return roman[MAC_CODES[name]]
        return program.numbers_by_name.get(name)

    def _said(self, code: int) -> float | None:
        widths, first = self._font.get("/Widths"), int(self._font.get("/FirstChar", 0))
        if isinstance(widths, Array) and 0 <= code - first < len(widths):
            return float(widths[code - first])
        descriptor = descriptor_of(self._font)
        return float(descriptor.get("/MissingWidth", 0)) if descriptor is not None else None


class CompositeFace:
    """A Type 0 font."""

    def __init__(self, font: Dictionary, program: Cff | TrueType | Type1) -> None:
        self._descendant = font["/DescendantFonts"][0]
        self._program = program
        encoding = font.get("/Encoding")
        if isinstance(encoding, Stream):
            self._cmap: CMap | None = CMap(encoding.read_bytes())
            if self._cmap.others:
                raise UnjudgedFontError("usecmap")
        elif encoding in (Name("/Identity-H"), Name("/Identity-V")):
            self._cmap = None
        else:
            raise UnjudgedFontError(str(encoding))
        self._widths = dict(_listed_widths(self._descendant.get("/W")))
        mapping = self._descendant.get("/CIDToGIDMap")
        self._numbers = mapping.read_bytes() if isinstance(mapping, Stream) else None

    def shown(self, text: bytes) -> Iterator[Shown]:
        """Yield what *text* shows."""
        if self._cmap is None:
            codes = {text[at : at + 2] for at in range(0, len(text), 2)}
            yield from (self._one(code, int.from_bytes(code)) for code in codes)
        else:
            yield from (self._one(code, self._cmap.cid(code)) for code in set(self._cmap.codes(text)))

    def _one(self, code: bytes, cid: int) -> Shown:
        said = self._widths.get(cid, float(self._descendant.get("/DW", 1000)))
        name, real = self._glyph(cid)
        return Shown(code, name or NOTDEF, name not in {None, NOTDEF}, said, real)

    def _glyph(self, cid: int) -> tuple[str | None, float | None]:
        if isinstance(self._program, TrueType) and self._program.cff is None:
            number = cid
            if self._numbers is not None:
                number = int.from_bytes(self._numbers[2 * cid : 2 * cid + 2])
            if number == 0:
                return NOTDEF, self._program.width_of(0)
            if number >= self._program.count:
                return None, None
            return f"glyph {number}", self._program.width_of(number)
        program = self._program.cff if isinstance(self._program, TrueType) else self._program
        if not isinstance(program, Cff):
            raise UnjudgedFontError("Type 1 in a composite font")
        names = program.names()
        if program.keyed_by_cid:
            name: str | None = f"cid{cid:05}" if cid else NOTDEF
        else:
            name = names[cid] if cid < len(names) else None
        if name is None or not program.has(name):
            return None, None
        return name, program.width(name)


def _listed_widths(listed: Object | None) -> Iterator[tuple[int, float]]:
    values = list(listed) if isinstance(listed, Array) else []
    at = 0
    while at + 1 < len(values):
        first = int(values[at])
        if isinstance(values[at + 1], Array):
            yield from ((first + number, float(width)) for number, width in enumerate(values[at + 1]))
            at += 2
        else:
            yield from ((cid, float(values[at + 2])) for cid in range(first, int(values[at + 1]) + 1))
            at += 3
