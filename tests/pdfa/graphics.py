"""Clauses 6.2.2, 6.2.5, 6.2.6, 6.2.9 and 6.2.10 of ISO 19005-2: content streams, graphics states, transparency."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Stream

from tests.pdfa.document import Document
from tests.pdfa.judge import rule

_INTENTS = frozenset({"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"})
_BLENDS = frozenset(
    [
        "/Normal",
        "/Compatible",
        "/Multiply",
        "/Screen",
        "/Overlay",
        "/Darken",
        "/Lighten",
        "/ColorDodge",
        "/ColorBurn",
        "/HardLight",
        "/SoftLight",
        "/Difference",
        "/Exclusion",
        "/Hue",
        "/Saturation",
        "/Color",
        "/Luminosity",
    ]
)
_PROCESS = frozenset({"/Cyan", "/Magenta", "/Yellow", "/Black"})
_MARKS = frozenset({"/SA", "/OP", "/op", "/OPM", "/CA", "/ca", "/BM", "/SMask", "/LW", "/AIS", "/TK", "/TR", "/TR2"})
_MARKS |= {"/HTP", "/HT", "/RI", "/BG", "/BG2", "/UCR", "/UCR2", "/FL", "/SM"}


def _states(document: Document) -> Iterator[Dictionary]:
    """Yield the graphics states that pages use, and whatever else looks like one."""
    yield from (state for state, _where in document.walk.states)
    for one in document.dictionaries():
        if isinstance(one, Dictionary) and one.get("/Type") == Name.ExtGState and _MARKS & set(one.keys()):
            yield one


@rule("6.2.2-1")
def known_operators(document: Document) -> Iterator[str]:
    """6.2.2: content streams hold operators of ISO 32000-1 only, even between BX and EX."""
    yield from document.walk.unknown


@rule("6.2.2-2")
def resources_of_their_own(document: Document) -> Iterator[str]:
    """6.2.2: what a content stream names stands in the Resources dictionary of that stream."""
    yield from document.walk.inherited


@rule("6.2.2-3")
def resources_exist(document: Document) -> Iterator[str]:
    """6.2.2: what a content stream names exists (ISO 32000-1, 7.8.3)."""
    yield from document.walk.missing


@rule("6.2.5-1")
def no_transfer_function(document: Document) -> Iterator[str]:
    """6.2.5: no TR in a graphics state."""
    if any("/TR" in state for state in _states(document)):
        yield "TR"


@rule("6.2.5-2")
def only_the_default_transfer_function(document: Document) -> Iterator[str]:
    """6.2.5: TR2 is Default where it is there."""
    if any(state.get("/TR2", Name.Default) != Name.Default for state in _states(document)):
        yield "TR2"


@rule("6.2.5-3")
def no_halftone_phase(document: Document) -> Iterator[str]:
    """6.2.5: no HTP in a graphics state."""
    if any("/HTP" in state for state in _states(document)):
        yield "HTP"


def _halftones(document: Document) -> Iterator[tuple[str | None, Dictionary | Stream]]:
    """Yield the halftones with the colorant each is for."""
    for state in _states(document):
        halftone = state.get("/HT")
        if not isinstance(halftone, Dictionary | Stream):
            continue
        yield None, halftone
        if halftone.get("/HalftoneType") == 5:
            for key, part in halftone.items():
                if isinstance(part, Dictionary | Stream):
                    yield key, part


@rule("6.2.5-4")
def halftones_of_type_1_or_5(document: Document) -> Iterator[str]:
    """6.2.5: halftones are of type 1 or 5."""
    for _colorant, halftone in _halftones(document):
        if halftone.get("/HalftoneType") not in (1, 5):
            yield f"type {halftone.get('/HalftoneType')}"


@rule("6.2.5-5")
def halftones_without_name(document: Document) -> Iterator[str]:
    """6.2.5: no HalftoneName."""
    if any("/HalftoneName" in halftone for _colorant, halftone in _halftones(document)):
        yield "HalftoneName"


@rule("6.2.5-6")
def transfer_functions_of_halftones(document: Document) -> Iterator[str]:
    """6.2.5: TransferFunction only where ISO 32000-1, table 130 requires it: for other than process colours."""
    for colorant, halftone in _halftones(document):
        if colorant == "/Default":
            continue
        required = colorant is not None and colorant not in _PROCESS
        if required != ("/TransferFunction" in halftone):
            yield f"TransferFunction of {colorant or 'a halftone'}"


@rule("6.2.6-1")
def four_rendering_intents(document: Document) -> Iterator[str]:
    """6.2.6: rendering intents are those of ISO 32000-1, table 70."""
    for intent, where in document.walk.intents:
        if intent not in _INTENTS:
            yield f"{intent} in {where}"


def _forms(document: Document) -> Iterator[Stream]:
    yield from (form for form, _where in document.walk.forms)
    yield from (one for one in document.streams() if one.get("/Subtype") == Name.Form)


@rule("6.2.9-1")
def forms_without_postscript(document: Document) -> Iterator[str]:
    """6.2.9: form XObjects have neither OPI nor PS nor Subtype2 PS."""
    for form in _forms(document):
        if "/OPI" in form or "/PS" in form or form.get("/Subtype2") == Name.PS:
            yield document.label(form)


@rule("6.2.9-2")
def no_reference_xobjects(document: Document) -> Iterator[str]:
    """6.2.9: no Ref in a form XObject."""
    for form in _forms(document):
        if "/Ref" in form:
            yield document.label(form)


@rule("6.2.9-3")
def no_postscript_xobjects(document: Document) -> Iterator[str]:
    """6.2.9: no PostScript XObject."""
    for one in document.streams():
        if one.get("/Subtype") == Name.PS:
            yield document.label(one)


@rule("6.2.10-1")
def known_blend_modes(document: Document) -> Iterator[str]:
    """6.2.10: blend modes of ISO 32000-1 only."""
    for state in _states(document):
        for mode in _names(state.get("/BM")):
            if mode not in _BLENDS:
                yield f"{mode}"


def _names(found: Object | None) -> list[str]:
    if found is None:
        return []
    return [str(one) for one in found] if isinstance(found, Array) else [str(found)]


@rule("6.2.10-2")
def blending_spaces_without_intent(document: Document) -> Iterator[str]:
    """6.2.10: without a PDF/A output intent, transparent pages say their blending colour space."""
    if document.intent_space is not None:
        return
    for number in sorted(document.walk.transparent):
        group = document.pages[number - 1].get("/Group")
        if not isinstance(group, Dictionary) or "/CS" not in group:
            yield f"page {number}"
