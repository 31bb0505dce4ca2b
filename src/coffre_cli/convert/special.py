"""Strict examination of what the judge of PDF/A leaves alone: shadings, patterns, drawn fonts, spot colours.

The clauses are those of ISO 32000-1 that ISO 19005-2 rests on; whatever is not exactly as they say is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_SHADINGS = range(1, 8)
_WITH_FUNCTION = frozenset({1, 2, 3})
_WITH_COORDS = frozenset({2, 3})
_WITH_STREAM = frozenset({4, 5, 6, 7})
_FUNCTIONS = frozenset({0, 2, 3, 4})
_FILTERS = frozenset({"/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"})
_OF_FUNCTIONS = ("/FunctionType", "/Domain", "/Range", "/Size", "/BitsPerSample", "/Order", "/Encode", "/Decode")
_DRAWN = frozenset({"/Type", "/Subtype", "/Name", "/FontBBox", "/FontMatrix", "/CharProcs", "/Encoding", "/FirstChar"})
_DRAWN |= {"/LastChar", "/Widths", "/Resources", "/ToUnicode", "/FontDescriptor", "/BaseFont"}
_TOLERANCE = 1.0
"""Thousandths, of widths (ISO 19005-2, 6.2.11.5)."""
_LONGEST_NAME = 127
_DEEPEST = 8


class SpecialError(Exception):
    """Something is not as ISO 32000-1 wants it; the text says what."""


def check_shading(shading: pikepdf.Object | None) -> pikepdf.Object:
    """Return the colour space of a sound shading (ISO 32000-1, 8.7.4.5).

    Raises:
        SpecialError: It is not sound.
    """
    from pikepdf import Array, Dictionary, Stream

    if not isinstance(shading, Dictionary | Stream):
        raise SpecialError("shading")
    kind = _whole(shading.get("/ShadingType"))
    if kind not in _SHADINGS or isinstance(shading, Stream) != (kind in _WITH_STREAM):
        raise SpecialError("type-of-shading")
    space = shading.get("/ColorSpace")
    if space is None or space == "/Pattern":
        raise SpecialError("colour-space-of-a-shading")
    if kind in _WITH_COORDS and not isinstance(shading.get("/Coords"), Array):
        raise SpecialError("coordinates-of-a-shading")
    functions = shading.get("/Function")
    if functions is None and kind in _WITH_FUNCTION:
        raise SpecialError("function-of-a-shading")
    for function in functions if isinstance(functions, Array) else [functions]:
        if function is not None:
            _check_function(function, 0)
    if isinstance(shading, Stream):
        _check_filters(shading)
    return space


def _check_function(function: pikepdf.Object, depth: int) -> None:
    """Examine a function (ISO 32000-1, 7.10)."""
    from pikepdf import Array, Dictionary, Stream

    if depth > _DEEPEST or not isinstance(function, Dictionary | Stream):
        raise SpecialError("function")
    kind = _whole(function.get("/FunctionType"))
    drawn = kind in {0, 4}
    if kind not in _FUNCTIONS or isinstance(function, Stream) != drawn or not _even(function.get("/Domain")):
        raise SpecialError("function")
    if drawn:
        if not _even(function.get("/Range")):
            raise SpecialError("range-of-a-function")
        _check_filters(function)
    parts = function.get("/Functions")
    if (kind == 3) != isinstance(parts, Array):  # noqa: PLR2004 - a function joined from others
        raise SpecialError("joined-functions")
    for part in parts if isinstance(parts, Array) else ():
        _check_function(part, depth + 1)


def check_tiling(pattern: pikepdf.Object) -> None:
    """Examine a tiling pattern (ISO 32000-1, 8.7.3).

    Raises:
        SpecialError: It is not sound.
    """
    from pikepdf import Array, Dictionary

    one_or_two = (1, 2)
    sound = (
        _whole(pattern.get("/PatternType")) == 1
        and _whole(pattern.get("/PaintType")) in one_or_two
        and _whole(pattern.get("/TilingType")) in (*one_or_two, 3)
        and isinstance(pattern.get("/BBox"), Array)
        and isinstance(pattern.get("/Resources"), Dictionary)
        and all(float(pattern.get(key, 0)) != 0 for key in ("/XStep", "/YStep"))
    )
    if not sound:
        raise SpecialError("tiling-pattern")


def check_separation(space: pikepdf.Array, known: dict[str, bytes]) -> None:
    """Examine a spot colour; *known* holds what others of its name mean, which must be the same (6.2.4.4).

    Raises:
        SpecialError: It is not sound, or another one of its name means something else.
    """
    from pikepdf import Name, Stream

    name, other, function = space[1], space[2], space[3]
    _check_function(function, 0)
    if not isinstance(name, Name) or len(str(name).encode("utf-8", "surrogateescape")) > _LONGEST_NAME:
        raise SpecialError("name-of-a-spot-colour")
    try:
        str(name).encode("utf-8")
    except UnicodeEncodeError as error:
        raise SpecialError("name-of-a-spot-colour") from error
    if str(name) in {"/All", "/None"}:
        return
    meaning = repr(other).encode() + (_spelled(function) if isinstance(function, Stream) else repr(function).encode())
    if known.setdefault(str(name), meaning) != meaning:
        raise SpecialError("two-spot-colours-of-one-name")


def _spelled(function: pikepdf.Stream) -> bytes:
    """Return all that a function in a stream says."""
    return repr([repr(function.get(key)) for key in _OF_FUNCTIONS]).encode() + function.read_bytes()


def check_drawn_font(font: pikepdf.Object) -> None:
    """Examine a font of Type 3 (ISO 32000-1, 9.6.5): keys, widths, and the width each drawing says.

    Raises:
        SpecialError: It is not sound.
    """
    import pikepdf
    from pikepdf import Array, Dictionary, Stream

    drawings, widths, encoding = font.get("/CharProcs"), font.get("/Widths"), font.get("/Encoding")
    first, last = _whole(font.get("/FirstChar")), _whole(font.get("/LastChar"))
    if font.get("/Type") != "/Font" or set(font.keys()) - _DRAWN or first is None or last is None:
        raise SpecialError("drawn-font")
    if not isinstance(widths, Array) or len(widths) != last - first + 1 or not isinstance(drawings, Dictionary):
        raise SpecialError("widths-of-a-drawn-font")
    if not isinstance(encoding, Dictionary) or not isinstance(font.get("/FontMatrix"), Array):
        raise SpecialError("encoding-of-a-drawn-font")
    names = _differences(encoding)
    said = {name: float(widths[code - first]) for code, name in names.items() if first <= code <= last}
    for name, drawing in drawings.items():
        if not isinstance(drawing, Stream):
            raise SpecialError("glyph-of-a-drawn-font")
        begun = next(iter(pikepdf.parse_content_stream(drawing)), None)
        if begun is None or str(begun.operator) not in {"d0", "d1"}:
            raise SpecialError("glyph-of-a-drawn-font")
        width = float(begun.operands[0])
        if name in said and abs(said[name] - width) > _TOLERANCE:
            raise SpecialError("width-of-a-drawn-glyph")


def names_of_codes(font: pikepdf.Object, shown: Sequence[pikepdf.Object]) -> None:
    """See that each code that is *shown* has a drawing in *font*.

    Raises:
        SpecialError: One has none.
    """
    from pikepdf import Array, Dictionary, String

    encoding, drawings = font.get("/Encoding"), font.get("/CharProcs")
    if not isinstance(encoding, Dictionary) or not isinstance(drawings, Dictionary):
        raise SpecialError("drawn-font")
    names = _differences(encoding)
    texts = [part for one in shown for part in (one if isinstance(one, Array) else [one])]
    for text in texts:
        for code in bytes(text) if isinstance(text, String) else b"":
            if names.get(code, "/.notdef") == "/.notdef" or names[code] not in drawings:
                raise SpecialError("a-letter-without-drawing")


def _differences(encoding: pikepdf.Object) -> dict[int, str]:
    from pikepdf import Array, Name

    found: dict[int, str] = {}
    code = 0
    listed = encoding.get("/Differences")
    for one in listed if isinstance(listed, Array) else ():
        if isinstance(one, Name):
            found[code] = str(one)
            code += 1
        else:
            code = int(one)
    return found


def _check_filters(stream: pikepdf.Object) -> None:
    from pikepdf import Array

    found = stream.get("/Filter")
    names = list(found) if isinstance(found, Array) else [] if found is None else [found]
    if any(str(name) not in _FILTERS for name in names) or "/F" in stream:
        raise SpecialError("filter")


def _even(found: pikepdf.Object | None) -> bool:
    from pikepdf import Array

    return isinstance(found, Array) and len(found) > 0 and len(found) % 2 == 0


def _whole(found: object) -> int | None:
    return found if isinstance(found, int) else None
