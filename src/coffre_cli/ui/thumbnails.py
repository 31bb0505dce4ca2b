"""Small pictures of pages, made of half blocks: two pixels a character, in greys that terminals of 256 colours have."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

_DARKEST, _GREYS = 232, 24
_GAP = 2


def can_show_pictures() -> bool:
    """Tell whether stderr is a terminal that shows blocks in colours."""
    plain = os.environ.get("TERM", "dumb") == "dumb" or "NO_COLOR" in os.environ
    return sys.stderr.isatty() and not plain and (sys.stderr.encoding or "").lower().replace("-", "") == "utf8"


def contact_sheet(
    pictures: Sequence[bytes], captions: Sequence[str], size: tuple[int, int], columns: int
) -> Iterator[str]:
    """Yield the lines that show *pictures* (grey, *size* pixels each) side by side, at most *columns* wide."""
    width, height = size
    beside = max(1, (columns + _GAP) // (width + _GAP))
    for start in range(0, len(pictures), beside):
        row = pictures[start : start + beside]
        for top in range(0, height, 2):
            yield (" " * _GAP).join(_line(picture, width, height, top) for picture in row)
        yield (" " * _GAP).join(f"{text:^{width}.{width}}" for text in captions[start : start + beside]).rstrip()


def _line(picture: bytes, width: int, height: int, top: int) -> str:
    shown = []
    for column in range(width):
        above = _grey(picture[top * width + column])
        below = _grey(picture[(top + 1) * width + column]) if top + 1 < height else _DARKEST
        shown.append(f"\x1b[38;5;{above};48;5;{below}m▀")
    return "".join(shown) + "\x1b[0m"


def _grey(value: int) -> int:
    return _DARKEST + value * (_GREYS - 1) // 255
