"""A PDF brought nearer to PDF/A without touching what its pages show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.notes import give_picture
from coffre_cli.convert.outline import without_acts
from coffre_cli.convert.painted import notes_of, put_notes, with_notes_painted

if TYPE_CHECKING:
    import pikepdf

_CATALOG = (
    "/AcroForm",
    "/OpenAction",
    "/AA",
    "/AF",
    "/Collection",
    "/NeedsRendering",
    "/Requirements",
    "/Perms",
    "/Threads",
)
_NAMES = ("/JavaScript", "/EmbeddedFiles")
_PAGE = ("/AA", "/PresSteps", "/Trans")
_HARMLESS = frozenset({"/URI", "/GoTo", "/GoToR"})
_NOT_IN_ARCHIVES = frozenset({"/Movie", "/Sound", "/Screen", "/3D", "/RichMedia", "/FileAttachment", "/TrapNet"})
"""Those that have no picture; the others are painted."""


def flattened(pdf: pikepdf.Pdf) -> bool:
    """Take out of *pdf* what acts instead of showing, and paint forms and notes in; True when that was needed."""
    import pikepdf

    root = pdf.Root
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        del form["/XFA"]
    painted = with_notes_painted(pdf)
    _drop(root, _CATALOG)
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        _drop(names, _NAMES)
    if "/DocChecksum" in pdf.trailer:
        del pdf.trailer["/DocChecksum"]
    without_acts(pdf)
    for page in pdf.pages:
        _clean_page(pdf, page.obj)
    return painted


def _clean_page(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    import pikepdf

    _drop(page, _PAGE)
    tabs = page.get("/Tabs")
    if isinstance(tabs, pikepdf.String):
        page["/Tabs"] = pikepdf.Name("/" + str(tabs)[:1]) if str(tabs)[:1] in "RCSAW" else pikepdf.Name.S
    kept = [note for note in notes_of(page) if _may_stay(note)]
    for note in kept:
        _clean_note(note)
        give_picture(pdf, note)
    put_notes(page, kept)


def _drop(holder: pikepdf.Object, keys: Sequence[str]) -> None:
    for key in keys:
        if key in holder:
            del holder[key]


def _may_stay(note: pikepdf.Dictionary) -> bool:
    return str(note.get("/Subtype", "")) not in _NOT_IN_ARCHIVES


def _clean_note(note: pikepdf.Dictionary) -> None:
    import pikepdf

    if "/AA" in note:
        del note["/AA"]
    action = note.get("/A")
    if not isinstance(action, pikepdf.Dictionary):
        return
    if str(action.get("/S", "")) not in _HARMLESS:
        del note["/A"]
    elif "/Next" in action:
        del action["/Next"]
