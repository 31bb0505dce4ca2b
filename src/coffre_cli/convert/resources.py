"""What the content of a page names: its resources (ISO 32000-1, 7.8.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.special import SpecialError

if TYPE_CHECKING:
    import pikepdf

_KINDS = frozenset({"/ExtGState", "/ColorSpace", "/XObject", "/Font", "/ProcSet"})
"""Of resources that the judge knows."""


def entries(resources: pikepdf.Object, kind: str) -> Iterator[tuple[str, pikepdf.Object]]:
    """Return the resources of one *kind*, by name."""
    from pikepdf import Dictionary

    found = resources.get(kind)
    yield from list(found.items()) if isinstance(found, Dictionary) else ()


def named(resources: pikepdf.Object | None, kind: str, name: str) -> pikepdf.Object | None:
    """Return the resource *name* of a *kind*; None when there is none."""
    from pikepdf import Dictionary

    table = resources.get(kind) if isinstance(resources, Dictionary) else None
    return table.get(name) if isinstance(table, Dictionary) else None


def exists(resources: pikepdf.Object | None, kind: str, operands: Sequence[pikepdf.Object]) -> bool:
    """Return True when the last of *operands* names a resource of this *kind*.

    Raises:
        SpecialError: There is none.
    """
    if not operands or named(resources, kind, str(operands[-1])) is None:
        raise SpecialError(kind)
    return True


def clean(resources: pikepdf.Dictionary) -> None:
    """Take out of *resources* what the judge does not know."""
    for kind, is_unknown in (("/Font", is_drawn), ("/ColorSpace", is_pattern)):
        for name, found in entries(resources, kind):
            if is_unknown(found):
                del resources[kind][name]
    for key in set(resources.keys()) - _KINDS:
        del resources[key]


def is_drawn(font: pikepdf.Object) -> bool:
    """Whether a font is of Type 3."""
    return bool(font.get("/Subtype") == "/Type3")


def is_pattern(space: pikepdf.Object | None) -> bool:
    """Whether a colour space is that of patterns."""
    from pikepdf import Array

    return space == "/Pattern" or (isinstance(space, Array) and len(space) > 0 and space[0] == "/Pattern")
