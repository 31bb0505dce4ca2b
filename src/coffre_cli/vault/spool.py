"""The spool of a vault: deposits sealed while it is locked, taken in when it is opened (docs/format/spool.md).

The public key that entries are sealed to is the one that this account remembers from the last time it opened the
vault: a key that the folder itself would tell could be anybody's. An entry enters the spool under the vault's lock and
only while the keys are those that were remembered, so that a change of keys finds every entry there is.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from coffre_cli.access.slots import Payload
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, NotCanonicalError
from coffre_cli.model import RecordId
from coffre_cli.store.errors import EntryAlteredError, VaultBusyError
from coffre_cli.store.fs import discard
from coffre_cli.store.spool import SUFFIX, EntryId, Slip, SpoolFolder
from coffre_cli.vault.descriptor import Descriptor, read_descriptor
from coffre_cli.vault.errors import SpoolKeyUnknownError, VaultChangedError
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.lock import VaultLock
from coffre_cli.vault.parts import Parts, Surroundings


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
                self._verify_in_force()
                spool.keep(partial, entry)
        except BaseException:
            discard(disk, partial)
            raise

    def _verify_in_force(self) -> None:
        if read_descriptor(self.around.disk, Layout(self.layout.root)) != (self.descriptor, self.layout):
            raise VaultChangedError


def letterbox(descriptor: Descriptor, layout: Layout, around: Surroundings) -> Letterbox:
    """Return the letterbox of a vault that is locked.

    Raises:
        SpoolKeyUnknownError: This account has not opened it, or not since its keys were changed.
    """
    try:
        data = _path(around.state, descriptor.vault_id).read_bytes()
        fields = Fields(canonical.decode(data, what="spool key"), what="spool key")
        log_key, key = fields.binary("log_key", 32), fields.binary("spool_key", 32)
    except (OSError, NotCanonicalError):
        raise SpoolKeyUnknownError(safe=descriptor.name) from None
    if log_key != descriptor.log_key:
        raise SpoolKeyUnknownError(safe=descriptor.name)
    return Letterbox(descriptor, layout, around, key)


def remember_spool_key(state: Path, vault_id: bytes, payload: Payload) -> None:
    """Remember what a slot told; a state directory that cannot be written costs sealed deposits, not the command."""
    path = _path(state, vault_id)
    log_key, spool_key = canonical.b64(payload.log_key), canonical.b64(payload.spool_key)
    data = canonical.encode({"log_key": log_key, "spool_key": spool_key})
    with contextlib.suppress(OSError):
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        partial.write_bytes(data)
        partial.replace(path)


def spool_folder(descriptor: Descriptor, layout: Layout, around: Surroundings) -> SpoolFolder:
    """Return the spool of a generation."""
    return SpoolFolder(around.disk, layout.spool, layout.staging, descriptor.vault_id, around.random)


def spool_of(parts: Parts) -> SpoolFolder:
    """Return the spool of an open vault."""
    return spool_folder(parts.descriptor, parts.layout, parts.around)


def is_waiting(parts: Parts) -> bool:
    """Tell whether anything waits in the spool."""
    try:
        with os.scandir(parts.layout.spool) as found:
            return any(entry.name.endswith(SUFFIX) for entry in found)
    except OSError:
        return False


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


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "spool" / vault_id.hex()
