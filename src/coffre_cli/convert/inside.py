"""What lies in a PDF beside its pages, and cannot be in an archive: files, sound and film, comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.convert.painted import must_be_painted, notes_of

if TYPE_CHECKING:
    import pikepdf

_MOST = 100
_MEDIA = frozenset({"/Movie", "/Sound", "/Screen", "/3D", "/RichMedia"})
_SHOWING_WORDS = frozenset({"/FreeText", "/Widget", "/FileAttachment", "/Watermark"})
"""Of these the words are in the picture, or are no comment."""


def files_in(pdf: pikepdf.Pdf) -> list[str]:
    """Return the names of files in *pdf*, in its list or pinned to its pages."""
    try:
        listed = [str(name) for name in pdf.attachments]
    except Exception:  # noqa: BLE001 - a broken name tree holds nothing that can be named
        listed = []
    return list(dict.fromkeys((*listed, *_pinned(pdf))))[:_MOST]


def holds_media(pdf: pikepdf.Pdf) -> bool:
    """Whether a page has sound, film or a model."""
    return any(str(note.get("/Subtype", "")) in _MEDIA for note in _notes(pdf))


def loses_comments(pdf: pikepdf.Pdf) -> bool:
    """Whether a note that is painted into its page says something that is not seen there."""
    return any(
        str(note.get("/Subtype", "")) not in _SHOWING_WORDS
        and len(str(note.get("/Contents", "")).strip()) > 0
        and must_be_painted(note)
        for note in _notes(pdf)
    )


def _pinned(pdf: pikepdf.Pdf) -> Iterator[str]:
    import pikepdf

    for note in _notes(pdf):
        if str(note.get("/Subtype", "")) != "/FileAttachment":
            continue
        file = note.get("/FS")
        name = file.get("/UF", file.get("/F")) if isinstance(file, pikepdf.Dictionary) else file
        yield "?" if name is None else str(name)


def _notes(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    for page in pdf.pages:
        yield from notes_of(page.obj)
