"""The spool of a vault: deposits sealed while it is locked, taken in when it is opened (docs/format/spool.md).

An entry enters the spool under the vault's lock and
only while the keys are those that were remembered, so that a change of keys finds every entry there is.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from coffre_cli.model import RecordId
from coffre_cli.store.errors import EntryAlteredError, VaultBusyError
from coffre_cli.store.fs import discard
from coffre_cli.store.spool import SUFFIX, EntryId, Slip, SpoolFolder
from coffre_cli.vault.descriptor import Descriptor, verify_in_force
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.lock import VaultLock
from coffre_cli.vault.parts import Parts, Surroundings
from coffre_cli.vault.spool_key import remembered_spool_key


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A locked vault, into which deposits can be put."""

    descriptor: Descriptor
    layout: Layout
    around: Surroundings
    key: bytes

    def put(self, source: BinaryIO, slip: Slip, entry: EntryId) -> None:
        """Seal *source* into the spool, durable on return.

        Raises:
            EntryTooLargeError, SourceChangedError: It cannot be taken, or not now.
            VaultBusyError: Another process kept the lock.
            VaultChangedError: The keys were changed meanwhile.
        """
        disk, layout = self.around.disk, self.layout
        spool = spool_folder(self.descriptor, layout, self.around)
        partial = spool.seal(source, slip, self.key, entry)
        try:
            with VaultLock(layout.lock, self.around.verb, self.around.waiting, self.around.patience).exclusive():
                verify_in_force(disk, self.descriptor, layout)
                spool.keep(partial, entry)
        except BaseException:
            discard(disk, partial)
            raise


def letterbox(descriptor: Descriptor, layout: Layout, around: Surroundings) -> Letterbox:
    """Return the letterbox of a vault that is locked.

    Raises:
        SpoolKeyUnknownError: This account has not opened it, or not since its keys were changed.
    """
    key = remembered_spool_key(around.state, descriptor)
    return Letterbox(descriptor, layout, around, key)


def spool_folder(descriptor: Descriptor, layout: Layout, around: Surroundings) -> SpoolFolder:
    """Return the spool of a generation."""
    return SpoolFolder(around.disk, layout.spool, layout.staging, descriptor.vault_id, around.random)


def spool_of(parts: Parts) -> SpoolFolder:
    """Return the spool of an open vault."""
    return spool_folder(parts.descriptor, parts.layout, parts.around)


@contextlib.contextmanager
def taking_in(parts: Parts) -> Iterator[SpoolFolder | None]:
    """Give the spool to one process at a time; None while another has it."""
    lock = VaultLock(parts.layout.spool_lock, parts.around.verb, patience=0)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock.exclusive())
        except VaultBusyError:
            yield None
            return
        yield spool_of(parts)


def record_of(vault_id: bytes, entry: EntryId) -> RecordId:
    """Return the record that *entry* becomes: the same however often it is taken in."""
    return RecordId(hashlib.sha256(b"coffre/1/spool-record\x00" + vault_id + entry).digest()[:16])


def set_aside(parts: Parts, spool: SpoolFolder, entry: EntryId) -> None:
    """Move *entry*, sealed as it is, to the quarantine."""
    disk, kept = parts.around.disk, parts.layout.quarantine / f"{entry.hex()}-{parts.around.random(4).hex()}{SUFFIX}"
    disk.make_folder(kept.parent)
    disk.rename(spool.path(entry), kept)
    disk.sync_folder(kept.parent)
    disk.sync_folder(spool.folder)


def reseal_entries(parts: Parts, fresh: Parts) -> None:
    """Put every entry that waits into the spool of the new keys; what is no entry goes to the quarantine."""
    old, new = spool_of(parts), spool_of(fresh)
    for entry in old.entries():
        try:
            old.reseal(entry, parts.keychain.spool, fresh.payload.spool_key, new)
        except EntryAlteredError:
            set_aside(parts, old, entry)
