"""From a record's newest state to its rows in the index, one function per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from coffre_cli.crypto import canonical
from coffre_cli.journal.event import Body, Operation, RecordKind
from coffre_cli.model import Document, RecordId
from coffre_cli.store import bulk, documents, events
from coffre_cli.store.events import IndexedEvent, RecordState
from coffre_cli.store.index import Index
from coffre_cli.vault.records import read_document

MAXIMUM_WORDS = 1_000_000
"""Characters of one document that are searched: about 400 pages; the text rendition itself is whole."""
_EPOCH = "epoch"

Project = Callable[[Index, RecordId, bytes, str | None], None]


def apply_event(index: Index, event: IndexedEvent, body: Body | None, words: str | None) -> None:
    """Write what one event changes; *body* is None when its key is dead, *words* when the text did not change."""
    put_event(index, event)
    if body is None:
        return
    if event.operation == Operation.DESTROY:
        forget(index, event.record, body)
    elif body.state is not None:
        state = canonical.encode(body.state)
        events.put_state(index, body.record, body.kind, event.number, state)
        project(index, body.record, body.kind, state, words)


def apply_deposits(index: Index, deposits: Sequence[tuple[IndexedEvent, Body, Document, str]]) -> None:
    """Write what the events of new documents change, each with its text, table by table.

    What was just made is not read again, and each table takes one statement: 0.2 s in place of 0.7 for 5,000 documents.
    """
    bulk.put_events(index, [event for event, *_ in deposits])
    states = (
        RecordState(document.id, body.kind, event.number, canonical.encode(body.state))
        for event, body, document, _ in deposits
    )
    bulk.put_states(index, list(states))
    batch = [(document, words[:MAXIMUM_WORDS]) for *_, document, words in deposits]
    bulk.put_documents(index, bulk.next_number(index), batch)


def put_event(index: Index, event: IndexedEvent) -> None:
    """Keep *event*; after a `resume` checkpoints are signed under the next epoch."""
    events.put_event(index, event)
    if event.operation == Operation.RESUME:
        next_epoch(index)


def next_epoch(index: Index) -> None:
    """Sign checkpoints under the next epoch from here on."""
    index.set_meta(_EPOCH, (epoch(index) + 1).to_bytes(4, "big"))


def epoch(index: Index) -> int:
    """Return the epoch under which checkpoints are signed: 1, and one more for each restored copy."""
    return int.from_bytes(index.meta(_EPOCH) or b"\x01", "big")


def project(index: Index, record: RecordId, kind: RecordKind, state: bytes, words: str | None) -> None:
    """Write the rows of a record of *kind*."""
    PROJECTIONS[kind](index, record, state, None if words is None else words[:MAXIMUM_WORDS])


def forget(index: Index, record: RecordId, body: Body) -> None:
    """Remove every row of a destroyed record; its blobs are pending until they are unlinked."""
    documents.forget_document(index, record)
    events.forget_record(index, record)
    blobs = body.facts.get("blobs")
    names = [name for name in blobs if isinstance(name, str)] if isinstance(blobs, list) else []
    events.add_pending(index, events.BLOBS, [bytes.fromhex(name) for name in names])


def _document(index: Index, record: RecordId, state: bytes, words: str | None) -> None:
    document = read_document(record, state)
    documents.put_document(index, document, words)
    events.add_pending(index, events.BLOBS, documents.drop_replaced(index, document))  # a conversion made anew


def _alarm(index: Index, record: RecordId, state: bytes, _words: str | None) -> None:
    index.run("INSERT OR REPLACE INTO alarm(record, state) VALUES (?, ?)", (record, state))


def _identity(index: Index, record: RecordId, state: bytes, _words: str | None) -> None:
    fields = canonical.Fields(canonical.decode(state, what="identity"), what="identity")
    values = (record, fields.text("kind"), fields.text("name"))
    index.run("INSERT OR REPLACE INTO identity(record, kind, name) VALUES (?, ?, ?)", values)


def _account(index: Index, record: RecordId, _state: bytes, _words: str | None) -> None:
    index.run("INSERT OR REPLACE INTO account(record) VALUES (?)", (record,))


def _nothing(_index: Index, _record: RecordId, _state: bytes, _words: str | None) -> None:
    """Write nothing: vault and covers have no table of their own beside `record`."""


PROJECTIONS: Final[Mapping[RecordKind, Project]] = {
    RecordKind.VAULT: _nothing,
    RecordKind.DOCUMENT: _document,
    RecordKind.IDENTITY: _identity,
    RecordKind.ALARM: _alarm,
    RecordKind.ACCOUNT: _account,
    RecordKind.COVER: _nothing,
}
