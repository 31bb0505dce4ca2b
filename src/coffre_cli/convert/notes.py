"""Notes on a page: PDF/A wants each to carry its own picture (ISO 19005-2, 6.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffre_cli.convert.painted import has_one_picture, notes_of

if TYPE_CHECKING:
    import pikepdf

_SIDE = 18
_CORNERS = 4
_PICTURE = b"0.95 0.85 0.3 rg 0.4 0.35 0.1 RG 1 w 1 1 16 16 re B 4 12 m 14 12 l 4 9 m 14 9 l 4 6 m 10 6 l S"
"""A small yellow sheet with three lines."""


def give_picture(pdf: pikepdf.Pdf, note: pikepdf.Dictionary) -> None:
    """Give a text note that has none a picture and room for it, and a popup a place; others are left alone."""
    subtype = str(note.get("/Subtype", ""))
    if subtype == "/Popup" and "/Rect" not in note:
        _place(note, 200, 100)
    elif subtype == "/Text" and not has_one_picture(note):
        _place_sheet(note)
        note["/AP"] = _appearance(pdf)


def with_sheets(pdf: pikepdf.Pdf) -> bool:
    """Give the text notes of *pdf* that have none their picture, so that all views show the same; True when one had."""
    given = False
    for page in pdf.pages:
        for note in notes_of(page.obj):
            if str(note.get("/Subtype", "")) == "/Text" and not has_one_picture(note):
                give_picture(pdf, note)
                given = True
    return given


def _place(note: pikepdf.Dictionary, width: int, height: int) -> None:
    """Make the note's rectangle at least so large, its lower left corner where it was."""
    import pikepdf

    left, low, right, high = _box(note)
    note["/Rect"] = pikepdf.Array([left, low, max(right, left + width), max(high, low + height)])


def _place_sheet(note: pikepdf.Dictionary) -> None:
    """Make the note's rectangle as large as the sheet, its upper left corner where it was: readers never stretch it."""
    import pikepdf

    left, _low, _right, high = _box(note)
    note["/Rect"] = pikepdf.Array([left, high - _SIDE, left + _SIDE, high])


def _box(note: pikepdf.Dictionary) -> tuple[float, float, float, float]:
    import pikepdf

    found = note.get("/Rect")
    box = [float(value) for value in found] if isinstance(found, pikepdf.Array) else []
    box = box if len(box) == _CORNERS else [0.0] * _CORNERS
    return (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))


def _appearance(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    import pikepdf

    form = pdf.make_stream(_PICTURE)
    form["/Type"] = pikepdf.Name.XObject
    form["/Subtype"] = pikepdf.Name.Form
    form["/BBox"] = pikepdf.Array([0, 0, _SIDE, _SIDE])
    form["/Resources"] = pikepdf.Dictionary()
    return pikepdf.Dictionary(N=form)
