"""Where a visible signature goes: a box given, under some words, or where the last page is free."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from coffre_cli.signing.errors import AnchorNotFoundError, BoxOutsidePageError, NoSuchPageError, UnreadablePdfError
from coffre_cli.signing.geometry import PageGeometry, Rectangle
from coffre_cli.signing.request import Anchor, Box, FreeSpace

logging.getLogger("pypdfium2").setLevel(logging.ERROR)

WIDTH, HEIGHT = 190.0, 62.0
"""Points: a name, a reason, a place and a date in a size that reads well."""
MARGIN = 36.0
"""Half an inch that printers leave white."""
GAP = 4.0
_CELL = 6.0
"""Points: free space is looked for in squares of this side."""
_WHITE = 244
_OCCUPIED = 100


@dataclass(frozen=True, slots=True)
class Placed:
    """A place on a page."""

    page: int
    """From 0."""
    rectangle: Rectangle
    """In the page's own coordinates."""
    width: float
    """As read, like the height."""
    height: float
    rotation: int
    """Of the page, clockwise."""


def place(
    source: Path,
    pages: tuple[PageGeometry, ...],
    wanted: Box | Anchor | FreeSpace,
    marks: tuple[tuple[int, Rectangle], ...] = (),
) -> Placed:
    """Return the place for a visible signature in *source*, where *marks* (page from 0, box) stand already.

    Raises:
        NoSuchPageError: The box names a page that is not there.
        BoxOutsidePageError: The box does not lie on its page.
        AnchorNotFoundError: The words are nowhere.
        UnreadablePdfError: The pages cannot be drawn to look for a place.
    """
    if isinstance(wanted, Box):
        return _at_box(source, pages, wanted)
    try:
        if isinstance(wanted, Anchor):
            return _under_words(source, pages, wanted.text)
        return _where_free(source, pages, [box for page, box in marks if page == len(pages) - 1])
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(path=source, reason=str(error)) from error


def placed_in(pages: tuple[PageGeometry, ...], page: int, rectangle: Rectangle) -> Placed:
    """Return the place that a field has already."""
    geometry = pages[page]
    _, _, width, height = geometry.to_view(rectangle)
    return Placed(page, rectangle, width, height, geometry.rotation)


def _at_box(source: Path, pages: tuple[PageGeometry, ...], box: Box) -> Placed:
    index = box.page - 1 if box.page > 0 else len(pages) + box.page
    if box.page == 0 or not 0 <= index < len(pages):
        raise NoSuchPageError(path=source, page=box.page, pages=len(pages))
    geometry = pages[index]
    if not geometry.holds(box.x, box.y, box.width, box.height):
        across, up = geometry.size
        shown = f"{box.x:g},{box.y:g},{box.width:g},{box.height:g}"
        raise BoxOutsidePageError(box=shown, page=index + 1, width=round(across), height=round(up))
    return _placed(geometry, index, box.x, box.y, box.width, box.height)


def _placed(geometry: PageGeometry, page: int, x: float, y: float, width: float, height: float) -> Placed:
    return Placed(page, geometry.to_page(x, y, width, height), width, height, geometry.rotation)


def _under_words(source: Path, pages: tuple[PageGeometry, ...], words: str) -> Placed:
    with pypdfium2.PdfDocument(source) as document:
        for index in reversed(range(min(len(document), len(pages)))):
            found = _words(document[index], words)
            if found is not None:
                return _beside(pages[index], index, found)
    raise AnchorNotFoundError(text=words, path=source)


def _words(page: pypdfium2.PdfPage, words: str) -> Rectangle | None:
    textpage = page.get_textpage()
    match = textpage.search(words).get_next()
    if match is None:
        return None
    boxes = [textpage.get_charbox(index) for index in range(match[0], match[0] + match[1])]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _beside(geometry: PageGeometry, page: int, words: Rectangle) -> Placed:
    """Place under the words; above them at the foot of a page; always on the page."""
    x, y, _, high = geometry.to_view(words)
    across, up = geometry.size
    below = y - GAP - HEIGHT
    bottom = below if below >= 0 else min(y + high + GAP, up - HEIGHT)
    return _placed(geometry, page, max(0.0, min(x, across - WIDTH)), max(0.0, bottom), WIDTH, HEIGHT)


def _where_free(source: Path, pages: tuple[PageGeometry, ...], marks: list[Rectangle]) -> Placed:
    index = len(pages) - 1
    geometry = pages[index]
    across, up = geometry.size
    width, height = min(WIDTH, across - 2 * GAP), min(HEIGHT, up - 2 * GAP)
    with pypdfium2.PdfDocument(source) as document:
        document.init_forms()
        picture = document[index].render(scale=1 / _CELL * 2, grayscale=True, may_draw_forms=True).to_pil()
    ink = _ink(picture.convert("L"), across, up)
    for mark in marks:
        _cover(ink, geometry.to_view(mark), up)
    column, row = _freest(ink, width, height)
    return _placed(geometry, index, column * _CELL, max(0.0, up - row * _CELL - height), width, height)


def _ink(picture: Image.Image, across: float, up: float) -> list[list[int]]:
    """Return, cell by cell from the top left, whether anything is drawn there."""
    columns, rows = max(1, int(across / _CELL)), max(1, int(up / _CELL))
    dark = picture.point([255 * (value < _WHITE) for value in range(256)])
    cells = dark.resize((columns, rows), Image.Resampling.BOX).tobytes()
    return [[int(cell > 0) for cell in cells[row * columns : (row + 1) * columns]] for row in range(rows)]


def _cover(ink: list[list[int]], view: tuple[float, float, float, float], up: float) -> None:
    """Count a mark, given as shown, as much as a page full of words, so that the next one goes elsewhere."""
    x, y, width, height = view
    top, bottom = int((up - y - height) / _CELL), int((up - y) / _CELL)
    for row in range(max(0, top), min(len(ink), bottom + 1)):
        for column in range(max(0, int(x / _CELL)), min(len(ink[row]), int((x + width) / _CELL) + 1)):
            ink[row][column] = _OCCUPIED


def _freest(ink: list[list[int]], width: float, height: float) -> tuple[int, int]:
    """Return the column and row, within the margins, where least is drawn: lowest first, then rightmost."""
    wide, high = int(width / _CELL) + 1, int(height / _CELL) + 1
    margin = int(MARGIN / _CELL)
    sums = _sums(ink)
    rows, columns = len(ink), len(ink[0])
    last_row, last_column = max(0, rows - margin - high), max(0, columns - margin - wide)
    best = (last_column, last_row)
    least = None
    for row in range(last_row, -1, -1):
        for column in range(last_column, min(margin, last_column) - 1, -1):
            drawn = _within(sums, row, column, min(row + high, rows), min(column + wide, columns))
            if least is None or drawn < least:
                least, best = drawn, (column, row)
            if not drawn:
                return column, row
    return best


def _sums(ink: list[list[int]]) -> list[list[int]]:
    total = [[0] * (len(ink[0]) + 1)]
    for line in ink:
        row, above = [0], total[-1]
        for column, cell in enumerate(line):
            row.append(row[-1] + above[column + 1] - above[column] + cell)
        total.append(row)
    return total


def _within(sums: list[list[int]], top: int, left: int, bottom: int, right: int) -> int:
    return sums[bottom][right] - sums[top][right] - sums[bottom][left] + sums[top][left]
