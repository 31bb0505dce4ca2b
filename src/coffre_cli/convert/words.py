"""The words of a PDF, read by pdfium."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import DamagedFileError, PasswordNeededError, TooManyPagesError
from coffre_cli.i18n import N_

if TYPE_CHECKING:
    import pypdfium2

TEXT = "text.txt"
_MOST_CHARACTERS = 30_000_000
_WRONG_PASSWORD = 4
_GLANCE = 0.02
_CLEAN = str.maketrans({"\r": None, "\0": None, "\ufffe": None, "\x02": None, "\xad": None, "\f": "\n"})


@dataclass(frozen=True, slots=True)
class Words:
    """The text of each page."""

    pages: tuple[str, ...]

    @property
    def wordless(self) -> tuple[int, ...]:
        """The pages, from 0, without any word."""
        return tuple(number for number, text in enumerate(self.pages) if not text.strip())

    def save(self, directory: Path) -> str | None:
        """Write them, pages parted by form feeds, and return the file's name; None when there is not one word."""
        text = "\f".join(self.pages)
        if not text.strip():
            return None
        (directory / TEXT).write_text(text, encoding="utf-8", errors="replace", newline="")
        return TEXT


def open_pdf(path: Path, passwords: tuple[str, ...] = ()) -> pypdfium2.PdfDocument:
    """Return the PDF at *path* opened by pdfium with the first of *passwords* that fits.

    Raises:
        PasswordNeededError: None fits.
        DamagedFileError: It is no PDF that pdfium can read.
    """
    import pypdfium2

    locked = False
    for password in ("", *passwords):
        try:
            return pypdfium2.PdfDocument(path, password=password or None)
        except pypdfium2.PdfiumError as error:
            locked = getattr(error, "err_code", 0) == _WRONG_PASSWORD or "password" in str(error).lower()
            if not locked:
                raise DamagedFileError(reason=N_("pdfium")) from error
    raise PasswordNeededError


def open_with_forms(path: Path, passwords: tuple[str, ...] = ()) -> pypdfium2.PdfDocument:
    """Return the PDF at *path* opened so that its pages are drawn with their forms filled in.

    Raises:
        PasswordNeededError: No password fits.
        DamagedFileError: It is no PDF that pdfium can read.
    """
    document = open_pdf(path, passwords)
    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)  # it says at each form of XFA that it knows none
    document.init_forms()
    return document


def page_with_notes(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    """Return a page of *document* with its fields and notes painted in: their words are words of the page then."""
    from pypdfium2.raw import FLAT_NORMALDISPLAY, FLATTEN_SUCCESS, FPDFPage_Flatten, FPDFPage_GetAnnotCount

    page = document[number]
    if FPDFPage_GetAnnotCount(page) <= 0:
        return page
    page.render(scale=_GLANCE, may_draw_forms=True).close()  # it makes up pictures of notes that have none
    done = FPDFPage_Flatten(page, FLAT_NORMALDISPLAY)
    if done != FLATTEN_SUCCESS:
        return page
    page.close()
    return document[number]


def read_words(path: Path, *, most_pages: int, passwords: tuple[str, ...] = ()) -> Words:
    """Return the words of the PDF at *path*.

    Raises:
        DamagedFileError: It cannot be read.
        PasswordNeededError: It is encrypted.
        TooManyPagesError: It has more than *most_pages*.
    """
    document = open_with_forms(path, passwords)
    try:
        if len(document) > most_pages:
            raise TooManyPagesError(limit=most_pages)
        pages: list[str] = []
        total = 0
        for number in range(len(document)):
            text = _of_page(document, number) if total < _MOST_CHARACTERS else ""
            total += len(text)
            pages.append(text)
        return Words(tuple(pages))
    finally:
        document.close()


def _of_page(document: pypdfium2.PdfDocument, number: int) -> str:
    import pypdfium2

    try:
        page = page_with_notes(document, number)
    except pypdfium2.PdfiumError:
        return ""
    try:
        read = page.get_textpage()
        text: str = read.get_text_range()
        read.close()
        return text.translate(_CLEAN)
    except pypdfium2.PdfiumError:
        return ""
    finally:
        page.close()
