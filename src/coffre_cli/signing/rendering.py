"""Pages as pictures: what a reader saw when a version was signed, and sees now (step 8 of a verification).

PDFium draws them, forms included. It has had its flaws: run this in a limited worker.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from coffre_cli.signing.window import open_window

logging.getLogger("pypdfium2").setLevel(logging.ERROR)

SCALE = 1.0
"""72 dots an inch: an altered digit changes dozens of dots, and a page takes 10 ms."""
DIFFERENT = 48
"""Of 255 levels of grey: what smoothing of edges never reaches."""
INK = 140
"""Darker than this is ink."""
PALE = 170
"""Paler than this is no ink: words under a tinted glass stay darker, and readable."""
LARGEST = 200 << 20
"""Bytes of file beyond which pages are not compared."""
LARGEST_SIDE = 4000.0
"""Points: larger pages are drawn smaller."""

Rectangle = tuple[float, float, float, float]


class NotComparedError(Exception):
    """The pages could not be drawn."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How one page differs between two versions."""

    changed: int
    """Dots that differ."""
    lost: int
    """Dots that were ink and are so no more."""
    covered: int
    """Letters and digits that stood in the box asked about."""


def compare_page(
    path: Path, old_length: int, new_length: int, page: int, box: Rectangle | None = None, password: str | None = None
) -> Likeness:
    """Compare page *page* (from 1) of the versions of *old_length* and *new_length* bytes.

    Raises:
        NotComparedError: PDFium does not draw one of them.
    """
    with _opened(path, old_length, password) as old, _opened(path, new_length, password) as new:
        before, after = _drawn(old, page), _drawn(new, page)
        covered = 0 if box is None else _letters(old, page, box)
    if before.size != after.size:
        return Likeness(before.size[0] * before.size[1], before.size[0] * before.size[1], covered)
    difference = _mask(ImageChops.difference(before, after), DIFFERENT, above=True)
    lost = ImageChops.logical_and(_mask(before, INK, above=False), _mask(after, PALE, above=True))
    return Likeness(_count(difference), _count(lost), covered)


def page_count(path: Path, length: int, password: str | None = None) -> int:
    """Return how many pages the version of *length* bytes has.

    Raises:
        NotComparedError: PDFium does not read it.
    """
    with _opened(path, length, password) as document:
        return len(document)


def letters_in(path: Path, length: int, page: int, box: Rectangle, password: str | None = None) -> int:
    """Count the letters and digits that stand in *box* on a page of the version of *length* bytes.

    Raises:
        NotComparedError: PDFium does not read it.
    """
    with _opened(path, length, password) as document:
        return _letters(document, page, box)


def write_pictures(
    path: Path, old_length: int, new_length: int, page: int, directory: Path, password: str | None = None
) -> tuple[str, ...]:
    """Draw a page before and after, and where it differs; return the names of the pictures made in *directory*."""
    with _opened(path, old_length, password) as old, _opened(path, new_length, password) as new:
        before, after = _drawn(old, page, scale=2), _drawn(new, page, scale=2)
    pictures = {"before": before, "after": after}
    if before.size == after.size:
        mask = _mask(ImageChops.difference(before, after), DIFFERENT, above=True)
        red = Image.new("RGB", after.size, (220, 20, 60))
        pictures["changes"] = Image.composite(red, after.convert("RGB"), mask)
    names = []
    for kind, picture in pictures.items():
        name = f"page-{page:03d}-{old_length}-{kind}.png"
        picture.save(directory / name)
        names.append(name)
    return tuple(names)


@contextlib.contextmanager
def _opened(path: Path, length: int, password: str | None) -> Iterator[pypdfium2.PdfDocument]:
    if length > LARGEST:
        raise NotComparedError("size")
    with open_window(path, length) as window:
        data = bytes(window)
    document = _document(data, password)
    try:
        yield document
    finally:
        document.close()


def _document(data: bytes, password: str | None) -> pypdfium2.PdfDocument:
    """Open *data* without a password if that is enough, else with the one given."""
    failure: Exception | None = None
    for candidate in dict.fromkeys((None, password)):
        try:
            document = pypdfium2.PdfDocument(data, password=candidate)
            document.init_forms()
        except pypdfium2.PdfiumError as error:
            failure = error
        else:
            return document
    raise NotComparedError(str(failure)) from failure


def _drawn(document: pypdfium2.PdfDocument, number: int, *, scale: float = SCALE) -> Image.Image:
    if number > len(document):
        return Image.new("L", (1, 1))
    try:
        page = document[number - 1]
        width, height = page.get_size()
        fitting = min(scale, LARGEST_SIDE / max(width, height, 1.0))
        picture: Image.Image = page.render(scale=fitting, grayscale=True, may_draw_forms=True).to_pil()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise NotComparedError(str(error)) from error
    return picture.convert("L")


def _letters(document: pypdfium2.PdfDocument, number: int, box: Rectangle) -> int:
    if number > len(document):
        return 0
    try:
        words = document[number - 1].get_textpage().get_text_bounded(*box)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise NotComparedError(str(error)) from error
    return sum(1 for letter in words if letter.isalnum())


def _mask(picture: Image.Image, level: int, *, above: bool) -> Image.Image:
    dots: Image.Image = picture.point([255 * ((value > level) is above) for value in range(256)]).convert("1")
    return dots


def _count(mask: Image.Image) -> int:
    return mask.histogram()[255]
