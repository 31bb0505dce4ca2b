"""An open vault: what use cases hold in their hands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError, StorageFailedError, StorageFullError
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, RecordId, Rendition
from coffre_cli.store import events
from coffre_cli.store.blobs import BlobId
from coffre_cli.store.errors import VaultBusyError
from coffre_cli.store.index import Index
from coffre_cli.store.padded import ByteSink
from coffre_cli.vault.change import Change
from coffre_cli.vault.errors import KeyMissingError, VaultChangedError
from coffre_cli.vault.fold import catch_up
from coffre_cli.vault.forget import finish_deletions
from coffre_cli.vault.missed import forget_missed, missed, remember_missed
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.records import read_document


class Vault:
    """A vault whose keys are at hand and whose index is up to date."""

    def __init__(self, parts: Parts, index: Index) -> None:
        """Use `coffre_cli.vault.opening.open_vault`."""
        self.parts = parts
        self.index = index
        self.owes_events = False
        """Whether something was done that the journal could not be told yet."""

    @property
    def id(self) -> bytes:
        """The vault's id."""
        return self.parts.vault_id

    @property
    def name(self) -> str:
        """The vault's name."""
        return self.parts.descriptor.name

    @contextlib.contextmanager
    def change(self) -> Iterator[Change]:
        """Gather a change and commit it at the end; when something raises, nothing of it stays."""
        change = Change(self.parts, self.index)
        try:
            yield change
            change.commit()
        except BaseException:
            change.roll_back()
            raise

    def note(
        self,
        operation: Operation,
        *,
        record: RecordId | None = None,
        kind: RecordKind = RecordKind.VAULT,
        facts: Mapping[str, Json] | None = None,
    ) -> None:
        """Write into the journal that something was done that changed nothing.

        On a disk that takes no more, or beside another that keeps the lock, it is done all the same, and written at the
        next opening that can.
        """
        try:
            with self.change() as change:
                change.act(operation, record=record, kind=kind, facts=facts)
        except (StorageFullError, StorageFailedError, VaultBusyError, VaultChangedError):
            self.owes_events = True
            remember_missed(self.parts.around.state, self.id, operation, self.parts.around.clock())

    def write_missed(self) -> None:
        """Write what was queued into the journal, once there is room for it."""
        state = self.parts.around.state
        found = [] if self.parts.is_read_only else missed(state, self.id)
        if found:
            with contextlib.suppress(CoffreError):
                with self.change() as change:
                    for one in found:
                        change.act(one.operation, facts={"happened": one.at, "times": one.times})
                forget_missed(state, self.id)

    def document(self, record: RecordId) -> Document | None:
        """Return the document *record* as it is now."""
        found = events.state(self.index, record)
        if found is None or found.kind != RecordKind.DOCUMENT:
            return None
        return read_document(record, found.state)

    def read(self, document: Document, rendition: Rendition, sink: ByteSink) -> None:
        """Decrypt *rendition* into *sink*.

        Raises:
            KeyMissingError: The document's key is gone.
            BlobMissingError, BlobAlteredError: The file is not what was written.
        """
        key = events.record_key(self.index, document.id)
        if key is None:
            raise KeyMissingError(record=document.id.hex())
        self.parts.blobs.copy_to(sink, BlobId(rendition.blob), key.key, rendition.size)

    def finish_deletions(self) -> bool:
        """Finish what deletions left to do; False when a reader prevents the last step for now."""
        with self.parts.lock.exclusive():
            catch_up(self.parts, self.index)
            return finish_deletions(self.parts, self.index)

    def catch_up(self) -> None:
        """Follow the log to its end."""
        with self.parts.lock.exclusive():
            catch_up(self.parts, self.index)

    def close(self) -> None:
        """Close the index; what was committed stays."""
        with contextlib.suppress(CoffreError):
            self.index.close()
