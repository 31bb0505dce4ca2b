"""Who refers to what in a revision, read off the bytes: a cheap proof that a changed object has one use only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.signing.comparison import same_place
from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import Ref, Stream, resolve
from coffre_cli.signing.window import Window

if TYPE_CHECKING:
    from pyhanko.pdf_utils import generic

_MENTION = re.compile(rb"(?<![0-9A-Fa-f.])(\d{1,10})[ \t\r\n]+(\d{1,5})[ \t\r\n]+R\b")
_KEY = re.compile(rb"(/[A-Za-z]+)\s*\Z")
_LONGEST_KEY = 48
_HARMLESS_KEYS = frozenset(
    {b"/Root", b"/Info", b"/Metadata", b"/AcroForm", b"/DSS", b"/Extensions", b"/StructTreeRoot"}
)  # fmt: skip
"""Keys whose values are compared apart, or say nothing that is shown, wherever they stand."""


def needs_deep_comparison(old: Document, new: Document, apart: frozenset[Ref]) -> bool:
    """Tell whether what changed might be reached from objects that stayed where they are."""
    moved = moved_objects(old, new)
    if moved is None:
        return True
    moved -= apart
    return bool(moved) and _is_mentioned(old, moved)


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
    return any(found != expected for found in _keys(document, {ref}))


def _starts(document: Document, end: int) -> set[int]:
    xrefs = document.reader.xrefs
    infos = (xrefs.get_xref_container_info(revision) for revision in range(xrefs.total_revisions))
    return {info.start_location for info in infos if info.start_location < end}


def _is_mentioned(document: Document, wanted: set[Ref]) -> bool:
    return any(key not in _HARMLESS_KEYS for key in _keys(document, wanted))


def _keys(document: Document, wanted: set[Ref]) -> Iterator[bytes]:
    """Give the key before each mention of a *wanted* object; nothing when it stands in an array."""
    for source in _sources(document):
        found = source.matches(_MENTION) if isinstance(source, Window) else _MENTION.finditer(source)
        for match in found:
            if (int(match[1]), int(match[2])) in wanted:
                key = _KEY.search(source[max(0, match.start() - _LONGEST_KEY) : match.start()])
                yield b"" if key is None else key[1]


def _sources(document: Document) -> Iterator[Window | bytes]:
    yield document.data
    xrefs = document.reader.xrefs
    for revision in range(xrefs.total_revisions):
        for ref in xrefs.object_streams_used_in(revision):
            found = resolve(document.reader.get_object(ref))
            if isinstance(found, Stream):
                yield found.data
