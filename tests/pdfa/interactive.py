"""Clauses 6.3 to 6.5 of ISO 19005-2: annotations, forms, signatures, actions."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Stream

from tests.pdfa.document import Document, inherited
from tests.pdfa.judge import rule

_NOTES = frozenset(
    [
        "/Text",
        "/Link",
        "/FreeText",
        "/Line",
        "/Square",
        "/Circle",
        "/Polygon",
        "/PolyLine",
        "/Highlight",
        "/Underline",
        "/Squiggly",
        "/StrikeOut",
        "/Stamp",
        "/Caret",
        "/Ink",
        "/Popup",
        "/FileAttachment",
        "/Widget",
        "/PrinterMark",
        "/TrapNet",
        "/Watermark",
        "/Redact",
    ]
)
_ACTIONS = frozenset({"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"})
_NAMED = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_PRINT = 4
_HIDING = 1 | 2 | 32 | 256
"""Invisible, Hidden, NoView, ToggleNoView."""


@rule("6.3.1-1")
def kinds_of_annotations(document: Document) -> Iterator[str]:
    """6.3.1: annotations are of the kinds of ISO 32000-1, but 3D, Sound, Screen and Movie."""
    for page, note in document.annotations():
        if str(note.get("/Subtype")) not in _NOTES:
            yield f"{note.get('/Subtype')} on page {page}"


@rule("6.3.2-1")
def annotations_have_flags(document: Document) -> Iterator[str]:
    """6.3.2: every annotation but Popup has F."""
    for page, note in document.annotations():
        if note.get("/Subtype") != Name.Popup and "/F" not in note:
            yield f"{note.get('/Subtype')} on page {page}"


@rule("6.3.2-2")
def annotations_are_printed(document: Document) -> Iterator[str]:
    """6.3.2: Print is set; Hidden, Invisible, NoView and ToggleNoView are not."""
    for page, note in document.annotations():
        if "/F" in note and (not int(note["/F"]) & _PRINT or int(note["/F"]) & _HIDING):
            yield f"{note['/F']} on page {page}"


@rule("6.3.3-1")
def annotations_have_an_appearance(document: Document) -> Iterator[str]:
    """6.3.3: every annotation has an appearance, but Popup, Link and those without extent."""
    for page, note in document.annotations():
        left, bottom, right, top = (float(side) for side in note.get("/Rect", (0, 0, 0, 0)))
        excused = note.get("/Subtype") in (Name.Popup, Name.Link) or (left == right and bottom == top)
        if not excused and "/AP" not in note:
            yield f"{note.get('/Subtype')} on page {page}"


@rule("6.3.3-2")
def appearances_are_normal(document: Document) -> Iterator[str]:
    """6.3.3: an appearance holds N only: a stream, of a button's widget a dictionary of streams."""
    for page, note in document.annotations():
        appearance = note.get("/AP")
        if appearance is None:
            continue
        shown = appearance.get("/N") if isinstance(appearance, Dictionary) else None
        button = note.get("/Subtype") == Name.Widget and inherited(note, "/FT") == Name.Btn
        right = isinstance(shown, Dictionary) and len(shown) > 0 if button else isinstance(shown, Stream)
        if set(appearance.keys()) != {"/N"} or not right:
            yield f"{note.get('/Subtype')} on page {page}"


def _fields(document: Document) -> Iterator[Dictionary]:
    form = document.root.get("/AcroForm")
    waiting = list(form.get("/Fields", ())) if isinstance(form, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while waiting:
        field = waiting.pop()
        if isinstance(field, Dictionary) and (not field.is_indirect or field.objgen not in seen):
            seen.add(field.objgen)
            waiting += list(field.get("/Kids", ()))
            yield field


@rule("6.4.1-1")
def widgets_do_not_act(document: Document) -> Iterator[str]:
    """6.4.1: a widget has neither A nor AA."""
    for page, note in document.annotations():
        if note.get("/Subtype") == Name.Widget and ("/A" in note or "/AA" in note):
            yield f"page {page}"


@rule("6.4.1-2")
def fields_do_not_act(document: Document) -> Iterator[str]:
    """6.4.1: a form field has no AA."""
    yield from (document.label(field) for field in _fields(document) if "/AA" in field)


@rule("6.4.1-3")
def appearances_are_not_made_by_readers(document: Document) -> Iterator[str]:
    """6.4.1: NeedAppearances is not true."""
    form = document.root.get("/AcroForm")
    if isinstance(form, Dictionary) and bool(form.get("/NeedAppearances", False)):
        yield "NeedAppearances"


@rule("6.4.2-1")
def no_xfa(document: Document) -> Iterator[str]:
    """6.4.2: the form has no XFA."""
    form = document.root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/XFA" in form:
        yield "XFA"


@rule("6.4.2-2")
def needs_no_rendering(document: Document) -> Iterator[str]:
    """6.4.2: the catalogue has no NeedsRendering."""
    if bool(document.root.get("/NeedsRendering", False)):
        yield "NeedsRendering"


@rule("6.4.3-1")
def signatures_cover_the_file(document: Document) -> Iterator[str]:
    """6.4.3: a signature covers the whole file; as only a reader of signatures can tell, none is approved."""
    for field in _fields(document):
        if field.get("/FT") == Name.Sig and "/V" in field:
            yield document.label(field)


def _actions(document: Document) -> Iterator[Dictionary | Stream]:
    """Yield everything that is an action, wherever it hangs."""
    for holder in document.dictionaries():
        for key in ("/A", "/OpenAction", "/Next", "/PA"):
            found = holder.get(key)
            waiting = list(found) if key == "/Next" and isinstance(found, Array) else [found]
            yield from (one for one in waiting if isinstance(one, Dictionary) and "/S" in one and _is_action(one, key))
        extra = holder.get("/AA")
        if isinstance(extra, Dictionary):
            yield from (one for _key, one in extra.items() if isinstance(one, Dictionary))
        if holder.get("/Type") == Name.Action:
            yield holder


def _is_action(one: Dictionary, key: str) -> bool:
    """Tell actions from other things under the same key: attributes in the structure tree also hang at A."""
    return key != "/A" or "/O" not in one


@rule("6.5.1-1")
def kinds_of_actions(document: Document) -> Iterator[str]:
    """6.5.1: actions go somewhere, follow a thread, or submit a form: nothing else."""
    yield from (f"{action.get('/S')}" for action in _actions(document) if str(action.get("/S")) not in _ACTIONS)
    names = document.root.get("/Names")
    if isinstance(names, Dictionary) and "/JavaScript" in names:
        yield "JavaScript by name"


@rule("6.5.1-2")
def named_actions(document: Document) -> Iterator[str]:
    """6.5.1: named actions turn pages."""
    for action in _actions(document):
        if action.get("/S") == Name.Named and str(action.get("/N")) not in _NAMED:
            yield f"{action.get('/N')}"


@rule("6.5.2-1")
def the_document_does_not_act(document: Document) -> Iterator[str]:
    """6.5.2: the catalogue has no AA."""
    if "/AA" in document.root:
        yield "AA"


@rule("6.5.2-2")
def pages_do_not_act(document: Document) -> Iterator[str]:
    """6.5.2: no page has AA."""
    for number, page in enumerate(document.pages, start=1):
        if "/AA" in page:
            yield f"page {number}"
