"""Reading the symbols off the pages of a file; runs in a limited worker.

Fax pixels are oblong: lines of 98 dpi are doubled before anything is read. Each page is tried as it is, then enlarged
twice, and each page only once: a page is never read as two.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE_WIDTH = 1728
"""Pixels: what a fax has on a line, and enough for a 50 mm QR code."""
_MAXIMUM_PIXELS = 40_000_000
_OBLONG = 1.4
"""Horizontal over vertical resolution from which lines are repeated."""


def symbols_of_file(path: str, media_type: str, pages: int) -> tuple[tuple[str, ...], ...]:
    """Return the texts of the symbols on each of the first *pages* pages of the file."""
    images = _pdf_pages(Path(path), pages) if media_type == "application/pdf" else _frames(Path(path), pages)
    return tuple(_symbols(image) for image in images)


def _symbols(image: Image) -> tuple[str, ...]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([zxingcpp.QRCode, zxingcpp.PDF417, zxingcpp.Code128, zxingcpp.Code39])
    for candidate in _sizes(image):
        found = tuple(symbol.text for symbol in zxingcpp.read_barcodes(candidate, formats))
        if found:
            return found
    return ()


def _sizes(image: Image) -> Iterator[Image]:
    grey = image.convert("L")
    yield grey
    if grey.width * grey.height * 4 <= _MAXIMUM_PIXELS:
        yield grey.resize((grey.width * 2, grey.height * 2))


def _frames(path: Path, pages: int) -> Iterator[Image]:
    from PIL import Image as Pillow
    from PIL import ImageSequence

    Pillow.MAX_IMAGE_PIXELS = _MAXIMUM_PIXELS * 4
    with Pillow.open(path) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if number == pages:
                return
            yield _square(frame)


def _square(frame: Image) -> Image:
    across, down = (float(value) for value in frame.info.get("dpi", (1, 1)))
    if down > 0 and across / down > _OBLONG:
        return frame.convert("L").resize((frame.width, round(frame.height * across / down)))
    return frame.copy()


def _pdf_pages(path: Path, pages: int) -> Iterator[Image]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for number in range(min(pages, len(document))):
        page = document[number]
        yield page.render(scale=PAGE_WIDTH / max(page.get_width(), 1.0), grayscale=True).to_pil()
