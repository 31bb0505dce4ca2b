"""Finding documents: by name, by folder, by their words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from coffre_cli.errors import AmbiguousNameError, InvalidValueError, NotFoundError
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation, RecordKind, read_line
from coffre_cli.model import Document, RecordId
from coffre_cli.store import documents, events
from coffre_cli.store.documents import Filter
from coffre_cli.store.search import search as search_index
from coffre_cli.values import frozen, replace
from coffre_cli.vault.records import read_document
from coffre_cli.vault.session import Vault

DEFAULT_HITS = 50
_AT_ONCE = 256
_WHOLE_ID = 32
"""Hexadecimal digits of an id."""


@frozen
class Found:
    """A document that a search found."""

    document: Document
    snippet: str
    """With `store.search.MARK_START` and `MARK_END` around the words found."""


@frozen
class Search:
    """What a search found, the best first."""

    hits: tuple[Found, ...]
    cut: bool
    """More documents match than were ranked: the newest."""


@frozen
class Happened:
    """One event in a document's life."""

    number: int
    at: datetime
    operation: str


def resolve(vault: Vault, name: str) -> Document:
    """Return the document called *name*: its id, a unique prefix of it, its exact title, or its file name.

    Raises:
        InvalidValueError: *name* is empty.
        NotFoundError: None is.
        AmbiguousNameError: Several are.
    """
    if not name.strip():
        raise InvalidValueError(
            value=name, what=N_("a document"), expected=N_("its id, a beginning of it, or its title")
        )
    found = [document for document in map(vault.document, _candidates(vault, name)) if document is not None]
    if not found:
        raise NotFoundError(name=name, command="coffre list")
    if len(found) > 1:
        raise AmbiguousNameError(name=name, candidates=tuple(f"{one.id.hex()[:8]} {one.title}" for one in found))
    return found[0]


def list_documents(vault: Vault, wanted: Filter) -> Iterator[Document]:
    """Return the documents that *wanted* lets through, read one by one; listing is an event.

    Accents do not matter, in a folder or in a tag.
    """
    found = _listed(vault, wanted)
    vault.note(Operation.LIST, facts={"found": len(found)})
    return _read(vault, found)


def search(vault: Vault, words: str, limit: int = DEFAULT_HITS) -> Search:
    """Return the documents that hold *words*, the best first; the words themselves are kept nowhere."""
    matches = search_index(vault.index, words, limit)
    hits = tuple(Found(read_document(hit.record, hit.state), hit.snippet) for hit in matches.hits)
    vault.note(Operation.SEARCH, facts={"found": len(hits)})
    return Search(hits, matches.cut)


def count(vault: Vault) -> int:
    """Return how many documents there are."""
    number = documents.count(vault.index)
    vault.note(Operation.COUNT)
    return number


def show(vault: Vault, name: str) -> tuple[Document, list[Happened]]:
    """Return a document with the events of its life; reading metadata is an event too."""
    document = resolve(vault, name)
    vault.note(Operation.SHOW, record=document.id, kind=RecordKind.DOCUMENT)
    return document, list(history(vault, document.id))


def history(vault: Vault, record: RecordId) -> Iterator[Happened]:
    """Yield the events on *record*, in order."""
    for event in events.events_of(vault.index, record):
        line = read_line(event.line)
        yield Happened(line.number, line.at, line.operation)


def _read(vault: Vault, found: Sequence[RecordId]) -> Iterator[Document]:
    """Yield the documents *found*, a few hundred at once in memory."""
    for start in range(0, len(found), _AT_ONCE):
        for one in events.states_of(vault.index, found[start : start + _AT_ONCE]):
            yield read_document(one.record, one.state)


def _listed(vault: Vault, wanted: Filter) -> Sequence[RecordId]:
    """Return what *wanted* lets through, each spelling of its folder and its tag looked up by itself."""
    folders = [None] if wanted.folder is None else _spellings(vault, wanted.folder)
    key = None if wanted.tag is None else _bare(wanted.tag)
    tags = [None] if key is None else [tag for tag in documents.tags(vault.index) if _bare(tag) == key]
    each = [
        documents.listed(vault.index, replace(wanted, folder=folder, tag=tag)) for folder in folders for tag in tags
    ]
    if len(each) == 1:
        return each[0]
    inside = set(chain.from_iterable(each))
    everything = documents.listed(vault.index, replace(wanted, folder=None, tag=None)) if inside else []
    return [one for one in everything if one in inside]


def _spellings(vault: Vault, folder: str) -> list[str]:
    """Return the folders there are that differ from *folder* by their accents at most."""
    key, depth = _bare(folder), folder.count("/") + 1
    known = ("/".join(path.split("/")[:depth]) for path, _count in documents.folders(vault.index))
    return sorted({path for path in known if _bare(path) == key})


def _bare(text: str) -> str:
    """Return *text* without its accents."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _candidates(vault: Vault, name: str) -> Iterable[RecordId]:
    """Return what answers to *name*: an id, a title or a file name to the letter comes before a beginning of ids."""
    exact = unicodedata.normalize("NFC", name)
    by_id = documents.find_by_prefix(vault.index, name)
    if by_id and len(name) == _WHOLE_ID:
        return by_id
    by_name = documents.find_by_title(vault.index, exact) or documents.find_by_source_name(vault.index, exact)
    return by_name or by_id
