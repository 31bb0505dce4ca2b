"""The last resort: each page as a picture of 300 dpi, with its words behind."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import TooManyPagesError
from coffre_cli.convert.hidden import put_behind
from coffre_cli.convert.layout import page_size
from coffre_cli.convert.model import Bounds
from coffre_cli.convert.placed import placed_words
from coffre_cli.convert.words import open_with_forms, page_with_notes

if TYPE_CHECKING:
    import pikepdf
    import pypdfium2
    from PIL import Image

_DPI = 300
MOST_PICTURES = 100
"""Half a second of processor each."""
_MOST_PIXELS = 30_000_000
_QUALITY = 90
_SMALL_PNG = 400_000
_GREY_NOISE = 12


def photographed(
    path: Path, passwords: tuple[str, ...], bounds: Bounds, numbers: Sequence[int] | None = None
) -> pikepdf.Pdf:
    """Return a PDF of pictures of the pages of *path*: of those with these *numbers*, from 0, or of all.

    Raises:
        TooManyPagesError: It has too many pages for this way.
    """
    import img2pdf

    document = open_with_forms(path, passwords)
    try:
        wanted = range(len(document)) if numbers is None else numbers
        if len(wanted) > min(MOST_PICTURES, bounds.pages):
            raise TooManyPagesError(limit=MOST_PICTURES)
        pictures, sizes, layers = [], [], []
        for number in wanted:
            page = page_with_notes(document, number)
            sizes.append(page.get_size())
            pictures.append(_picture(page, min(_MOST_PIXELS, bounds.pixels)))
            layers.append(placed_words(page))
            page.close()
    finally:
        document.close()
    layout = iter(sizes)
    made = img2pdf.convert_to_docobject(
        pictures,
        engine=img2pdf.Engine.pikepdf,
        rotation=img2pdf.Rotation["0"],
        layout_fun=lambda width, height, _dpi: _on_page((width, height), next(layout)),
        nodate=True,
    )
    pdf: pikepdf.Pdf = made.writer
    put_behind(pdf, layers)
    return pdf


def rendered(page: pypdfium2.PdfPage, dpi: float, most_pixels: int) -> Image.Image:
    """Return *page* as a picture of *dpi*, or less where it would have more than *most_pixels*."""
    width, height = page.get_size()
    scale = min(dpi / 72, (most_pixels / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=max(scale, 1 / max(width, height, 1.0)), may_draw_forms=True)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return image


def _on_page(pixels: tuple[int, int], size: tuple[float, float]) -> tuple[float, float, float, float]:
    width, height = page_size(pixels, (pixels[0] * 72 / max(size[0], 0.1), pixels[1] * 72 / max(size[1], 0.1)))
    return (width, height, width, height)


def _picture(page: pypdfium2.PdfPage, most_pixels: int) -> bytes:
    from PIL import ImageChops

    image = rendered(page, _DPI, most_pixels)
    small = image.resize((max(1, image.width // 8), max(1, image.height // 8)))
    red, green, blue = small.split()
    colourless = all(
        pair.getextrema()[1] <= _GREY_NOISE  # type: ignore[operator]  # one band has one pair of numbers
        for pair in (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    )
    if colourless:
        image = image.convert("L")
    exact = io.BytesIO()
    image.save(exact, "PNG", compress_level=2)
    if exact.tell() <= _SMALL_PNG:
        return exact.getvalue()
    output = io.BytesIO()
    image.save(output, "JPEG", quality=_QUALITY, subsampling=0)
    return min(exact.getvalue(), output.getvalue(), key=len)
