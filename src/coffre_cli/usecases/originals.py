"""Originals: sealed as they come, entered into a change once they are; what became of each file on the way.

A file is read once. What it was like just before is kept beside it, so that one that changed since is never removed.
"""

from __future__ import annotations

from coffre_cli.convert.remarks import NOT_ASKED
from coffre_cli.convert.sniff import sniff
from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.intake.look import Look
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document, RecordId, Remark, Rendition, RenditionKind, Sha256, Source
from coffre_cli.store.blobs import BlobId, Written
from coffre_cli.store.sealers import KnownFile
from coffre_cli.usecases.errors import DigestMismatchError
from coffre_cli.usecases.intake import Deposited, Input, Refused, Wishes, clean_title, title_of, unreadable
from coffre_cli.usecases.moving import seen
from coffre_cli.usecases.renditions import revealed
from coffre_cli.usecases.sealing import Ahead, Sent
from coffre_cli.usecases.terms import Room
from coffre_cli.usecases.twins import Twins
from coffre_cli.values import frozen
from coffre_cli.vault.change import Change
from coffre_cli.vault.session import Vault

NOT_YET = N_("The archive rendition was not made yet; `coffre convert` makes it.")
"""Said of an original whose deposit was interrupted before its conversion."""


@frozen
class Sealed:
    """An original whose blob is durable, and nothing else yet."""

    source: Input
    record: RecordId
    written: Written
    seen: Look


@frozen
class Kept:
    """An original that is durable, waiting for what can be made of it."""

    source: Input
    document: Document
    seen: Look
    parent: RecordId | None = None
    duplicate_of: Document | None = None


@frozen
class Batch:
    """What the originals of one group share."""

    change: Change
    twins: Twins
    room: Room
    parent: RecordId | None
    length: int
    """Of the journal, when the twins were asked for."""


def waits(document: Document) -> bool:
    """Tell whether a command was interrupted between the deposit of *document* and its conversion."""
    return any(remark.message == NOT_YET for remark in document.remarks)


class Originals:
    """Takes the originals of one deposit."""

    def __init__(self, vault: Vault, wishes: Wishes, ahead: Ahead) -> None:
        """Deposit into *vault*; what was sent *ahead* is waited for, not read again."""
        self._vault, self._wishes, self._ahead = vault, wishes, ahead
        self._own: set[RecordId] = set()
        self._taken_up: set[RecordId] = set()

    def document(
        self,
        record: RecordId,
        source: Input,
        received: Source,
        parent: RecordId | None,
        renditions: tuple[Rendition, ...] = (),
    ) -> Document:
        """Return the new document that *received* becomes."""
        return Document(
            id=record,
            title=(clean_title(self._wishes.title or "") if parent is None else "") or title_of(source.name),
            folder=source.folder,
            tags=self._wishes.tags,
            date=self._wishes.date,
            added=self._vault.parts.around.clock().replace(microsecond=0),
            source=received,
            renditions=renditions,
            remarks=(Remark(NOT_YET if self._wishes.archive else NOT_ASKED),),
        )

    def seal(self, batch: Batch, source: Input | Refused, sent: Sent | None) -> Deposited | Sealed | Kept:
        """Have the blob of *source*, made here or *sent* ahead; or its refusal."""
        if isinstance(source, Refused):
            return Deposited(source.name, error=source.error, parent=batch.parent)
        try:
            return self._sealed(batch, source, sent)
        except (CoffreError, OSError) as problem:
            return self._refused(batch, source, problem)

    def enter(self, batch: Batch, sealed: Sealed) -> Deposited | Kept:
        """Put what was *sealed* into the change of *batch*; or refuse it, and leave nothing of it."""
        try:
            return self._entered(batch, sealed)
        except (CoffreError, OSError) as problem:
            return self._refused(batch, sealed.source, problem)

    def settle(self, batch: Batch, outcomes: list[Deposited | Kept]) -> None:
        """Refuse, of *outcomes*, what another command has deposited since the twins were asked for."""
        if batch.twins.allowed or self._vault.index.head().number == batch.length:
            return
        fresh = Twins(self._vault, allowed=False)
        fresh.expect([one.document.source.sha256 for one in outcomes if isinstance(one, Kept)])
        for number, one in enumerate(outcomes):
            if isinstance(one, Kept) and one.document.id in self._own:
                try:
                    fresh.refuse(one.source, one.document.source.sha256)
                except CoffreError as error:
                    self._give_up(batch, one.document)
                    outcomes[number] = Deposited(one.source.name, error=error, duplicate_of=fresh.of(error))

    def _give_up(self, batch: Batch, document: Document) -> None:
        for rendition in document.renditions:
            batch.change.discard(BlobId(rendition.blob))
        batch.change.abandon(document.id)

    def _refused(self, batch: Batch, source: Input, problem: CoffreError | OSError) -> Deposited | Kept:
        """Return the refusal of *source*; a disk that fails ends the whole command instead.

        What was deposited before, by a command that was interrupted before the conversion, is taken up again.
        """
        error = problem if isinstance(problem, CoffreError) else unreadable(source.path, problem)
        twin = batch.twins.of(error)
        if twin is not None and self._wishes.archive and waits(twin) and twin.id not in self._own | self._taken_up:
            self._taken_up.add(twin.id)
            return Kept(source, twin, seen(source.path), batch.parent)
        if error.code.startswith("storage"):
            raise error from problem
        if isinstance(error, DigestMismatchError):
            batch.change.act(Operation.REFUSE, reveal={"name": source.name, "found": str(error.facts["found"])})
        return Deposited(source.name, error=error, duplicate_of=twin, parent=batch.parent)

    def _sealed(self, batch: Batch, source: Input, sent: Sent | None) -> Sealed:
        """Return the new record of *source* and its blob, made here or by a helper."""
        found = self._ahead.received(sent) if sent is not None else None
        if sent is not None and isinstance(found, Written):
            batch.change.adopt(sent.record, sent.key, found)
            return Sealed(source, sent.record, found, sent.seen)
        if isinstance(found, KnownFile):
            batch.twins.refuse(source, found.sha256)
        batch.twins.refuse_likely(source)
        before = seen(source.path)
        batch.room.require(before.size)
        record = batch.change.new_record(source.record)
        with source.path.open("rb", buffering=0) as file:
            return Sealed(source, record, batch.change.keep(file, record), before)

    def _entered(self, batch: Batch, sealed: Sealed) -> Kept:
        source, record, written = sealed.source, sealed.record, sealed.written
        try:
            batch.room.take(written.size)
            self.verify(source, written.sha256, batch.twins)
            kind = sniff(source.path, source.name)
        except (CoffreError, OSError):
            batch.change.discard(written.blob)
            batch.change.abandon(record)
            raise
        original = Rendition(
            RenditionKind.ORIGINAL, written.blob, kind.media_type, written.size, written.sha256, None, kind.label
        )
        received = Source(source.name, kind.media_type, written.size, written.sha256)
        document = self.document(record, source, received, batch.parent, (original,))
        batch.change.put_document(Operation.DEPOSIT, document, reveal=revealed, words="")
        twin = batch.twins.twin(written.sha256) if batch.twins.allowed else None  # else it was refused above
        batch.twins.add(document)
        self._own.add(record)
        return Kept(source, document, sealed.seen, batch.parent, twin)

    def verify(self, source: Input, digest: Sha256, twins: Twins) -> None:
        """Hold the *digest* of *source* against what was expected, and against what is there.

        Raises:
            DigestMismatchError: Another was expected.
            DuplicateDocumentError: It is there already.
        """
        if self._wishes.digest is not None and digest != self._wishes.digest:
            raise DigestMismatchError(name=source.name, expected=self._wishes.digest.hex(), found=digest.hex())
        twins.refuse(source, digest)
