"""Forms and notes painted into their pages, as they are seen: what PDF/A's judge knows no appearance for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import DamagedFileError
from coffre_cli.convert.words import page_with_notes
from coffre_cli.i18n import N_

if TYPE_CHECKING:
    import pikepdf

_STAYING = frozenset({"/Link", "/Text", "/Popup"})
_STAYING_WITH_PICTURE = frozenset(
    {"/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut"}
    | {"/Stamp", "/Caret", "/Ink"}
)
_HIDING = 1 | 2 | 32 | 256
"""Invisible, Hidden, NoView, ToggleNoView."""
Notes = list["pikepdf.Dictionary"]


def with_notes_painted(pdf: pikepdf.Pdf) -> bool:
    """Paint into the pages of *pdf* the fields and notes that cannot stay; True when there was one."""
    painting: dict[int, Notes] = {}
    others: dict[int, Notes] = {}
    for number, page in enumerate(pdf.pages):
        notes = notes_of(page.obj)
        chosen = [must_be_painted(note) for note in notes]
        if any(chosen):
            painting[number] = [note for note, paint in zip(notes, chosen, strict=True) if paint]
            others[number] = _without_orphans(
                [note for note, paint in zip(notes, chosen, strict=True) if not paint], painting[number]
            )
    if painting:
        _paint(pdf, painting)
    for number, notes in others.items():
        put_notes(pdf.pages[number].obj, notes)
    return bool(painting)


def _without_orphans(notes: Notes, painted: Notes) -> Notes:
    """Return *notes* without the windows (Popup) of those *painted*."""
    gone = {note.objgen for note in painted if note.is_indirect}
    return [note for note in notes if (parent := note.get("/Parent")) is None or parent.objgen not in gone]


def notes_of(page: pikepdf.Object) -> Notes:
    """Return the annotations of a page, as far as they are any."""
    import pikepdf

    found = page.get("/Annots")
    return [note for note in found if isinstance(note, pikepdf.Dictionary)] if isinstance(found, pikepdf.Array) else []


def must_be_painted(note: pikepdf.Dictionary) -> bool:
    """Return whether *note* cannot stay a note."""
    subtype = str(note.get("/Subtype", ""))
    if subtype in _STAYING or (subtype != "/Widget" and _flags(note) & _HIDING):
        return False
    return subtype not in _STAYING_WITH_PICTURE or not has_one_picture(note)


def _flags(note: pikepdf.Dictionary) -> int:
    found = note.get("/F", 0)
    return found if isinstance(found, int) else 0


def has_one_picture(note: pikepdf.Dictionary) -> bool:
    """Return whether the appearance of *note* is one stream.

    The state that is shown is taken for it; what would be shown under the mouse is left out.
    """
    import pikepdf

    pictures = note.get("/AP")
    shown = pictures.get("/N") if isinstance(pictures, pikepdf.Dictionary) else None
    if isinstance(shown, pikepdf.Dictionary):
        shown = shown.get(str(note.get("/AS", "")), None)
    if not isinstance(shown, pikepdf.Stream):
        return False
    note["/AP"] = pikepdf.Dictionary(N=shown)
    if "/AS" in note:
        del note["/AS"]
    return True


def _paint(pdf: pikepdf.Pdf, painting: dict[int, Notes]) -> None:
    """Have pdfium paint the notes of a copy that has no others, and take over the contents of its pages."""
    import pikepdf

    kept = {number: notes_of(page.obj) for number, page in enumerate(pdf.pages)}
    for number, page in enumerate(pdf.pages):
        put_notes(page.obj, painting.get(number, []))
    copy = io.BytesIO()
    pdf.save(copy, encryption=False)
    for number, page in enumerate(pdf.pages):
        put_notes(page.obj, kept[number])
    with pikepdf.open(io.BytesIO(_painted(copy.getvalue(), list(painting)))) as made:
        for number in painting:
            new = pdf.copy_foreign(made.pages[number].obj)
            for key in ("/Contents", "/Resources"):
                if key in new:
                    pdf.pages[number].obj[key] = new[key]


def put_notes(page: pikepdf.Object, notes: Notes) -> None:
    """Give a page these annotations, and no others."""
    import pikepdf

    if notes:
        page["/Annots"] = pikepdf.Array(notes)
    elif "/Annots" in page:
        del page["/Annots"]


def _painted(data: bytes, numbers: Sequence[int]) -> bytes:
    import pypdfium2

    output = io.BytesIO()
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
        for number in numbers:
            page_with_notes(document, number).close()
        document.save(output)
        document.close()
    except pypdfium2.PdfiumError as error:
        raise DamagedFileError(reason=N_("pdfium")) from error
    return output.getvalue()
