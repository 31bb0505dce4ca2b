"""What became of the form's fields: created, signed, filled, or tampered with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coffre_cli.signing.comparison import Comparison
from coffre_cli.signing.fields import Field, rectangle, value_text
from coffre_cli.signing.filling import PRINT, filled, number_at, written_keys
from coffre_cli.signing.findings import Finding
from coffre_cli.signing.inspect import RANGE_LENGTH
from coffre_cli.signing.objects import (
    Dictionary,
    PdfObject,
    Ref,
    elements,
    entry,
    raw,
    reference,
    resolve,
    text,
)
from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.signature import byte_range, is_complete, is_timestamp
from coffre_cli.signing.verdict import Change, ChangeKind

Key = tuple[str, Ref | None]

_ALWAYS = frozenset({"/Type", "/Ff", "/M", "/Parent", "/P", "/StructParent"})
"""What may change without a word; of the flags, only those of `_FREE_FLAGS`."""
_FREE_FLAGS = 0b111
"""Read-only, required, not exported (ISO 32000-2, table 227): the others change how a value is shown."""
_SIGNED = frozenset({"/V", "/AP", "/AS", "/F", "/DA", "/Q", "/Lock", "/MK", "/DR"})
"""What signing an empty field may write."""
_FILLED = frozenset({"/V", "/AP", "/AS", "/DA", "/Q", "/F", "/I", "/TI", "/RV", "/BS", "/MK"})
"""What filling a field may write."""
_ONLY_A_NAME = frozenset({"/T", "/Kids", "/Parent", "/FT", "/Ff"})
"""What a node of the form may say that only leads to other fields, each judged apart."""
_HIDING_FLAGS = 0b100011
"""Invisible, Hidden, NoView (ISO 32000-2, table 167)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the fields of two states of a form."""

    comparison: Comparison
    pages: dict[Ref, int]
    """Where widgets stand."""
    is_shared: Callable[[Ref], bool]
    """Whether an appearance serves elsewhere too: replacing such a one might change what is shown there."""
    signed_until: int
    """Bytes; a signature that came since covers more."""


def field_findings(old: tuple[Field, ...], new: tuple[Field, ...], around: Surroundings) -> Iterator[Finding]:
    """Give the changes between two states of the form."""
    before = {_key(field): field for field in old}
    after = {_key(field): field for field in new}
    for key, field in before.items():
        if key not in after:
            page = _page(field, around.pages)
            yield _finding(ChangeKind.FIELD, field, Needs.NEVER, page, before=value_text(field))
    for key, field in after.items():
        page = _page(field, around.pages)
        if key in before:
            yield from _kept(before[key], field, page, around)
        else:
            yield from _created(field, page, around.signed_until)


def _key(field: Field) -> Key:
    return (field.name, None) if field.ref is None else ("", field.ref)


def _page(field: Field, pages: dict[Ref, int]) -> int | None:
    if field.ref in pages:
        return pages[field.ref]
    kids = (reference(kid) for kid in elements(raw(field.dictionary, "/Kids")))
    return next((pages[ref] for ref in kids if ref is not None and ref in pages), None)


def _created(field: Field, page: int | None, signed_until: int) -> Iterator[Finding]:
    if field.is_signature:
        yield _signed(field, page, signed_until, is_new=True)
    elif not set(field.dictionary) <= _ONLY_A_NAME:
        yield _finding(ChangeKind.FIELD, field, Needs.NEVER, page, after=value_text(field), visible=True)


def _signed(field: Field, page: int | None, signed_until: int, *, is_new: bool) -> Finding:
    """Return what became of a field that came, or that was empty: a signature of its own, or a mark without one."""
    value = None if field.value is None else resolve(field.value)
    if _is_older(value, signed_until):
        return _tampered(field, "/V", page, None, None)
    dates = isinstance(value, Dictionary) and is_timestamp(value)
    kind = ChangeKind.TIMESTAMP if dates else ChangeKind.SIGNATURE
    box = rectangle(field.dictionary)
    shows = box is not None and box[2] > box[0] and box[3] > box[1] and entry(field.dictionary, "/AP") is not None
    needs = Needs.NOTHING if dates and not shows else Needs.FORMS
    claims = not is_complete(value) and (shows or value is not None)
    change = Change(0, kind, field.name, page if shows else None, visible=claims)
    return Finding(change, needs, field.name, box if shows else None, is_new)


def _is_older(value: PdfObject | None, signed_until: int) -> bool:
    """Tell whether *value* is a signature that was there before: it may not serve a second time."""
    covered = byte_range(value) if isinstance(value, Dictionary) else None
    return covered is not None and len(covered) == RANGE_LENGTH and any(covered) and sum(covered[2:]) <= signed_until


def _kept(old: Field, new: Field, page: int | None, around: Surroundings) -> Iterator[Finding]:
    if old.name != new.name or old.kind != new.kind:
        yield _finding(ChangeKind.FIELD, new, Needs.NEVER, page, before=old.name, after=new.name, visible=True)
        return
    writable = _writable(old)
    strict = around.comparison.of_keys("", old.dictionary, new.dictionary, _ALWAYS | writable | {"/Kids"})
    for difference in strict:
        yield _tampered(new, difference.path, page, text(difference.before), text(difference.after))
    yield from _kids(old, new, page)
    if _hidden_or_shown(old.dictionary, new.dictionary):
        yield _tampered(new, "/F", page, None, None)
    if (number_at(old.dictionary, "/Ff") ^ number_at(new.dictionary, "/Ff")) & ~_FREE_FLAGS:
        yield _tampered(new, "/Ff", page, text(raw(old.dictionary, "/Ff")), text(raw(new.dictionary, "/Ff")))
    written = written_keys(old.dictionary, new.dictionary, around.comparison, writable)
    if not written:
        return
    appearance = reference(raw(old.dictionary, "/AP"))
    if "/AP" in written and appearance is not None and around.is_shared(appearance):
        yield _tampered(new, "/AP", page, None, None)
    if not old.is_signature:
        yield from filled(old, new, written, page, around.comparison)
    elif old.value is None:
        yield _signed(new, page, around.signed_until, is_new=False)


def _writable(field: Field) -> frozenset[str]:
    if not field.is_signature:
        return _FILLED
    return _SIGNED if field.value is None else frozenset({"/F"})


def _kids(old: Field, new: Field, page: int | None) -> Iterator[Finding]:
    before = [reference(kid) for kid in elements(raw(old.dictionary, "/Kids"))]
    after = [reference(kid) for kid in elements(raw(new.dictionary, "/Kids"))]
    if any(kid not in after for kid in before):
        yield _tampered(new, "/Kids", page, str(len(before)), str(len(after)))


def _hidden_or_shown(old: Dictionary, new: Dictionary) -> bool:
    """Tell whether a widget that was hidden shows, or the reverse, or is printed no more."""
    before, after = number_at(old, "/F"), number_at(new, "/F")
    hides = bool(before & _HIDING_FLAGS) is not bool(after & _HIDING_FLAGS)
    return "/Rect" in old and (hides or bool(before & PRINT > after & PRINT))


def _tampered(field: Field, path: str, page: int | None, before: str | None, after: str | None) -> Finding:
    change = Change(0, ChangeKind.FIELD, f"{field.name} {path}", page, before, after, visible=True)
    return Finding(change, Needs.NEVER, field.name, rectangle(field.dictionary))


def _finding(
    kind: ChangeKind,
    field: Field,
    needs: Needs,
    page: int | None,
    *,
    before: str | None = None,
    after: str | None = None,
    visible: bool = False,
) -> Finding:
    change = Change(0, kind, field.name, page, before, after, visible=visible)
    return Finding(change, needs, field.name, rectangle(field.dictionary))
