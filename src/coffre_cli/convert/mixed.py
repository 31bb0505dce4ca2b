"""Pages that PDF/A's judge cannot approve become pictures with their words behind; the others stay as they are."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.archive import Written, attempt_archive, write_archive
from coffre_cli.convert.lean import lighten
from coffre_cli.convert.model import Options
from coffre_cli.convert.moved import move_notes, upright_boxes
from coffre_cli.convert.painted import notes_of, put_notes
from coffre_cli.convert.prune import prune
from coffre_cli.convert.raster import photographed

if TYPE_CHECKING:
    import pikepdf

_MOST_PAGES = 300
_MOST_PICTURES = 100
_STAYING = frozenset({"/Type", "/Parent", "/Annots"})
_NOTES = frozenset({"/Link", "/Text", "/Popup"})
"""Other notes are in the picture."""


def archive_with_pictures(
    pdf: pikepdf.Pdf, source: Path, directory: Path, options: Options, passwords: tuple[str, ...] = ()
) -> tuple[Written, tuple[int, ...], str]:
    """Write *pdf*, made of *source*, as PDF/A, with pictures for the pages that cannot be approved.

    Returns what was written, which pages became pictures, from 0, and why. Falls back to plain PDF. *pdf* is changed.
    """
    written, why = attempt_archive(pdf, directory, options.moment)
    if written is not None:
        return written, (), ""
    if len(pdf.pages) <= _MOST_PAGES:
        refused = _refused(pdf)
        if refused and len(refused) <= _MOST_PICTURES:
            with photographed(source, passwords, options.bounds, refused) as pictures:
                put_pictures(pdf, refused, pictures)
                written, after = attempt_archive(pdf, directory, options.moment)
            if written is not None:
                return written, tuple(refused), why
            why = f"{why}; {after}"
    return write_archive(pdf, directory, options.moment), (), why


def _refused(pdf: pikepdf.Pdf) -> list[int]:
    """Return the pages, from 0, that are not approved when they stand alone."""
    import pikepdf

    refused = []
    prune(pdf)
    for number, page in enumerate(pdf.pages):
        with pikepdf.new() as alone:
            alone.pages.append(page)
            if not _approved(alone):
                refused.append(number)
    return refused


def _approved(pdf: pikepdf.Pdf) -> bool:
    from pikepdf import pdfa

    try:
        lighten(pdf)
        pdfa.save(pdf, io.BytesIO(), "2b")
    except (pdfa.PdfaError, ValueError, TypeError, RuntimeError, AttributeError, KeyError):
        return False
    return True


def put_pictures(pdf: pikepdf.Pdf, numbers: Sequence[int], pictures: pikepdf.Pdf) -> None:
    """Give the pages *numbers* the contents of *pictures*; links and notes of text on them stay where they are seen."""
    for number, picture in zip(numbers, pictures.pages, strict=True):
        boxes = upright_boxes(pdf.pages[number])
        page = pdf.pages[number].obj
        new = pdf.copy_foreign(picture.obj)
        for key in list(page.keys()):
            if key not in _STAYING:
                del page[key]
        for key in ("/Contents", "/Resources", "/MediaBox"):
            page[key] = new[key]
        page["/Rotate"] = 0  # else it would be that of the tree of pages
        page["/CropBox"] = new["/MediaBox"]
        put_notes(page, [note for note in notes_of(page) if str(note.get("/Subtype", "")) in _NOTES])
        move_notes(page, boxes)
    prune(pdf)
