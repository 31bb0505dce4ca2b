"""What filling a field changes: its value, and what shows of it on the page, on paper, or in use.

A picture of the page settles the first; what it cannot show is named, and left to the reader of the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coffre_cli.signing.comparison import Comparison
from coffre_cli.signing.fields import Field, rectangle, value_text
from coffre_cli.signing.findings import Finding
from coffre_cli.signing.objects import (
    Dictionary,
    Null,
    Stream,
    dictionary_at,
    elements,
    entry,
    integer,
    raw,
    resolve,
    text,
)
from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.verdict import Change, ChangeKind

PRINT = 0b100
"""The flag of what is printed (ISO 32000-2, table 167)."""
_STYLE = ("/DA", "/Q", "/RV", "/MK")
"""What a reader that draws the field anew goes by."""
_IN_USE = ("/D", "/R")
"""Appearances under the pointer (ISO 32000-2, 12.5.5)."""


def written_keys(old: Dictionary, new: Dictionary, comparison: Comparison, keys: Iterable[str]) -> list[str]:
    """Return those of *keys* whose values differ."""
    return [key for key in sorted(keys) if _differs(old, new, key, comparison)]


def number_at(dictionary: Dictionary, key: str) -> int:
    """Return the integer under *key*, or 0."""
    return integer(entry(dictionary, key)) or 0


def filled(old: Field, new: Field, written: list[str], page: int | None, comparison: Comparison) -> Iterator[Finding]:
    """Give what became of a field whose keys *written* were."""
    before, after = value_text(old), value_text(new)
    visible = bool({"/V", "/AP", "/AS"} & set(written))
    change = Change(0, ChangeKind.FIELD, new.name, page, before, after, visible=visible)
    yield Finding(change, Needs.FORMS, new.name, rectangle(new.dictionary))
    if before == after:
        yield from _restyled(old, new, written, page)
        for key in _unseen(old.dictionary, new.dictionary, written, comparison):
            yield _shown_elsewhere(new, key, page)


def _restyled(old: Field, new: Field, written: list[str], page: int | None) -> Iterator[Finding]:
    """Give what gives the same value another style: whoever draws it anew may show nothing of it."""
    for key in _STYLE:
        if key in written:
            before, after = text(raw(old.dictionary, key)), text(raw(new.dictionary, key))
            change = Change(0, ChangeKind.FIELD, f"{new.name} {key}", page, before, after, visible=True)
            yield Finding(change, Needs.FORMS, new.name, rectangle(new.dictionary))


def _unseen(old: Dictionary, new: Dictionary, written: list[str], comparison: Comparison) -> Iterator[str]:
    """Name the keys that changed what no picture of the page shows."""
    if "/AP" in written and _looks_otherwise_in_use(old, new, comparison):
        yield "/AP"
    if "/MK" in written and dictionary_at(new, "/MK"):
        yield "/MK"
    if "/I" in written and _contradicts_its_value(new):
        yield "/I"
    if "/Rect" in old and number_at(new, "/F") & PRINT > number_at(old, "/F") & PRINT:
        yield "/F"


def _looks_otherwise_in_use(old: Dictionary, new: Dictionary, comparison: Comparison) -> bool:
    """Tell whether an appearance differs that is shown under the pointer, or in another state than the present one."""
    before, after = (dictionary_at(field, "/AP") or Dictionary() for field in (old, new))
    if any(_differs(before, after, key, comparison) for key in _IN_USE):
        return True
    states = (entry(appearance, "/N") for appearance in (before, after))
    several = any(isinstance(state, Dictionary) and not isinstance(state, Stream) for state in states)
    return several and _differs(before, after, "/N", comparison)


def _contradicts_its_value(field: Dictionary) -> bool:
    """Tell whether the choices by number are not those by name (ISO 32000-2, table 234)."""
    options = [elements(option)[:1] or [option] for option in elements(raw(field, "/Opt"))]
    numbers = [integer(item) for item in elements(raw(field, "/I"))]
    value = raw(field, "/V") or Null()
    names = sorted(text(item) or "" for item in elements(value) or [value])
    known = [number for number in numbers if number is not None and 0 <= number < len(options)]
    chosen = sorted(text(resolve(options[number][0])) or "" for number in known)
    return len(known) != len(numbers) or chosen != names


def _differs(old: Dictionary, new: Dictionary, key: str, comparison: Comparison) -> bool:
    before, after = raw(old, key) or Null(), raw(new, key) or Null()
    return not comparison.same(before, after, "/AP" if key in _IN_USE or key == "/N" else key)


def _shown_elsewhere(field: Field, key: str, page: int | None) -> Finding:
    change = Change(0, ChangeKind.FIELD, f"{field.name} {key}", page, visible=True)
    return Finding(change, Needs.FORMS, field.name, rectangle(field.dictionary), is_drawn=False)
