"""From scanned pages to one file: lossless, blank pages left out only when asked, and counted. Runs in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BLANK_SHARE = 0.0008
"""A page with fewer dark pixels than this share (about a dozen letters on A4) is blank."""
_DARK = 128
THUMBNAIL = (20, 28)
"""Pixels across and down: a sheet's proportions."""
_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class Joined:
    """One file of several pages."""

    file: str
    pages: int
    blank: tuple[int, ...]
    """Pages, from 1, that were left out."""


def join_pages(names: tuple[str, ...], directory: str, *, drop_blank: bool) -> Joined:
    """Write the pages *names* to `scan.tif` in *directory*: CCITT G4 for black and white, LZW for the rest.

    When every page is blank none is left out: better an empty sheet than a lost one.
    """
    from PIL import Image as Pillow

    pages = [Pillow.open(name) for name in names]
    blank = tuple(number for number, page in enumerate(pages, 1) if drop_blank and _is_blank(page))
    if len(blank) == len(pages):
        blank = ()
    kept = [page for number, page in enumerate(pages, 1) if number not in blank]
    compression = "group4" if all(page.mode == "1" for page in kept) else "tiff_lzw"
    dpi = kept[0].info.get("dpi", (300, 300))
    target = Path(directory) / "scan.tif"
    kept[0].save(target, save_all=True, append_images=kept[1:], compression=compression, dpi=dpi)
    return Joined(target.name, len(kept), blank)


@dataclass(frozen=True, slots=True)
class PageLook:
    """What a page looks like, small."""

    grey: bytes
    """`THUMBNAIL` pixels, row by row, a byte each."""
    blank: bool


def look_at_pages(names: tuple[str, ...]) -> tuple[PageLook, ...]:
    """Return how each of the pages *names* looks."""
    from PIL import Image as Pillow

    found = []
    for name in names:
        with Pillow.open(name) as page:
            small = page.convert("L").resize(THUMBNAIL, Pillow.Resampling.BOX)
            found.append(PageLook(small.tobytes(), _is_blank(page)))
    return tuple(found)


def _is_blank(page: object) -> bool:
    from PIL import Image as Pillow

    if not isinstance(page, Pillow.Image):
        raise TypeError
    grey = page.convert("L")
    across, down = round(grey.width * _MARGIN), round(grey.height * _MARGIN)
    inner = grey.crop((across, down, grey.width - across, grey.height - down))
    dark = sum(inner.histogram()[:_DARK])
    return dark < BLANK_SHARE * inner.width * inner.height
