"""From the log to the index: catching up after another's commit (`refold` begins from nothing).

Each event is verified on its way: number, link to the previous leaf, digest of its body; then the checkpoint of its
frame, which must be the log key's signature over the very tree that was folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coffre_cli.crypto import canonical
from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import open_sealed
from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import Frontier, leaf_hash
from coffre_cli.journal.checkpoint import read_checkpoint
from coffre_cli.journal.errors import JournalAlteredError
from coffre_cli.journal.event import Body, Line, Operation, RecordKind, body_context, body_digest, read_body, read_line
from coffre_cli.model import Document, RecordId, RenditionKind
from coffre_cli.store import events
from coffre_cli.store.blobs import BlobId
from coffre_cli.store.events import IndexedEvent
from coffre_cli.store.index import Head, Index
from coffre_cli.store.keys import PackId, RecordKey
from coffre_cli.store.log import Frame, StoredEvent
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.projections import apply_event
from coffre_cli.vault.records import read_document

KeyOf = Callable[[RecordId], RecordKey | None]


class Follower:
    """Follows the chain, event by event."""

    def __init__(self, parts: Parts, head: Head) -> None:
        """Begin behind *head*."""
        self._parts = parts
        self._tree = Frontier.from_bytes(head.tree)
        self._leaf = head.leaf
        self._number = head.number

    def follow(self, frame: Frame) -> Iterator[tuple[IndexedEvent, Line]]:
        """Yield the events of *frame*, each verified to be the next.

        Raises:
            JournalAlteredError: One is not.
        """
        if frame.first != self._number + 1:
            raise JournalAlteredError(number=self._number + 1, reason=N_("number"))
        leaves = []
        for stored in frame.events:
            line = verified_line(stored, number=self._number + 1, after=self._leaf)
            self._leaf, self._number = leaf_hash(stored.line), line.number
            leaves.append(self._leaf)
            at = line.at.isoformat()
            body = stored.sealed_body or None
            yield IndexedEvent(line.number, at, line.operation, line.record, stored.line, body, frame.offset), line
        self._tree = self._tree.append(leaves)

    def reached(self, frame: Frame) -> Head:
        """Return the head after *frame*, its checkpoint verified."""
        checkpoint = read_checkpoint(frame.note, self._parts.keychain.signing.public)
        if (checkpoint.size, checkpoint.root) != (self._tree.size, self._tree.root()):
            raise JournalAlteredError(number=self._number, reason=N_("checkpoint"))
        return Head(frame.end, self._number, self._leaf, frame.offset, self._tree.to_bytes())


def verified_line(stored: StoredEvent, *, number: int, after: bytes) -> Line:
    """Return the line of *stored*, verified to be event *number*, to follow *after*, and to name its body.

    A frame rebuilt from the index has an empty body where the record was destroyed: it was forgotten on purpose.

    Raises:
        JournalAlteredError: It is not.
    """
    try:
        line = read_line(stored.line)
    except CoffreError as error:
        raise JournalAlteredError(number=number, reason=error.code) from error
    if line.number != number or line.after != after:
        raise JournalAlteredError(number=number, reason=N_("link"))
    if stored.sealed_body and line.body_digest != body_digest(stored.sealed_body):
        raise JournalAlteredError(number=number, reason=N_("body"))
    return line


def catch_up(parts: Parts, index: Index) -> None:
    """Fold what the log holds beyond the index; the lock must be held, or the log's end stay as it is."""
    head = index.head()
    follower = Follower(parts, head)
    for frame in parts.log.frames(head.log_size):
        with index.transaction():
            learn_packs(parts, index)
            for event, line in follower.follow(frame):
                body = open_body(parts, line, event, lambda record: events.record_key(index, record))
                words = read_words(parts, index, body) if body is not None else None
                apply_event(index, event, body, words)
            index.set_head(follower.reached(frame))


def read_words(parts: Parts, index: Index, body: Body) -> str | None:
    """Return the text of the document whose new state is in *body*, from its text rendition."""
    if body.kind is not RecordKind.DOCUMENT or body.state is None:
        return None
    key = events.record_key(index, body.record)
    document = read_document(body.record, canonical.encode(body.state))
    return text_of(parts, document, None if key is None else key.key)


def text_of(parts: Parts, document: Document, key: Secret | None) -> str:
    """Return what the text rendition of *document* says; nothing without a rendition, its key or its file."""
    rendition = document.rendition(RenditionKind.TEXT)
    if rendition is None or key is None:
        return ""
    sink = _Words()
    try:
        parts.blobs.copy_to(sink, BlobId(rendition.blob), key, rendition.size)
    except CoffreError:  # a damaged text blob must not stop the fold; `check` names it
        return ""
    return sink.data.decode("utf-8", "replace")


class _Words:
    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: memoryview, /) -> None:
        self.data += data


def open_body(parts: Parts, line: Line, event: IndexedEvent, key_of: KeyOf) -> Body | None:
    """Return what the body of *event* says; None when its key is dead.

    Raises:
        JournalAlteredError: It does not open, or says nothing that coffre writes.
    """
    owner = RecordId(parts.vault_id) if line.operation == Operation.DESTROY else line.record
    key = key_of(owner)
    if key is None or line.number < key.number or event.sealed_body is None:
        return None
    try:
        plaintext = open_sealed(key.key.reveal(), body_context(parts.vault_id, owner, line.number), event.sealed_body)
    except SealError as error:
        raise JournalAlteredError(number=line.number, reason=error.code) from error
    return read_body(plaintext)


def learn_packs(parts: Parts, index: Index) -> None:
    """Take the keys of every pack that the index does not know; the index's transaction must be open."""
    known = events.known_packs(index)
    for pack in sorted(parts.keys.packs() - known):
        learn_pack(parts, index, pack)


def learn_pack(parts: Parts, index: Index, pack: PackId) -> None:
    """Take the keys of *pack* into the index; one of a destroyed record makes the pack wait to be rewritten."""
    keys = parts.keys.read(pack)
    dead = events.destroyed_among(index, [entry.record for entry in keys])
    events.put_keys(index, pack, [entry for entry in keys if entry.record not in dead])
    if dead:
        events.add_pending(index, events.PACKS, [pack])
