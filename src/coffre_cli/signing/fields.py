"""The form's fields, one by one, so that a malformed one hides none of the others (step 3 of a verification)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import (
    Dictionary,
    PdfObject,
    Ref,
    StructureError,
    elements,
    entry,
    leads_nowhere,
    raw,
    reference,
    resolve,
    text,
)

_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Field:
    """A node of the form that holds a value, or could."""

    name: str
    """Fully qualified: partial names joined by dots."""
    kind: str | None
    """`/Sig`, `/Tx`, `/Btn`, `/Ch`, inherited where it must be."""
    ref: Ref | None
    dictionary: Dictionary
    value: PdfObject | None
    """Its value, a reference left as it is; None when absent or null."""
    is_widget_only: bool
    """Whether it is but one of several places where its parent's value is shown."""

    @property
    def is_signature(self) -> bool:
        """Tell whether the field takes signatures."""
        return self.kind == "/Sig"


def form_fields(document: Document) -> tuple[Field, ...]:
    """Return every node of the form, widgets included, parents before children.

    Raises:
        StructureError: The form is a tangle: a field is its own ancestor, or it is too deep.
    """
    form = document.form
    if form is None:
        return ()
    seen: set[Ref] = set()
    found: list[Field] = []
    for item in elements(raw(form, "/Fields")):
        found.extend(_walk(item, None, (), seen))
    return tuple(found)


def signature_fields(document: Document) -> tuple[Field, ...]:
    """Return the signature fields, filled or not."""
    return tuple(field for field in form_fields(document) if field.is_signature and not field.is_widget_only)


def filled(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the signature fields that hold something."""
    return tuple(field for field in fields if field.value is not None)


def _walk(item: PdfObject, parent: Field | None, above: tuple[Ref, ...], seen: set[Ref]) -> Iterator[Field]:
    ref = reference(item)
    if ref is not None and (ref in above or len(above) > _DEEPEST):
        raise StructureError("form")
    dictionary = resolve(item)
    if not isinstance(dictionary, Dictionary) or (ref is not None and ref in seen):
        return
    if ref is not None:
        seen.add(ref)
    field = _field(dictionary, ref, parent)
    yield field
    below = above if ref is None else (*above, ref)
    for kid in elements(raw(dictionary, "/Kids")):
        yield from _walk(kid, field, below, seen)


def _field(dictionary: Dictionary, ref: Ref | None, parent: Field | None) -> Field:
    own_name = text(raw(dictionary, "/T"))
    above = "" if parent is None else parent.name
    name = above if own_name is None else f"{above}.{own_name}" if above else own_name
    kind = text(raw(dictionary, "/FT"))
    value = raw(dictionary, "/V")
    if value is not None and leads_nowhere(value):
        value = None
    if parent is not None:
        kind = kind or parent.kind
        value = parent.value if value is None and own_name is None else value
    return Field(name, kind, ref, dictionary, value, is_widget_only=parent is not None and own_name is None)


def value_text(field: Field) -> str | None:
    """Return the field's value as a reader sees it: words, a chosen name, or several choices."""
    if field.value is None:
        return None
    found = resolve(field.value)
    if isinstance(found, Dictionary):
        return None
    choices = [text(choice) or "" for choice in elements(found)]
    return ", ".join(choices) if choices else text(found)


def rectangle(dictionary: Dictionary) -> tuple[float, float, float, float] | None:
    """Return the widget's box on its page, in points: left, bottom, right, top."""
    numbers = [text(number) for number in elements(entry(dictionary, "/Rect"))]
    try:
        x1, y1, x2, y2 = (float(number) for number in numbers if number is not None)
    except ValueError:
        return None
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
