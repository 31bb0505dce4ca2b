"""Clauses 6.2.11.2 to 6.2.11.4 and 6.2.11.6 of ISO 19005-2: font dictionaries and what is embedded."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Stream

from tests.pdfa.cmaps import PREDEFINED, CMap
from tests.pdfa.document import Document
from tests.pdfa.encodings import base_of, differences_of, is_listed
from tests.pdfa.faces import descriptor_of, embedded_in, is_symbolic, program_of
from tests.pdfa.judge import rule
from tests.pdfa.programs import TrueType

_SUBTYPES = frozenset({"/Type1", "/MMType1", "/TrueType", "/Type3", "/Type0", "/CIDFontType0", "/CIDFontType2"})
_SIMPLE = frozenset({"/Type1", "/MMType1", "/TrueType", "/Type3"})
_PROGRAMS = frozenset({"/Type1C", "/CIDFontType0C", "/OpenType"})
_SIGNS = frozenset({0, 1})


def _used(document: Document) -> Iterator[Dictionary]:
    """Yield the fonts that pages use, and their descendants."""
    for use in document.walk.fonts.values():
        yield use.font
        yield from (one for one in use.font.get("/DescendantFonts", ()) if isinstance(one, Dictionary))


def _simple(document: Document) -> Iterator[Dictionary]:
    yield from (font for font in _used(document) if str(font.get("/Subtype")) in _SIMPLE)


def _composite(document: Document) -> Iterator[Dictionary]:
    yield from (font for font in _used(document) if font.get("/Subtype") == Name.Type0)


@rule("6.2.11.2-1")
def fonts_say_font(document: Document) -> Iterator[str]:
    """6.2.11.2: Type of a font dictionary is Font."""
    yield from (document.label(font) for font in _used(document) if font.get("/Type") != Name.Font)


@rule("6.2.11.2-2")
def fonts_say_their_kind(document: Document) -> Iterator[str]:
    """6.2.11.2: Subtype of a font dictionary is one of the seven."""
    yield from (document.label(font) for font in _used(document) if str(font.get("/Subtype")) not in _SUBTYPES)


@rule("6.2.11.2-3")
def fonts_have_a_name(document: Document) -> Iterator[str]:
    """6.2.11.2: every font but those of Type 3 has a BaseFont."""
    for font in _used(document):
        if font.get("/Subtype") != Name.Type3 and not isinstance(font.get("/BaseFont"), Name):
            yield document.label(font)


@rule("6.2.11.2-4")
def first_codes(document: Document) -> Iterator[str]:
    """6.2.11.2: simple fonts have FirstChar."""
    yield from (document.label(font) for font in _simple(document) if not isinstance(font.get("/FirstChar"), int))


@rule("6.2.11.2-5")
def last_codes(document: Document) -> Iterator[str]:
    """6.2.11.2: simple fonts have LastChar."""
    yield from (document.label(font) for font in _simple(document) if not isinstance(font.get("/LastChar"), int))


@rule("6.2.11.2-6")
def widths_for_all_codes(document: Document) -> Iterator[str]:
    """6.2.11.2: Widths of a simple font has one width for each code from FirstChar to LastChar."""
    for font in _simple(document):
        widths = font.get("/Widths")
        count = int(font.get("/LastChar", 0)) - int(font.get("/FirstChar", 0)) + 1
        if not isinstance(widths, Array) or len(widths) != count:
            yield document.label(font)


@rule("6.2.11.2-7")
def kinds_of_programs(document: Document) -> Iterator[str]:
    """6.2.11.2: Subtype of a font program is Type1C, CIDFontType0C or OpenType where it is there."""
    for font in _used(document):
        stream = embedded_in(descriptor_of(font))
        if stream is not None and "/Subtype" in stream and str(stream["/Subtype"]) not in _PROGRAMS:
            yield document.label(font)


@rule("6.2.11.3-1")
def collections_agree(document: Document) -> Iterator[str]:
    """6.2.11.3: with another CMap than Identity, the character collections of CIDFont and CMap agree."""
    for font in _composite(document):
        encoding, info = font.get("/Encoding"), font["/DescendantFonts"][0].get("/CIDSystemInfo", Dictionary())
        if not isinstance(encoding, Stream):
            if str(encoding) not in {"/Identity-H", "/Identity-V"}:
                yield f"{encoding} is not known here"
            continue
        other = encoding.get("/CIDSystemInfo", Dictionary())
        same = all(str(info.get(key, "")) == str(other.get(key, "")) for key in ("/Registry", "/Ordering"))
        if not same or int(info.get("/Supplement", 0)) > int(other.get("/Supplement", 0)):
            yield document.label(font)


@rule("6.2.11.3-2")
def maps_to_glyphs(document: Document) -> Iterator[str]:
    """6.2.11.3: an embedded CIDFont of type 2 has a CIDToGIDMap, a stream or Identity."""
    for font in _used(document):
        if font.get("/Subtype") == Name.CIDFontType2 and embedded_in(descriptor_of(font)) is not None:
            mapping = font.get("/CIDToGIDMap")
            if not isinstance(mapping, Stream) and mapping != Name.Identity:
                yield document.label(font)


@rule("6.2.11.3-3")
def cmaps_are_embedded(document: Document) -> Iterator[str]:
    """6.2.11.3: CMaps are embedded, but those of ISO 32000-1, table 118."""
    for font in _composite(document):
        encoding = font.get("/Encoding")
        if not isinstance(encoding, Stream) and str(encoding)[1:] not in PREDEFINED:
            yield f"{encoding}"


@rule("6.2.11.3-4")
def writing_modes_agree(document: Document) -> Iterator[str]:
    """6.2.11.3: WMode of an embedded CMap's dictionary is that in its program."""
    for font in _composite(document):
        encoding = font.get("/Encoding")
        if isinstance(encoding, Stream):
            mode = CMap(encoding.read_bytes()).writing_mode
            if int(encoding.get("/WMode", 0)) != mode or mode not in _SIGNS:
                yield document.label(font)


@rule("6.2.11.3-5")
def cmaps_use_predefined_ones(document: Document) -> Iterator[str]:
    """6.2.11.3: a CMap refers to no other CMap but those of ISO 32000-1, table 118."""
    for font in _composite(document):
        encoding = font.get("/Encoding")
        if isinstance(encoding, Stream):
            named = [str(encoding["/UseCMap"])[1:]] if isinstance(encoding.get("/UseCMap"), Name) else []
            if set(CMap(encoding.read_bytes()).others + named) - PREDEFINED:
                yield document.label(font)


@rule("6.2.11.4-1")
def fonts_are_embedded(document: Document) -> Iterator[str]:
    """6.2.11.4.1: the programs of all fonts used for rendering are embedded."""
    for use in document.walk.fonts.values():
        visible = any(mode != 3 for modes in use.shown.values() for mode in modes)
        if visible and use.font.get("/Subtype") != Name.Type3 and embedded_in(descriptor_of(use.font)) is None:
            yield f"{use.font.get('/BaseFont')}"


def _subset(font: Dictionary) -> bool:
    name = str(font.get("/BaseFont", ""))[1:]
    return name[6:7] == "+" and name[:6].isalpha() and name[:6].isupper()


@rule("6.2.11.4-3")
def charset_lists_all_glyphs(document: Document) -> Iterator[str]:
    """6.2.11.4.2: CharSet of an embedded Type 1 font lists all its glyphs, where it is there."""
    for font in _used(document):
        descriptor = descriptor_of(font)
        if font.get("/Subtype") != Name.Type1 or descriptor is None or "/CharSet" not in descriptor:
            continue
        program = program_of(font)
        if program is None or isinstance(program, TrueType):
            continue
        listed = {name for name in str(descriptor["/CharSet"]).split("/") if name}
        if listed != set(program.names()) - {".notdef"}:
            yield document.label(font)


@rule("6.2.11.4-4")
def cidset_lists_all_glyphs(document: Document) -> Iterator[str]:
    """6.2.11.4.2: CIDSet of an embedded CIDFont names all CIDs of its program, where it is there."""
    for font in _used(document):
        descriptor = font.get("/FontDescriptor")
        if not isinstance(descriptor, Dictionary) or "/CIDSet" not in descriptor:
            continue
        bits = descriptor["/CIDSet"].read_bytes()
        listed = {8 * at + bit for at, byte in enumerate(bits) for bit in range(8) if byte & (0x80 >> bit)}
        if listed != _cids(font):
            yield document.label(font)


def _cids(font: Dictionary) -> set[int]:
    program = program_of(font)
    if isinstance(program, TrueType) and program.cff is None:
        mapping = font.get("/CIDToGIDMap")
        if isinstance(mapping, Stream):
            numbers = mapping.read_bytes()
            return {at // 2 for at in range(0, len(numbers), 2) if int.from_bytes(numbers[at : at + 2])} | {0}
        return set(range(program.count))
    cff = program.cff if isinstance(program, TrueType) else program
    names = cff.names() if cff is not None else []
    keyed = getattr(cff, "keyed_by_cid", False)
    return {int(name[3:]) if name != ".notdef" else 0 for name in names} if keyed else set(range(len(names)))


def _true_types(document: Document) -> Iterator[tuple[Dictionary, TrueType]]:
    for use in document.walk.fonts.values():
        if use.font.get("/Subtype") == Name.TrueType:
            program = program_of(use.font)
            if isinstance(program, TrueType):
                yield use.font, program


@rule("6.2.11.6-1")
def ordinary_fonts_have_a_cmap(document: Document) -> Iterator[str]:
    """6.2.11.6: a non-symbolic TrueType font has a cmap that is not the symbolic one."""
    for font, program in _true_types(document):
        if not is_symbolic(font) and not set(program.cmaps) - {(3, 0)}:
            yield document.label(font)


@rule("6.2.11.6-2")
def ordinary_fonts_have_an_encoding(document: Document) -> Iterator[str]:
    """6.2.11.6: a non-symbolic TrueType font is MacRoman or WinAnsi; Differences are listed, with cmap (3,1)."""
    for font, program in _true_types(document):
        if is_symbolic(font):
            continue
        others = differences_of(font).values()
        if base_of(font) not in {"/MacRomanEncoding", "/WinAnsiEncoding"}:
            yield f"{base_of(font)} in {document.label(font)}"
        if others and ((3, 1) not in program.cmaps or not all(is_listed(name) for name in others)):
            yield f"differences in {document.label(font)}"


@rule("6.2.11.6-3")
def symbolic_fonts_have_no_encoding(document: Document) -> Iterator[str]:
    """6.2.11.6: a symbolic TrueType font has no Encoding."""
    yield from (document.label(font) for font, _ in _true_types(document) if is_symbolic(font) and "/Encoding" in font)


@rule("6.2.11.6-4")
def symbolic_fonts_have_one_cmap(document: Document) -> Iterator[str]:
    """6.2.11.6: a symbolic TrueType font has exactly one cmap, or the symbolic one among several."""
    for font, program in _true_types(document):
        count = len(program.font["cmap"].tables) if "cmap" in program.font else 0
        if is_symbolic(font) and count != 1 and (3, 0) not in program.cmaps:
            yield document.label(font)


@rule("6.2.11.7-1")
def fonts_have_one_program(document: Document) -> Iterator[str]:
    """6.2.11.4.1: a font descriptor holds one program, of the kind its font needs (ISO 32000-1, table 126)."""
    for font in _used(document):
        descriptor = font.get("/FontDescriptor")
        found = {
            key for key in ("/FontFile", "/FontFile2", "/FontFile3") if descriptor is not None and key in descriptor
        }
        wrong = "/FontFile2" if font.get("/Subtype") in (Name.Type1, Name.CIDFontType0) else "/FontFile"
        if len(found) > 1 or wrong in found:
            yield document.label(font)
