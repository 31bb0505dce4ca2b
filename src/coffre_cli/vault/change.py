"""The one commit: keys, log frame, index (DESIGN section 3).

A change is gathered without the lock: blobs are written, fsynced and renamed as they come. `commit` then takes the
lock for as long as it needs: catch up with others, key pack, frame (this is the commit), index.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import BinaryIO

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import KEY_SIZE, seal
from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.journal.chain import Frontier, leaf_hash
from coffre_cli.journal.checkpoint import origin, sign_checkpoint
from coffre_cli.journal.commitments import commitments, disclosures
from coffre_cli.journal.event import (
    READINGS,
    Body,
    Line,
    Operation,
    RecordKind,
    body_context,
    body_digest,
    write_body,
    write_line,
)
from coffre_cli.model import Document, RecordId
from coffre_cli.store import events
from coffre_cli.store.blobs import BlobId, Written, blob_path
from coffre_cli.store.errors import BlobMissingError, IndexDamagedError, KeyPackAlteredError, LogUncertainError
from coffre_cli.store.events import IndexedEvent
from coffre_cli.store.index import Head, Index
from coffre_cli.store.keys import PACK_CAPACITY, PackId, RecordKey
from coffre_cli.store.log import StoredEvent
from coffre_cli.vault.acts import Act, Reveal, resolved
from coffre_cli.vault.errors import KeyMissingError
from coffre_cli.vault.fold import catch_up
from coffre_cli.vault.heads import SeenHead, remember_head
from coffre_cli.vault.packs import merge_packs
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.projections import apply_deposits, apply_event, epoch
from coffre_cli.vault.records import document_state, read_document


class Change:
    """What is about to be committed."""

    def __init__(self, parts: Parts, index: Index) -> None:
        """Begin with nothing to commit."""
        self.parts = parts
        self.index = index
        self._acts: list[Act] = []
        self._new_keys: dict[RecordId, Secret] = {}
        self._blobs: list[BlobId] = []
        self._settling: list[Callable[[], None]] = []

    def new_record(self, record: RecordId | None = None) -> RecordId:
        """Return the id of a new record (*record*, for one that is certainly new, never twice), with its key drawn."""
        record = record or RecordId(self.parts.around.random(16))
        if record in self._new_keys:
            raise ValueError(record.hex())
        self._new_keys[record] = Secret(self.parts.around.random(KEY_SIZE))
        return record

    def key_of(self, record: RecordId) -> Secret:
        """Return the key of *record*, new or known.

        Raises:
            KeyMissingError: It is gone.
        """
        if record in self._new_keys:
            return self._new_keys[record]
        if (found := events.record_key(self.index, record)) is None:
            raise KeyMissingError(record=record.hex())
        return found.key

    def keep(self, source: BinaryIO, record: RecordId) -> Written:
        """Encrypt *source* into a new blob of *record*."""
        written = self.parts.blobs.write(source, self.key_of(record))
        self._blobs.append(written.blob)
        return written

    def adopt(self, record: RecordId, key: Secret, written: Written) -> None:
        """Take the new *record*, whose blob was written elsewhere under *key*."""
        self._new_keys[record] = key
        self._blobs.append(written.blob)

    def discard(self, blob: BlobId) -> None:
        """Give up a blob that was kept for nothing."""
        self._blobs.remove(blob)
        with contextlib.suppress(StorageFailedError, StorageFullError):
            self.parts.blobs.remove(blob)

    def abandon(self, record: RecordId) -> None:
        """Give up a new record and what was to be said of it."""
        self._new_keys.pop(record, None)
        self._acts = [act for act in self._acts if act.record != record]

    def before_commit(self, settle: Callable[[], None]) -> None:
        """Have *settle* look at the index once it is up to date, under the lock: it may still abandon records."""
        self._settling.append(settle)

    def put_document(
        self,
        operation: Operation,
        document: Document,
        *,
        before: Document | None = None,
        reveal: Callable[[Document], Mapping[str, Json]],
        words: str | None = None,
        facts: Mapping[str, Json] | None = None,
    ) -> None:
        """Say that *document*, until now as *before*, is now so; *words* is its text when that changed.

        What others change of it meanwhile stays. *reveal* tells what the line commits to.
        """
        shown = disclosures(reveal(document), self.parts.around.random)
        body = Body(document.id, RecordKind.DOCUMENT, document_state(document), facts or {}, shown)
        new = operation is Operation.DEPOSIT and document.id in self._new_keys

        def told(state: Mapping[str, Json]) -> Mapping[str, Json]:
            return reveal(read_document(document.id, canonical.encode(state)))

        was = None if before is None else document_state(before)
        self._acts.append(Act(operation, document.id, body, words, document if new else None, was, told))

    def put(
        self,
        operation: Operation,
        record: RecordId,
        kind: RecordKind,
        state: Mapping[str, Json],
        *,
        before: Mapping[str, Json] | None = None,
        reveal: Reveal | None = None,
        facts: Mapping[str, Json] | None = None,
    ) -> None:
        """Say that *record*, until now as *before*, is now *state*; what others change of it meanwhile stays.

        Raises:
            ValueError: *operation* is one whose bodies a fold does not open: a mistake in the program.
        """
        if operation in READINGS:
            raise ValueError(operation)
        shown = disclosures(reveal(state) if reveal else {}, self.parts.around.random)
        self._acts.append(
            Act(operation, record, Body(record, kind, state, facts or {}, shown), before=before, reveal=reveal)
        )

    def act(
        self,
        operation: Operation,
        *,
        record: RecordId | None = None,
        kind: RecordKind = RecordKind.VAULT,
        facts: Mapping[str, Json] | None = None,
        reveal: Mapping[str, Json] | None = None,
    ) -> None:
        """Say that something was done that changed no state."""
        target = record or RecordId(self.parts.vault_id)
        body = Body(target, kind, None, facts or {}, disclosures(reveal or {}, self.parts.around.random))
        self._acts.append(Act(operation, target, body))

    def destroy(self, document: Document) -> None:
        """Say that *document* is deleted for good; its key and blobs go after the commit."""
        self.destroy_record(document.id, RecordKind.DOCUMENT, [one.blob.hex() for one in document.renditions])

    def destroy_record(self, record: RecordId, kind: RecordKind, blobs: Sequence[str] = ()) -> None:
        """Say that *record* is deleted for good, with its *blobs* (hexadecimal)."""
        self._acts.append(Act(Operation.DESTROY, record, Body(record, kind, None, {"blobs": blobs})))

    def create_vault_record(self, key: Secret, state: Mapping[str, Json]) -> None:
        """Say that the vault is made."""
        self._new_keys[record := RecordId(self.parts.vault_id)] = key
        self.put(Operation.CREATE, record, RecordKind.VAULT, state)

    def commit(self) -> None:
        """Make it last; on return it may be acknowledged.

        Raises:
            VaultBusyError: Another process kept the lock.
            VaultChangedError: The vault's keys were changed meanwhile.
            StorageFullError: Nothing of the change was kept.
        """
        if not self._acts:
            return
        self.parts.blobs.sync(self._blobs)
        with self.parts.lock.exclusive():
            self.parts.verify_in_force()
            catch_up(self.parts, self.index)
            for settle in self._settling:
                settle()
            if not self._acts:
                return
            self._require_blobs()
            head = self._commit_locked()
            if self._new_keys:
                self._merge_packs(head)
            remember_head(self.parts.around.state, self.parts.vault_id, SeenHead(head.number, head.leaf))
        for gathered in (self._acts, self._new_keys, self._blobs):
            gathered.clear()

    def commit_before_in_force(self) -> Head:
        """Commit into a generation that is still being built; return its head."""
        return self._commit_locked()

    def roll_back(self) -> None:
        """Remove the blobs of a change that was not committed for certain."""
        for blob in list(self._blobs):
            self.discard(blob)

    def _require_blobs(self) -> None:
        """Look, under the lock, that each blob still is where it was put: a repair may have taken it for left over."""
        for blob in (one for one in self._blobs if not blob_path(self.parts.layout.blobs, one).is_file()):
            raise BlobMissingError(blob=blob.hex())

    def _merge_packs(self, head: Head) -> None:
        """Merge small packs, if the index has come to *head*; what is committed stands whether this succeeds or not."""
        with contextlib.suppress(StorageFullError, StorageFailedError, IndexDamagedError, KeyPackAlteredError):
            if self.index.head() == head:
                merge_packs(self.parts, self.index)

    def _commit_locked(self) -> Head:
        now = self.parts.around.clock().astimezone(UTC).replace(microsecond=0)
        head = self.index.head()
        tree = Frontier.from_bytes(head.tree)
        prepared, leaf = [], head.leaf
        self._acts = [resolved(act, self.index, self.parts.around.random) for act in self._acts]
        for number, act in enumerate(self._acts, head.number + 1):
            event = self._event(act, number, leaf, now, head.log_size)
            leaf = leaf_hash(event.line)
            tree = tree.append([leaf])
            prepared.append(event)
        packs = self._write_keys(head.number + 1)
        history = epoch(self.index) + sum(act.operation is Operation.RESUME for act in self._acts)
        name = origin(self.parts.vault_id, history)
        note = sign_checkpoint(name, tree, self.parts.keychain.signing)
        stored = tuple(StoredEvent(event.line, event.sealed_body or b"") for event in prepared)
        end = self._append(head, stored, note)
        reached = Head(end, head.number + len(prepared), leaf, head.log_size, tree.to_bytes())
        # The frame is the commit: an index that cannot follow now is caught up at the next open.
        with contextlib.suppress(StorageFullError, StorageFailedError, IndexDamagedError), self.index.transaction():
            for pack, keys in packs:
                events.put_keys(self.index, pack, keys)
            self._apply(prepared)
            self.index.set_head(reached)
        return reached

    def _append(self, head: Head, stored: tuple[StoredEvent, ...], note: str) -> int:
        """Append the frame. From here on the log owns the blobs, unless it is certain that it does not name them."""
        blobs, self._blobs = self._blobs, []
        try:
            return self.parts.log.append(head.log_size, head.number + 1, stored, note)
        except (StorageFullError, StorageFailedError) as error:
            if not isinstance(error, LogUncertainError):
                self._blobs = blobs
            raise

    def _apply(self, prepared: Sequence[IndexedEvent]) -> None:
        """Write what the acts change into the index, in their order; runs of new documents at once."""
        for new, run in groupby(zip(prepared, self._acts, strict=True), lambda one: one[1].deposited is not None):
            if new:
                apply_deposits(
                    self.index,
                    [(event, act.body, act.deposited, act.words or "") for event, act in run if act.deposited],
                )
            else:
                for event, act in run:
                    apply_event(self.index, event, act.body, act.words)

    def _event(self, act: Act, number: int, after: bytes, now: datetime, frame: int) -> IndexedEvent:
        owner = RecordId(self.parts.vault_id) if act.operation is Operation.DESTROY else act.record
        random = self.parts.around.random
        context = body_context(self.parts.vault_id, owner, number)
        sealed = seal(self.key_of(owner).reveal(), context, write_body(act.body), random)
        line = Line(
            number=number,
            at=now,
            operation=act.operation,
            record=act.record,
            actor=self.parts.actor,
            after=after,
            body_digest=body_digest(sealed),
            commitments=commitments(act.body.disclosures, random),
        )
        return IndexedEvent(number, now.isoformat(), act.operation, act.record, write_line(line), sealed, frame)

    def _write_keys(self, first: int) -> list[tuple[PackId, list[RecordKey]]]:
        keys = [RecordKey(record, first, key) for record, key in self._new_keys.items()]
        groups = [keys[start : start + PACK_CAPACITY] for start in range(0, len(keys), PACK_CAPACITY)]
        return [(self.parts.keys.write(group), group) for group in groups]
