"""The bookmarks of a PDF: those that act lose the act, and stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_MOST = 20_000
_HARMLESS = frozenset({"/URI", "/GoTo", "/GoToR"})


def without_acts(pdf: pikepdf.Pdf) -> None:
    """Take the actions that PDF/A does not allow, and what would follow an allowed one, out of the bookmarks."""
    import pikepdf

    for item in _items(pdf.Root.get("/Outlines")):
        if "/SE" in item:
            del item["/SE"]  # what it marks in the structure: the judge of PDF/A does not know it
        action = item.get("/A")
        if not isinstance(action, pikepdf.Dictionary):
            continue
        if str(action.get("/S", "")) not in _HARMLESS:
            del item["/A"]
        elif "/Next" in action:
            del action["/Next"]


def _items(outline: pikepdf.Object | None) -> Iterator[pikepdf.Dictionary]:
    import pikepdf

    waiting = [outline]
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < _MOST:
        item = waiting.pop()
        if not isinstance(item, pikepdf.Dictionary) or item.objgen in seen:
            continue
        seen.add(item.objgen)
        yield item
        waiting += [item.get("/Next"), item.get("/First")]
