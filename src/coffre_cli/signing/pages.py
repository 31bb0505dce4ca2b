"""The pages of a revision and what stands on them."""

from __future__ import annotations

from dataclasses import dataclass

from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import (
    Dictionary,
    PdfObject,
    Ref,
    StructureError,
    elements,
    raw,
    reference,
    resolve,
)

_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    number: int
    """From 1."""
    ref: Ref | None
    dictionary: Dictionary
    annotations: tuple[PdfObject, ...]
    """As they stand in the page: references, or dictionaries."""


def document_pages(document: Document) -> tuple[Page, ...]:
    """Return the pages in their order.

    Raises:
        StructureError: The page tree is a tangle.
    """
    found: list[Page] = []
    top = raw(document.root, "/Pages")
    if top is not None:
        _walk(top, (), found)
    return tuple(found)


def annotation_pages(pages: tuple[Page, ...]) -> dict[Ref, int]:
    """Return the page number of each annotation that is an object of its own."""
    places: dict[Ref, int] = {}
    for page in pages:
        for item in page.annotations:
            ref = reference(item)
            if ref is not None:
                places.setdefault(ref, page.number)
    return places


def _walk(item: PdfObject, above: tuple[Ref, ...], found: list[Page]) -> None:
    ref = reference(item)
    if len(above) > _DEEPEST or (ref is not None and ref in above):
        raise StructureError("pages")
    node = resolve(item)
    if not isinstance(node, Dictionary):
        return
    if "/Kids" not in node:
        found.append(Page(len(found) + 1, ref, node, tuple(elements(raw(node, "/Annots")))))
        return
    below = above if ref is None else (*above, ref)
    for kid in elements(raw(node, "/Kids")):
        _walk(kid, below, found)
