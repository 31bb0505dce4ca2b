"""Notes on a page whose contents became a picture: they move with what they lie on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from coffre_cli.convert.painted import notes_of
from coffre_cli.convert.placed import Box, shown_at

if TYPE_CHECKING:
    import pikepdf

_PAIR = 2
_DEEPEST = 20


def upright_boxes(page: pikepdf.Page) -> Callable[[Box], Box]:
    """Return what takes a box on *page* to the same box from the lower left corner of the page as it is shown."""
    crop, media = page.cropbox.as_list(), page.mediabox.as_list()
    ordered = [(_sorted(float(a), float(b))) for a, b in ((crop[0], crop[2]), (crop[1], crop[3]))]
    limits = [(_sorted(float(a), float(b))) for a, b in ((media[0], media[2]), (media[1], media[3]))]
    (left, right), (low, high) = (
        (max(one[0], limit[0]), min(one[1], limit[1])) for one, limit in zip(ordered, limits, strict=True)
    )
    turn = _turn(page.obj)
    return lambda place: shown_at(place, (left, low, right, high), turn)


def move_notes(page: pikepdf.Object, boxes: Callable[[Box], Box]) -> None:
    """Move the rectangles and corners of the notes of *page* by *boxes*."""
    import pikepdf

    for note in notes_of(page):
        for key in ("/Rect", "/QuadPoints"):
            found = note.get(key)
            if isinstance(found, pikepdf.Array) and len(found) % 4 == 0:
                numbers = [float(value) for value in found]
                note[key] = pikepdf.Array(_moved(numbers, boxes, corners=2 if key == "/Rect" else 1))


def _moved(numbers: list[float], boxes: Callable[[Box], Box], *, corners: int) -> list[float]:
    """Return rectangles (two *corners* at once) or points moved."""
    if corners == _PAIR:
        left, low, right, high = boxes(_rectangle(numbers))
        return [left, low, right, high]
    points = zip(numbers[::2], numbers[1::2], strict=True)
    return [value for x, y in points for value in boxes((x, y, x, y))[:_PAIR]]


def _rectangle(numbers: list[float]) -> Box:
    (left, right), (low, high) = _sorted(numbers[0], numbers[2]), _sorted(numbers[1], numbers[3])
    return (left, low, right, high)


def _sorted(one: float, other: float) -> tuple[float, float]:
    return (min(one, other), max(one, other))


def _turn(page: pikepdf.Object) -> int:
    holder: pikepdf.Object | None = page
    for _level in range(_DEEPEST):
        if holder is None or "/Rotate" in holder:
            break
        holder = holder.get("/Parent")
    found = holder.get("/Rotate", 0) if holder is not None else 0
    return int(found) % 360 if isinstance(found, int) else 0
