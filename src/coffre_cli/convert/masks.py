"""Masks that are drawn elsewhere too, each given a stream of its own: the judge of PDF/A wants one use of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf


def with_masks_apart(pdf: pikepdf.Pdf) -> bool:
    """Copy such masks of *pdf*; True when there were some."""
    from pikepdf import Dictionary, Stream

    drawn = _drawn(pdf)
    copies: dict[tuple[int, int], pikepdf.Stream] = {}
    changed = False
    for holder in list(pdf.objects):
        if not isinstance(holder, Dictionary | Stream):
            continue
        for keeper, key in _keepers(holder):
            mask = keeper[key]
            if mask.objgen in drawn:
                keeper[key] = copies.setdefault(mask.objgen, _copied(pdf, mask))
                changed = True
    return changed


def _drawn(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Return the objects that stand in resources to be drawn."""
    from pikepdf import Dictionary, Stream

    found: set[tuple[int, int]] = set()
    for holder in pdf.objects:
        resources = holder.get("/Resources", holder) if isinstance(holder, Dictionary | Stream) else None
        table = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        if isinstance(table, Dictionary):
            found.update(one.objgen for _name, one in table.items())
    return found


def _keepers(holder: pikepdf.Object) -> list[tuple[pikepdf.Object, str]]:
    """Return the dictionaries in *holder* that hold a mask, with the key they hold it under."""
    from pikepdf import Dictionary, Stream

    states = [holder]
    resources = holder.get("/Resources", holder)
    table = resources.get("/ExtGState") if isinstance(resources, Dictionary) else None
    if isinstance(table, Dictionary):
        states += [state for _name, state in table.items() if isinstance(state, Dictionary)]
    found: list[tuple[pikepdf.Object, str]] = []
    for state in states:
        mask = state.get("/SMask")
        if isinstance(mask, Stream):
            found.append((state, "/SMask"))
        elif isinstance(mask, Dictionary) and isinstance(mask.get("/G"), Stream):
            found.append((mask, "/G"))
    return found


def _copied(pdf: pikepdf.Pdf, stream: pikepdf.Object) -> pikepdf.Stream:
    copy = pdf.make_stream(stream.read_raw_bytes())
    for key, value in stream.items():
        if key != "/Length":
            copy[key] = value
    return copy
