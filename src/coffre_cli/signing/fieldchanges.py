"""What became of the form's fields: created, signed, filled, or tampered with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coffre_cli.signing.comparison import Comparison
from coffre_cli.signing.fields import Field, rectangle, value_text
from coffre_cli.signing.findings import Finding
from coffre_cli.signing.objects import Dictionary, Null, Ref, elements, entry, integer, raw, reference, resolve, text
from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.verdict import Change, ChangeKind

Key = tuple[str, Ref | None]

_ALWAYS = frozenset({"/Type", "/Ff", "/M", "/Parent", "/P", "/StructParent"})
_SIGNED = frozenset({"/V", "/AP", "/AS", "/F", "/DA", "/Q", "/Lock", "/MK", "/DR"})
"""What signing an empty field may write."""
_FILLED = frozenset({"/V", "/AP", "/AS", "/DA", "/Q", "/F", "/I", "/TI", "/RV"})
"""What filling a field may write."""
_HIDING_FLAGS = 0b100011
"""Invisible, Hidden, NoView (ISO 32000-2, table 167)."""


def field_findings(
    old: tuple[Field, ...],
    new: tuple[Field, ...],
    comparison: Comparison,
    pages: dict[Ref, int],
    is_shared: Callable[[Ref], bool],
) -> Iterator[Finding]:
    """Give the changes between two states of the form.

    *pages* tells where widgets stand; *is_shared* whether an appearance serves elsewhere too: replacing such a one
    might change what is shown there.
    """
    before = {_key(field): field for field in old}
    after = {_key(field): field for field in new}
    for key, field in before.items():
        if key not in after:
            yield _finding(ChangeKind.FIELD, field, Needs.NEVER, _page(field, pages), before=value_text(field))
    for key, field in after.items():
        page = _page(field, pages)
        if key in before:
            yield from _kept(before[key], field, comparison, page, is_shared)
        else:
            yield _created(field, page)


def _key(field: Field) -> Key:
    return (field.name, None) if field.ref is None else ("", field.ref)


def _page(field: Field, pages: dict[Ref, int]) -> int | None:
    if field.ref in pages:
        return pages[field.ref]
    kids = (reference(kid) for kid in elements(raw(field.dictionary, "/Kids")))
    return next((pages[ref] for ref in kids if ref is not None and ref in pages), None)


def _created(field: Field, page: int | None) -> Finding:
    if not field.is_signature:
        return _finding(ChangeKind.FIELD, field, Needs.NEVER, page, after=value_text(field), visible=True)
    return _signature(field, page, is_new=True)


def _signature(field: Field, page: int | None, *, is_new: bool) -> Finding:
    value = None if field.value is None else resolve(field.value)
    is_timestamp = isinstance(value, Dictionary) and text(raw(value, "/Type")) == "/DocTimeStamp"
    kind = ChangeKind.TIMESTAMP if is_timestamp else ChangeKind.SIGNATURE
    box = rectangle(field.dictionary)
    shows = box is not None and box[2] > box[0] and box[3] > box[1] and entry(field.dictionary, "/AP") is not None
    needs = Needs.NOTHING if is_timestamp and not shows else Needs.FORMS
    change = Change(0, kind, field.name, page, None, None)
    return Finding(change, needs, field.name, box if shows else None, is_new)


def _kept(
    old: Field, new: Field, comparison: Comparison, page: int | None, is_shared: Callable[[Ref], bool]
) -> Iterator[Finding]:
    if old.name != new.name or old.kind != new.kind:
        yield _finding(ChangeKind.FIELD, new, Needs.NEVER, page, before=old.name, after=new.name, visible=True)
        return
    writable = _writable(old)
    strict = comparison.of_keys("", old.dictionary, new.dictionary, _ALWAYS | writable | {"/Kids"})
    for difference in strict:
        yield _tampered(new, difference.path, page, text(difference.before), text(difference.after))
    yield from _kids(old, new, page)
    if _shown_at_last(old.dictionary, new.dictionary):
        yield _tampered(new, "/F", page, None, None)
    written = _written(old, new, comparison, writable)
    if not written:
        return
    appearance = reference(raw(old.dictionary, "/AP"))
    if "/AP" in written and appearance is not None and is_shared(appearance):
        yield _tampered(new, "/AP", page, None, None)
    if old.is_signature:
        yield _signature(new, page, is_new=False)
    else:
        yield from _filled(old, new, written, page)


def _writable(field: Field) -> frozenset[str]:
    if not field.is_signature:
        return _FILLED
    return _SIGNED if field.value is None else frozenset({"/F"})


def _kids(old: Field, new: Field, page: int | None) -> Iterator[Finding]:
    before = [reference(kid) for kid in elements(raw(old.dictionary, "/Kids"))]
    after = [reference(kid) for kid in elements(raw(new.dictionary, "/Kids"))]
    if any(kid not in after for kid in before):
        yield _tampered(new, "/Kids", page, str(len(before)), str(len(after)))


def _written(old: Field, new: Field, comparison: Comparison, keys: frozenset[str]) -> list[str]:
    return [key for key in sorted(keys) if _differs(old.dictionary, new.dictionary, key, comparison)]


def _differs(old: Dictionary, new: Dictionary, key: str, comparison: Comparison) -> bool:
    before, after = raw(old, key) or Null(), raw(new, key) or Null()
    return not comparison.same(before, after)


def _filled(old: Field, new: Field, written: list[str], page: int | None) -> Iterator[Finding]:
    before, after = value_text(old), value_text(new)
    visible = bool({"/V", "/AP", "/AS"} & set(written))
    change = Change(0, ChangeKind.FIELD, new.name, page, before, after, visible=visible)
    yield Finding(change, Needs.FORMS, new.name, rectangle(new.dictionary))


def _shown_at_last(old: Dictionary, new: Dictionary) -> bool:
    """Tell whether a widget that was hidden shows, or the reverse."""
    before = (integer(entry(old, "/F")) or 0) & _HIDING_FLAGS
    after = (integer(entry(new, "/F")) or 0) & _HIDING_FLAGS
    return "/Rect" in old and bool(before) is not bool(after)


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
