"""Pictures of more than 8 bits a tone, or of real numbers, in 8 bits."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_BYTE, _WORD = 256, 65536
Range = tuple[float, float]


def eight_bits(image: Image.Image) -> Image.Image:
    """Return *image* in 256 greys: 16 bits shifted by 8, as a plain mode conversion would clip to white.

    Real numbers, and whole ones that exceed 16 bits or have no more than 8, are stretched from least to greatest.
    """
    if image.mode == "F":
        finite, limits = _finite(image)
        return _stretched(finite, limits)
    wide = image.convert("I")
    low, high = (float(value) for value in wide.getextrema() if isinstance(value, int | float))
    if low < 0 or not _BYTE <= high < _WORD:
        return _stretched(wide.convert("F"), (low, high))
    return wide.point(lambda value: value * (1 / _BYTE) + 0).convert("L")


def _finite(image: Image.Image) -> tuple[Image.Image, Range]:
    """Return *image* with white for what is no number, and its least and greatest number."""
    from PIL import Image as Images

    values = array("f", image.tobytes())
    if all(map(math.isfinite, values)):
        return image, (min(values), max(values))
    numbers = [value for value in values if math.isfinite(value)] or [1.0]
    low, high = min(numbers), max(numbers)
    top = high + 1 if low == high else high
    whole = array("f", (value if math.isfinite(value) else top for value in values))
    return Images.frombytes("F", image.size, whole.tobytes()), (low, top)


def _stretched(image: Image.Image, limits: Range) -> Image.Image:
    low, high = limits
    if high <= low:
        low, high = 0.0, next((top for top in (1.0, _BYTE - 1.0, _WORD - 1.0) if 0 <= low <= top), max(high, 1.0))
    scale = (_BYTE - 1) / (high - low)
    return image.point(lambda value: value * scale + -low * scale).convert("L")
