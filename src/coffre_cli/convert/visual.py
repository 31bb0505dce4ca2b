"""Do two PDFs show the same? Page by page, by their pictures."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.raster import rendered
from coffre_cli.convert.words import open_with_forms

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

_DPI = 144
_REDUCED = 3
"""Letters drawn and letters photographed differ at their edges; reduced, they weigh the same."""
_PIXELS = 4_000_000
_MOST_PAGES = 40
_CLEARLY = 20
_INK = 245
_LEAST_INK = 0.004
"""Of the page: below it a few pixels of smoothing would weigh too much."""
_POINTS = 1.5


def likeness(
    first: Path, second: Path, passwords: tuple[str, ...] = (), *, without: Collection[int] = frozenset()
) -> float:
    """Return how alike the pages of two PDFs look, for the worst page: 1 the same, 0 nothing in common.

    Another number of pages, or another size of a page, is 0. Of a long document 40 pages are looked at; *without*
    some, from 0, that are pictures of the first: only their sizes are.
    """
    one, other = open_with_forms(first, passwords), open_with_forms(second, passwords)
    try:
        if len(one) != len(other):
            return 0.0
        if not all(_same_size(one[number], other[number]) for number in without):
            return 0.0
        pages = [number for number in range(len(one)) if number not in without]
        step = max(1, len(pages) // _MOST_PAGES)
        return min((_alike(one, other, number) for number in pages[::step]), default=1.0)
    finally:
        one.close()
        other.close()


def _alike(one: object, other: object, number: int) -> float:
    from PIL import ImageChops, ImageFilter

    page, copy = one[number], other[number]  # type: ignore[index]  # both are pdfium documents
    if not _same_size(page, copy):
        return 0.0
    picture, again = (
        rendered(each, _DPI, _PIXELS).convert("L").reduce(_REDUCED).filter(ImageFilter.BoxBlur(1))
        for each in (page, copy)
    )
    again = again.resize(picture.size)
    different = _count(ImageChops.difference(picture, again), _CLEARLY)
    ink = _count(ImageChops.invert(ImageChops.darker(picture, again)), 255 - _INK)
    return 1.0 - different / max(ink, _LEAST_INK * picture.width * picture.height)


def _same_size(page: pypdfium2.PdfPage, copy: pypdfium2.PdfPage) -> bool:
    sizes = zip(page.get_size(), copy.get_size(), strict=True)
    return all(abs(mine - theirs) <= _POINTS for mine, theirs in sizes)


def _count(image: Image.Image, above: int) -> int:
    return sum(image.histogram()[above + 1 :])
