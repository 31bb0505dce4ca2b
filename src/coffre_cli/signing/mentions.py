"""Who refers to what in a revision, read off the bytes: a cheap proof that a changed object has one use only.

The proof errs on one side: a spelling that it does not understand counts as another use, and everything is compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from coffre_cli.signing.comparison import same_place
from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import Dictionary, Indirect, Ref, Stream, raw, reference, resolve
from coffre_cli.signing.window import Window

if TYPE_CHECKING:
    from pyhanko.pdf_utils import generic

_GAP = rb"[\0\t\n\v\f\r ]*+(?:%[^\r\n]*+[\r\n][\0\t\n\v\f\r ]*+)*+"
"""White space and comments, as readers skip them between the parts of a reference (ISO 32000-2, 7.2.3)."""
_MENTION = re.compile(rb"(?<!\d)(\d++)" + _GAP + rb"(\d++)" + _GAP + rb"R")
_MOST_DIGITS = 10
_WHITE = b"\0\t\n\v\f\r "
_KEY = re.compile(rb"/[^\0\t\n\v\f\r ()<>\[\]{}/%]+\Z")
_BEFORE_ELEMENT = re.compile(rb"(?:\[|\d[\0\t\n\v\f\r ]+R)\Z")
_REACH = 512
"""Bytes looked at before a mention, for the key that it stands under."""

IN_ARRAY = b"["
_UNKNOWN = b""

_CATALOG_PARTS = ("/Metadata", "/AcroForm", "/DSS", "/Extensions", "/StructTreeRoot")
"""Entries of the catalog that are compared apart, or say nothing that is shown."""
_TRAILER_PARTS = ("/Root", "/Info")


def needs_deep_comparison(old: Document, new: Document, apart: Mapping[Ref, frozenset[bytes]]) -> bool:
    """Tell whether what changed might be reached from objects that stayed where they are.

    *apart* gives the objects that are compared apart, and the keys under which one refers to them as what they are.
    """
    moved = moved_objects(old, new)
    if moved is None:
        return True
    found = Counter(_mentions(old, moved)) if moved else Counter()
    others = {ref for ref, key in found if key not in apart.get(ref, ())}
    if not others:
        return False
    expected = _proper_mentions(old)
    counted: Counter[Ref] = Counter()
    for (ref, _), count in found.items():
        counted[ref] += count
    return any(ref in apart or counted[ref] > expected[ref] for ref in others)


def moved_objects(old: Document, new: Document) -> set[Ref] | None:
    """Return the objects that *new* finds elsewhere than *old* did, or None when its cross-references are odd."""
    before = _starts(old, len(old.data))
    if before != {start for start in _starts(new, len(old.data)) if start < len(old.data)}:
        return None
    xrefs = new.reader.xrefs
    touched: set[generic.Reference] = set()
    for revision in range(xrefs.total_revisions):
        if xrefs.get_xref_container_info(revision).start_location >= len(old.data):
            touched |= xrefs.explicit_refs_in_revision(revision) | xrefs.refs_freed_in_revision(revision)
    return {(ref.idnum, ref.generation) for ref in touched if not same_place(old.reader, new.reader, ref)}


def is_used_elsewhere(document: Document, ref: Ref, key: str) -> bool:
    """Tell whether anything refers to *ref* under another key than *key*."""
    expected = key.encode("ascii")
    return any(found != expected for _, found in _mentions(document, {ref}))


def _starts(document: Document, end: int) -> set[int]:
    xrefs = document.reader.xrefs
    infos = (xrefs.get_xref_container_info(revision) for revision in range(xrefs.total_revisions))
    return {info.start_location for info in infos if info.start_location < end}


def _proper_mentions(document: Document) -> Counter[Ref]:
    """Count the references to parts of the document from its trailers, and from its catalog in all its versions.

    A key alone proves nothing: pages may name a picture `/Metadata`.
    """
    trailers = document.reader.trailer._trailer_revisions  # noqa: SLF001 - all else gives inherited entries again
    counts = Counter(ref for trailer in trailers for ref in _references(trailer, _TRAILER_PARTS))
    for catalog in _catalogs(document):
        counts.update(_references(catalog, _CATALOG_PARTS))
    return counts


def _catalogs(document: Document) -> Iterator[Dictionary]:
    """Give each version of the catalog once."""
    reader = document.reader
    seen: set[object] = set()
    for revision in range(reader.xrefs.total_revisions):
        try:
            item = reader.trailer.raw_get("/Root", revision=revision)
        except KeyError:  # the first section of a linearised file says nothing of it
            continue
        place = reader.xrefs.get_historical_ref(item.reference, revision) if isinstance(item, Indirect) else None
        if place is not None and place not in seen:
            seen.add(place)
            yield reader.get_historical_root(revision)


def _references(dictionary: Dictionary, keys: tuple[str, ...]) -> list[Ref]:
    found = (reference(raw(dictionary, key)) for key in keys)
    return [ref for ref in found if ref is not None]


def _mentions(document: Document, wanted: set[Ref]) -> Iterator[tuple[Ref, bytes]]:
    """Give each mention of a *wanted* object, with the key it stands under."""
    for source in _sources(document):
        found = source.all_matches(_MENTION) if isinstance(source, Window) else _MENTION.finditer(source)
        for match in found:
            number, generation = match[1].lstrip(b"0"), match[2].lstrip(b"0") or b"0"
            if len(number) > _MOST_DIGITS or len(generation) > _MOST_DIGITS or not number:
                continue
            ref = (int(number), int(generation))
            if ref in wanted:
                yield ref, _key_before(source[max(0, match.start() - _REACH) : match.start()])


def _key_before(text: bytes) -> bytes:
    """Return the key at the end of *text*, or `[` where an element of an array follows."""
    head = text.rstrip(_WHITE)
    gap = text[len(head) :]
    if b"\n" in gap or b"\r" in gap:
        line = re.split(rb"[\r\n]", head)[-1]
        if b"%" in line or (line == head and len(text) == _REACH):  # what stands there may be a comment
            return _UNKNOWN
    if _BEFORE_ELEMENT.search(head):
        return IN_ARRAY
    key = _KEY.search(head)
    return _UNKNOWN if key is None else key[0]


def _sources(document: Document) -> Iterator[Window | bytes]:
    yield document.data
    xrefs = document.reader.xrefs
    containers = {
        (ref.idnum, ref.generation): ref
        for revision in range(xrefs.total_revisions)
        for ref in xrefs.object_streams_used_in(revision)
    }
    for ref in containers.values():
        found = resolve(document.reader.get_object(ref))
        if isinstance(found, Stream):
            yield found.data
