"""Pages as they are shown: their visible box, their rotation, and boxes turned between both views."""

from __future__ import annotations

from dataclasses import dataclass

from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import Dictionary, PdfObject, dictionary_at, elements, entry, integer, text
from coffre_cli.signing.pages import Page, document_pages

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""
A4: Rectangle = (0.0, 0.0, 595.0, 842.0)
_DEEPEST = 64
_QUARTER = 90
_LARGEST_UNIT = 75_000.0
"""Points: what the largest viewers take (ISO 32000-2, annex C)."""


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """What is seen of a page."""

    box: Rectangle
    """Its crop box, in its own coordinates."""
    rotation: int
    """0, 90, 180 or 270 degrees clockwise when shown."""
    unit: float = 1.0
    """Points in a unit of its own coordinates (PDF 1.6, UserUnit)."""

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height as shown."""
        width, height = (self.box[2] - self.box[0]) * self.unit, (self.box[3] - self.box[1]) * self.unit
        return (height, width) if self.rotation % 180 else (width, height)

    def holds(self, x: float, y: float, width: float, height: float) -> bool:
        """Tell whether a box, given as shown, lies on the page."""
        across, up = self.size
        tolerance = 0.5
        inside = x >= -tolerance and y >= -tolerance and x + width <= across + tolerance
        return inside and y + height <= up + tolerance and width > 0 and height > 0

    def to_page(self, x: float, y: float, width: float, height: float) -> Rectangle:
        """Return, in the page's own coordinates, a box given as shown from the lower left corner."""
        left, bottom, right, top = self.box
        x, y, width, height = (length / self.unit for length in (x, y, width, height))
        turned = {
            0: (left + x, bottom + y, left + x + width, bottom + y + height),
            90: (right - y - height, bottom + x, right - y, bottom + x + width),
            180: (right - x - width, top - y - height, right - x, top - y),
            270: (left + y, top - x - width, left + y + height, top - x),
        }
        return turned[self.rotation]

    def to_view(self, rectangle: Rectangle) -> tuple[float, float, float, float]:
        """Return a box of the page as shown: x, y, width, height from the lower left corner."""
        x1, y1, x2, y2 = rectangle
        left, bottom, right, top = self.box
        seen = {
            0: (x1 - left, y1 - bottom, x2 - x1, y2 - y1),
            90: (y1 - bottom, right - x2, y2 - y1, x2 - x1),
            180: (right - x2, top - y2, x2 - x1, y2 - y1),
            270: (top - y2, x1 - left, y2 - y1, x2 - x1),
        }
        x, y, width, height = seen[self.rotation]
        return x * self.unit, y * self.unit, width * self.unit, height * self.unit


def page_geometries(document: Document) -> tuple[PageGeometry, ...]:
    """Return the geometry of each page of *document*, in order."""
    return tuple(_geometry(page) for page in document_pages(document))


def _geometry(page: Page) -> PageGeometry:
    media = _rectangle(_inherited(page.dictionary, "/MediaBox")) or A4
    crop = _rectangle(_inherited(page.dictionary, "/CropBox")) or media
    seen = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    rotation = (integer(_inherited(page.dictionary, "/Rotate")) or 0) // _QUARTER * _QUARTER % 360
    return PageGeometry(seen if seen[0] < seen[2] and seen[1] < seen[3] else media, rotation, _unit(page.dictionary))


def _unit(dictionary: Dictionary) -> float:
    try:
        unit = float(text(entry(dictionary, "/UserUnit")) or 1)
    except ValueError:
        return 1.0
    return unit if 0 < unit <= _LARGEST_UNIT else 1.0


def _inherited(dictionary: Dictionary, key: str) -> PdfObject | None:
    node: Dictionary | None = dictionary
    for _ in range(_DEEPEST):
        if node is None:
            return None
        found = entry(node, key)
        if found is not None:
            return found
        node = dictionary_at(node, "/Parent")
    return None


def _rectangle(item: PdfObject | None) -> Rectangle | None:
    numbers = [text(number) for number in elements(item)]
    try:
        x1, y1, x2, y2 = (float(number) for number in numbers if number is not None)
    except ValueError:
        return None
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
