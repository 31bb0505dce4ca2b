"""From the whole log to a new index.

Each event is verified on its way, as when catching up, and the checkpoint of the last frame must be the log key's
signature over the very tree that was folded. Documents come last, by their newest states alone; what is written is
written once, in batches, and sorted before it is indexed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from coffre_cli.crypto import canonical
from coffre_cli.journal.event import READINGS, Body, Operation, RecordKind
from coffre_cli.model import Document, RecordId
from coffre_cli.store import bulk, events
from coffre_cli.store.events import IndexedEvent, RecordState
from coffre_cli.store.index import Index
from coffre_cli.store.keys import RecordKey
from coffre_cli.store.log import Frame
from coffre_cli.vault.fold import Follower, learn_packs, open_body, text_of
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.projections import MAXIMUM_WORDS, forget, next_epoch, project
from coffre_cli.vault.records import read_document

_FRAMES_PER_TRANSACTION: Final = 64
_EVENTS_PER_BATCH: Final = 512
_DOCUMENTS_PER_BATCH: Final = 256
_CHARACTERS_PER_BATCH: Final = 2 * MAXIMUM_WORDS

Keys = Mapping[RecordId, RecordKey]


def fold_anew(parts: Parts, index: Index) -> None:
    """Fill the new, empty *index* from the log, the key packs and the texts; of the documents only keys are in memory.

    Raises:
        JournalAlteredError: An event is not the next, or a body not what its line says.
    """
    index.prepare_fold()
    aside = bulk.SetAside(index)
    with index.transaction():
        learn_packs(parts, index)
    keys = {entry.record: entry for entry in events.record_keys(index)}
    destroyed = _fold_log(parts, index, keys)
    with index.transaction():
        aside.make_again(of_documents=False)
        for record, body in destroyed:
            forget(index, record, body)
        _project_all(parts, index, keys)
        aside.make_again(of_documents=True)
    if events.pending(index, events.PACKS):
        events.compact(index)  # a deletion was cut short: what its key still opened was folded for a while
    index.end_fold()


@dataclass(slots=True)
class _Batch:
    """Rows that wait to be written together."""

    index: Index
    events: list[IndexedEvent] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    destroyed: list[tuple[RecordId, Body]] = field(default_factory=list)

    def add(self, event: IndexedEvent, body: Body | None) -> None:
        self.events.append(event)
        if event.operation == Operation.RESUME:
            next_epoch(self.index)
        if body is not None and event.operation == Operation.DESTROY:
            self.destroyed.append((event.record, body))
        elif body is not None and body.state is not None:
            self.states.append(RecordState(body.record, body.kind, event.number, canonical.encode(body.state)))
        if len(self.events) >= _EVENTS_PER_BATCH:
            self.write()

    def write(self) -> None:
        bulk.put_events(self.index, self.events)
        bulk.put_states(self.index, self.states)
        self.events.clear()
        self.states.clear()


def _fold_log(parts: Parts, index: Index, keys: Keys) -> list[tuple[RecordId, Body]]:
    """Fold every frame; return what was destroyed, which is still to be forgotten."""
    follower, batch, size = Follower(parts, index.head()), _Batch(index), parts.log.size()
    for frames in _grouped(parts.log.frames()):
        with index.transaction():
            for frame in frames:
                for event, line in follower.follow(frame):
                    opened = None if event.operation in READINGS else open_body(parts, line, event, keys.get)
                    batch.add(event, opened)
            batch.write()
            index.set_head(follower.reached(frames[-1]))
        parts.around.progress(frames[-1].end, 2 * size, "log")
    return batch.destroyed


def _project_all(parts: Parts, index: Index, keys: Keys) -> None:
    for kind in RecordKind:
        if kind is not RecordKind.DOCUMENT:
            for found in events.states(index, kind):
                project(index, found.record, kind, found.state, None)
    total, done = events.count_records(index, RecordKind.DOCUMENT), 0
    for batch in _documents(parts, index, keys):
        bulk.put_documents(index, done + 1, batch)
        done += len(batch)
        parts.around.progress(total + done, 2 * total, "text")


def _documents(parts: Parts, index: Index, keys: Keys) -> Iterator[list[tuple[Document, str]]]:
    batch: list[tuple[Document, str]] = []
    characters = 0
    for found in events.states(index, RecordKind.DOCUMENT):
        document, key = read_document(found.record, found.state), keys.get(found.record)
        said = text_of(parts, document, None if key is None else key.key)[:MAXIMUM_WORDS]
        batch.append((document, said))
        characters += len(said)
        if len(batch) == _DOCUMENTS_PER_BATCH or characters > _CHARACTERS_PER_BATCH:
            yield batch
            batch, characters = [], 0
    yield batch


def _grouped(frames: Iterator[Frame]) -> Iterator[list[Frame]]:
    group: list[Frame] = []
    for frame in frames:
        group.append(frame)
        if len(group) == _FRAMES_PER_TRANSACTION:
            yield group
            group = []
    if group:
        yield group
