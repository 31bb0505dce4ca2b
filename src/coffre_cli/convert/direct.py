"""Small values written where they are used: the judge of PDF/A does not follow references to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_TARGETS = frozenset({"/Dest", "/D"})
"""Arrays may be shared for a reason; these are destinations, whatever writes them."""
_DEEPEST = 4


def with_direct_values(pdf: pikepdf.Pdf) -> bool:
    """Write the strings, names and destinations of notes and of the outline in place; True when one was elsewhere."""
    from pikepdf import Dictionary

    holders = [one for one in pdf.objects if isinstance(one, Dictionary) and _is_interactive(one)]
    return any([_direct(holder, 0) for holder in holders])  # noqa: C419 - all of them, not up to the first


def _is_interactive(one: pikepdf.Dictionary) -> bool:
    return ("/Rect" in one and "/Subtype" in one) or ("/Title" in one and "/Parent" in one)


def _direct(holder: pikepdf.Dictionary, depth: int) -> bool:
    from pikepdf import Array, Dictionary, Name, String

    changed = False
    for key, value in list(holder.items()):
        if isinstance(value, Dictionary) and depth < _DEEPEST and (not value.is_indirect or key == "/A"):
            changed = _direct(value, depth + 1) or changed
        elif not isinstance(value, String | Name | Array) or not value.is_indirect:
            continue
        elif isinstance(value, Array):
            if key in _TARGETS:
                holder[key] = Array(list(value))
                changed = True
        else:
            holder[key] = String(bytes(value)) if isinstance(value, String) else Name(str(value))
            changed = True
    return changed
