"""A PDF brought nearer to PDF/A without touching what its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffre_cli.convert.notes import give_picture

if TYPE_CHECKING:
    import pikepdf

_CATALOG = ("/OpenAction", "/AA", "/Collection", "/NeedsRendering", "/Requirements", "/Perms", "/Threads")
_PAGE = ("/AA", "/PresSteps", "/Trans")
_NOT_IN_ARCHIVES = frozenset({"/Movie", "/Sound", "/Screen", "/3D", "/RichMedia", "/FileAttachment", "/TrapNet"})


def flattened(pdf: pikepdf.Pdf) -> bool:
    """Take out of *pdf* what acts instead of showing, and paint forms in; True when pages may look different."""
    import pikepdf

    root = pdf.Root
    painted = False
    if "/AcroForm" in root:
        painted = True
        _paint_forms(pdf)
    for key in _CATALOG:
        if key in root:
            del root[key]
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        for key in ("/JavaScript", "/EmbeddedFiles"):
            if key in names:
                del names[key]
    if "/DocChecksum" in pdf.trailer:
        del pdf.trailer["/DocChecksum"]
    if "/AF" in root:
        del root["/AF"]
    for page in pdf.pages:
        _clean_page(pdf, page.obj)
    return painted


def _paint_forms(pdf: pikepdf.Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        del form["/XFA"]
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]


def _clean_page(pdf: pikepdf.Pdf, page: pikepdf.Object) -> None:
    import pikepdf

    for key in _PAGE:
        if key in page:
            del page[key]
    tabs = page.get("/Tabs")
    if isinstance(tabs, pikepdf.String):
        page["/Tabs"] = pikepdf.Name("/" + str(tabs)[:1]) if str(tabs)[:1] in "RCSAW" else pikepdf.Name.S
    notes = page.get("/Annots")
    if isinstance(notes, pikepdf.Array):
        kept = [note for note in notes if isinstance(note, pikepdf.Dictionary) and _may_stay(note)]
        for note in kept:
            _clean_note(note)
            give_picture(pdf, note)
        if kept:
            page["/Annots"] = pikepdf.Array(kept)
        else:
            del page["/Annots"]


def _may_stay(note: pikepdf.Dictionary) -> bool:
    return str(note.get("/Subtype", "")) not in _NOT_IN_ARCHIVES


def _clean_note(note: pikepdf.Dictionary) -> None:
    import pikepdf

    if "/AA" in note:
        del note["/AA"]
    action = note.get("/A")
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) not in {"/URI", "/GoTo", "/GoToR"}:
        del note["/A"]
