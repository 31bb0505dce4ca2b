"""From pixels to points."""

from __future__ import annotations

_SMALLEST, _LARGEST = 3.0, 14400.0
"""What PDF/A readers accept of a page, in points (ISO 32000-1, annex C)."""
_PAGE_DPI, _SCREEN_DPI = 300.0, 96.0
_PAGE_PIXELS = 1600
"""The longer side from which a picture without resolution is taken for a scanned page: A5 at 200 dpi."""
_SHEET = (1.2, 1.6)
"""The proportions of sheets: letter 1.29, A4 1.41, legal 1.65 is cut on purpose."""
_LEAST_DPI, _MOST_DPI = 1.0, 20_000.0


def page_size(pixels: tuple[int, int], dpi: tuple[float, float] | None) -> tuple[float, float]:
    """Return the width and height in points of a page that holds a picture of *pixels*; absurd *dpi* are ignored."""
    for candidate in (dpi, default_dpi(pixels)):
        if candidate is None or not all(_LEAST_DPI <= value <= _MOST_DPI for value in candidate):
            continue
        size = (pixels[0] * 72 / candidate[0], pixels[1] * 72 / candidate[1])
        if all(_SMALLEST <= side <= _LARGEST for side in size):
            return size
    return _clamped((float(pixels[0]), float(pixels[1])))


def default_dpi(pixels: tuple[int, int]) -> tuple[float, float]:
    """Return the resolution to assume: 300 for what looks like a scanned page, else 96."""
    short, long = sorted(pixels)
    page = long >= _PAGE_PIXELS and _SHEET[0] <= long / max(short, 1) <= _SHEET[1]
    return (_PAGE_DPI, _PAGE_DPI) if page else (_SCREEN_DPI, _SCREEN_DPI)


def _clamped(size: tuple[float, float]) -> tuple[float, float]:
    scale = min(1.0, _LARGEST / max(size))
    width, height = (min(_LARGEST, max(_SMALLEST, side * scale)) for side in size)
    return (width, height)
