"""Two revisions compared object by object: everything reachable must be the same, but for what is compared apart.

The comparison follows meaning, not bytes: an object rewritten as it was is no difference, and one object used in two
places is judged in both. An object counts as unchanged without being read when both cross-references give it the same
place, as long as nothing reachable from it can have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic

from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import (
    Array,
    Dictionary,
    Indirect,
    Null,
    PdfObject,
    Ref,
    Stream,
    elements,
    reference,
    resolve,
)

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two revisions say different things."""

    path: str
    before: PdfObject
    after: PdfObject
    holder: tuple[Ref, str] | None = None
    """The numbered object, the same on both sides, that it is an entry of, and the path inside that one."""


Pair = tuple[str, PdfObject, PdfObject]
Seen = tuple[Ref | None, Ref | None, bool]

Holder = tuple[Ref, str] | None
"""The nearest numbered object above, and its path; None where the two sides have different ones."""

_DRAWN = frozenset({"/Resources", "/Contents", "/AP", "/DR", "/Group", "/Thumb", "/OCProperties", "/OC"})
"""Keys of what is drawn: below them no object is a page, a field or an annotation, whatever else it may be."""
_STEP = re.compile(r"/[^/\[ ]*")


class Comparison:
    """Compares parts of two revisions; what it has compared once is not compared again."""

    def __init__(self, old: Document, new: Document, apart: frozenset[Ref], *, deep: bool) -> None:
        """Leave the objects of *apart* to the caller, unless they are drawn as if they were something else.

        Unless *deep*, trust cross-references that agree.
        """
        self._old = old.reader
        self._new = new.reader
        self._apart = apart
        self._deep = deep
        self._seen: set[Seen] = set()

    def of(self, path: str, old: PdfObject, new: PdfObject) -> Iterator[Difference]:
        """Give every difference between *old* and *new*, to be taken to the last; each place is named once."""
        return self._walk(path, old, new, self._seen)

    def same(self, old: PdfObject, new: PdfObject, key: str = "") -> bool:
        """Tell whether *old* and *new*, which stand under *key*, are the same, where a difference may be permitted.

        It remembers nothing: what may change here must still be compared where it may not.
        """
        return next(self._walk(key, old, new, set()), None) is None

    def same_keys(self, old: Dictionary, new: Dictionary) -> bool:
        """Tell whether two dictionaries are the same, where a difference may be permitted."""
        return all(self.same(before, after, key) for key, before, after in _key_pairs(old, new, frozenset()))

    def _walk(self, path: str, old: PdfObject, new: PdfObject, seen: set[Seen]) -> Iterator[Difference]:
        stack: list[tuple[Pair, bool, Holder]]
        stack = [((path, old, new), not _DRAWN.isdisjoint(_STEP.findall(path)), None)]
        while stack:
            (where, before, after), drawn, holder = stack.pop()
            if self._is_settled(before, after, seen, drawn=drawn):
                continue
            inside = None if holder is None else (holder[0], where.removeprefix(holder[1]))
            holder = _holder(where, before, after, holder)
            before, after = resolve(before), resolve(after)
            below = _children(where, before, after)
            if below is None:
                yield Difference(where, before, after, inside)
            else:
                stack.extend((pair, drawn or pair[0].removeprefix(where) in _DRAWN, holder) for pair in below)

    def of_keys(self, path: str, old: Dictionary, new: Dictionary, skipped: frozenset[str]) -> Iterator[Difference]:
        """Give the differences between two dictionaries, some keys left out."""
        for key, before, after in _key_pairs(old, new, skipped):
            yield from self.of(f"{path}{key}", before, after)

    def _is_settled(self, before: PdfObject, after: PdfObject, seen: set[Seen], *, drawn: bool) -> bool:
        left, right = reference(before), reference(after)
        if left is None and right is None:
            return False
        if left == right and left is not None:
            if (left in self._apart and not drawn) or (not self._deep and self._unmoved(before, after)):
                return True
        elif not drawn and (left in self._apart or right in self._apart):
            return False
        if (left, right, drawn) in seen:
            return True
        seen.add((left, right, drawn))
        return False

    def _unmoved(self, before: PdfObject, after: PdfObject) -> bool:
        if not (isinstance(before, Indirect) and isinstance(after, Indirect)):
            return False
        return same_place(self._old, self._new, before.reference)


def _holder(path: str, before: PdfObject, after: PdfObject, above: Holder) -> Holder:
    left, right = reference(before), reference(after)
    if left is None and right is None:
        return above
    return (left, path) if left is not None and left == right else None


def same_place(old: PdfFileReader, new: PdfFileReader, ref: generic.Reference) -> bool:
    """Tell whether both cross-references find *ref* at the same bytes, its object stream included."""
    place = old.xrefs[ref]
    if place is None or place != new.xrefs[ref]:
        return False
    if isinstance(place, int):
        return True
    container = generic.Reference(place.obj_stream_id, 0, old)
    return bool(old.xrefs[container] == new.xrefs[container])


def _children(path: str, before: PdfObject, after: PdfObject) -> list[Pair] | None:
    """Return the pairs to compare next, or None when the two differ here."""
    if isinstance(before, Dictionary) and isinstance(after, Dictionary):
        if isinstance(before, Stream) is not isinstance(after, Stream):
            return None
        skipped: frozenset[str] | None = frozenset()
        if isinstance(before, Stream) and isinstance(after, Stream):
            skipped = _settled_keys(before, after)
        if skipped is None:
            return None
        return [(f"{path}{key}", left, right) for key, left, right in _key_pairs(before, after, skipped)]
    if isinstance(before, Array) and isinstance(after, Array):
        if len(before) != len(after):
            return None
        pairs = range(len(before))
        return [(f"{path}[{index}]", before.raw_get(index), after.raw_get(index)) for index in pairs]
    return [] if _same_value(before, after) else None


def _key_pairs(old: Dictionary, new: Dictionary, skipped: frozenset[str]) -> Iterator[Pair]:
    nothing = Null()
    for key in sorted({*old.keys(), *new.keys()} - skipped):
        before = old.raw_get(key) if key in old else nothing
        after = new.raw_get(key) if key in new else nothing
        yield key, before, after


def _settled_keys(before: Stream, after: Stream) -> frozenset[str] | None:
    """Return the keys that need no comparison: how a stream is written down. None when the streams differ.

    The same bytes say the same only when they are read with the same parameters.
    """
    try:
        if before.get("/Filter") == after.get("/Filter") and before.encoded_data == after.encoded_data:
            return frozenset({"/Length"})
        same = bool(before.data == after.data)
    except Exception:  # noqa: BLE001 - streams that cannot be decoded are the same only when their bytes are
        return None
    return frozenset({"/Length", "/Filter", "/DecodeParms"}) if same else None


def _same_value(before: PdfObject, after: PdfObject) -> bool:
    if isinstance(before, generic.NumberObject | generic.FloatObject):
        return isinstance(after, generic.NumberObject | generic.FloatObject) and float(before) == float(after)
    if isinstance(before, generic.BooleanObject):
        return isinstance(after, generic.BooleanObject) and before.value == after.value
    if isinstance(before, Null):
        return isinstance(after, Null)
    if isinstance(before, generic.NameObject) or isinstance(after, generic.NameObject):
        return type(before) is type(after) and str(before) == str(after)
    left, right = _string_bytes(before), _string_bytes(after)
    return left is not None and left == right


def _string_bytes(item: PdfObject) -> bytes | None:
    if isinstance(item, generic.ByteStringObject | generic.TextStringObject):
        return bytes(item.original_bytes)
    return None


def is_superset(path: str, old: PdfObject, new: PdfObject, *, skip: frozenset[Ref]) -> bool:
    """Tell whether *new* says all that *old* says, in its order, and perhaps more (for structure trees)."""
    seen: set[tuple[Ref | None, Ref | None]] = set()
    stack = [(path, old, new)]
    while stack:
        where, before, after = stack.pop()
        key = (reference(before), reference(after))
        if key != (None, None):
            if key in seen or (key[0] == key[1] and key[0] in skip):
                continue
            seen.add(key)
        below = _superset_children(where, resolve(before), resolve(after))
        if below is None:
            return False
        stack.extend(below)
    return True


_COUNTERS = ("/ParentTreeNextKey", "/Limits")
_SPOKEN = ("/ActualText", "/Alt", "/E")
"""What is read aloud or copied in place of what an element shows."""


def _superset_children(path: str, before: PdfObject, after: PdfObject) -> list[Pair] | None:
    if isinstance(before, Null) or path.endswith(_COUNTERS):
        return []
    if isinstance(before, Dictionary) and isinstance(after, Dictionary) and not isinstance(before, Stream):
        if any(key in after and key not in before for key in _SPOKEN):
            return None
        pairs = _key_pairs(before, after, frozenset())
        return [(f"{path}{key}", left, right) for key, left, right in pairs]
    if isinstance(after, Array):
        kept = elements(before) if isinstance(before, Array) else [before]
        return _subsequence(path, kept, elements(after))
    return _children(path, before, after)


def _subsequence(path: str, before: list[PdfObject], after: list[PdfObject]) -> list[Pair] | None:
    pairs: list[Pair] = []
    position = 0
    for item in before:
        while position < len(after) and not _could_match(item, after[position]):
            position += 1
        if position == len(after):
            return None
        pairs.append((f"{path}[]", item, after[position]))
        position += 1
    return pairs


def _could_match(before: PdfObject, after: PdfObject) -> bool:
    left, right = reference(before), reference(after)
    if left is not None or right is not None:
        return left == right
    return type(before) is type(after) and (isinstance(before, Dictionary | Array) or _same_value(before, after))
