"""Pages as pictures: what a reader saw when a version was signed, and sees now (step 8 of a verification).

PDFium draws them, forms included. It has had its flaws: run this in a limited worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageChops

from coffre_cli.signing.window import open_window

logging.getLogger("pypdfium2").setLevel(logging.ERROR)

SCALE = 1.0
"""72 dots an inch: an altered digit changes dozens of dots, and a page takes 10 ms."""
FINE_SCALE = 2.0
"""Where strokes are told from rules: words written over others share much of their ink."""
DIFFERENT = 48
"""Of 255 levels of grey: what smoothing of edges never reaches."""
INK = 140
"""Darker than this is ink."""
PALE = 170
"""Paler than this is no ink: words under a tinted glass stay darker, and readable."""
SHORTEST_STROKE = 3
"""Dots of ink one over the other, of which letters and digits have many; the rules and dots to sign on have none."""
LONGEST_STROKE = 24
"""Dots one over the other beyond which ink is the side of a frame."""
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
    """Dots of strokes, in the box asked about, that were ink and are so no more."""


def compare_page(
    path: Path,
    old_length: int,
    new_length: int,
    page: int,
    box: Rectangle | None = None,
    password: str | None = None,
    *,
    content_only: bool = False,
) -> Likeness:
    """Compare page *page* (from 1) of the versions of *old_length* and *new_length* bytes.

    With *content_only* nothing of the older one counts that forms and annotations draw.

    Raises:
        NotComparedError: PDFium does not draw one of them.
    """
    with _opened(path, old_length, password) as old, _opened(path, new_length, password) as new:
        scale = SCALE if box is None else FINE_SCALE
        before = _drawn(old, page, scale=scale, content_only=content_only)
        after = _drawn(new, page, scale=scale)
        where = None if box is None else _dots(old, page, box, before.size)
    if before.size != after.size:
        return Likeness(before.size[0] * before.size[1], before.size[0] * before.size[1])
    difference = _mask(ImageChops.difference(before, after), DIFFERENT, above=True)
    lost = ImageChops.logical_and(_mask(before, INK, above=False), _mask(after, PALE, above=True))
    return Likeness(_count(difference), _count(_strokes(lost.crop(where))))


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


def _drawn(
    document: pypdfium2.PdfDocument, number: int, *, scale: float = SCALE, content_only: bool = False
) -> Image.Image:
    if number > len(document):
        return Image.new("L", (1, 1))
    try:
        page = document[number - 1]
        width, height = page.get_size()
        fitting = min(scale, LARGEST_SIDE / max(width, height, 1.0))
        picture: Image.Image = page.render(
            scale=fitting, grayscale=True, may_draw_forms=not content_only, draw_annots=not content_only
        ).to_pil()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise NotComparedError(str(error)) from error
    return picture.convert("L")


def _dots(
    document: pypdfium2.PdfDocument, number: int, box: Rectangle, size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """Return where *box* lies in the picture of its page, whichever way the page is turned."""
    if number > len(document):
        return None
    page = document[number - 1]
    corners = [_dot(page, x, y, size) for x, y in (box[:2], box[2:])]
    (left, right), (top, bottom) = (sorted(side) for side in zip(*corners, strict=True))
    return left, top, right + 1, bottom + 1


def _dot(page: pypdfium2.PdfPage, x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pypdfium2.raw.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return min(max(across.value, 0), size[0]), min(max(down.value, 0), size[1])


def _strokes(ink: Image.Image) -> Image.Image:
    """Return the middle dots of strokes: neither thin lines across nor long ones down."""
    frames = tops = _column(ink, LONGEST_STROKE)
    for step in range(1, LONGEST_STROKE if tops.getbbox() else 0):
        frames = ImageChops.logical_or(frames, tops.crop(_moved(ink, -step)))
    return ImageChops.logical_and(_column(ink, SHORTEST_STROKE), ImageChops.invert(frames.convert("L")).convert("1"))


def _column(ink: Image.Image, length: int) -> Image.Image:
    """Return the dots below which, themselves included, *length* are ink."""
    found = ink
    for step in range(1, length):
        found = ImageChops.logical_and(found, ink.crop(_moved(ink, step)))
    return found


def _moved(ink: Image.Image, down: int) -> tuple[int, int, int, int]:
    return 0, down, ink.width, ink.height + down


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
