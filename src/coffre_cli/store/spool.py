"""Spool entries: one sealed file each, written by whoever lacks the master key (docs/format/spool.md).

An entry is a header, an envelope that gives the slip and the key of the document to the owner, and the document sealed
under that key. Anybody who may write into the folder can make one: what a slip says is a claim, and whatever lies here
is read as if an enemy had put it there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final, NewType

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, NotCanonicalError
from coffre_cli.crypto.envelope import ENVELOPE_OVERHEAD, open_envelope, seal_to
from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import KEY_SIZE, PREFIX_SIZE, StreamOpener, StreamSealer
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes
from coffre_cli.store.buffers import Buffers
from coffre_cli.store.errors import EntryAlteredError, EntryTooLargeError, SourceChangedError
from coffre_cli.store.fs import Disk, discard, guarded, id_in_name
from coffre_cli.store.padded import ByteSink, open_padded, seal_padded

EntryId = NewType("EntryId", bytes)
"""16 random bytes naming one entry."""

MAGIC: Final = b"COFFRES1"
SUFFIX: Final = ".spool"
MAXIMUM_SIZE: Final = 2 * 1024**3
"""Bytes of a document that is sealed: what is taken in passes through a private directory."""
_SUITE: Final = b"\x01" + bytes(7)
_HEADER_SIZE: Final = 48
_SLIP_SIZE: Final = 4096
_ENVELOPE_SIZE: Final = _SLIP_SIZE + ENVELOPE_OVERHEAD
_COPY_SIZE: Final = 1024 * 1024
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True, slots=True)
class Slip:
    """What the sender says of a document."""

    name: str
    folder: str
    """The folder it is meant for."""
    size: int
    modified: int
    """Seconds since 1970: the modification time of the file."""
    sealed: str
    """When, by the sender's clock."""
    ocr: str
    """How its words are to be read."""


@dataclass(frozen=True, slots=True)
class SpoolFolder:
    """The entries that wait in one vault."""

    disk: Disk
    folder: Path
    staging: Path
    vault_id: bytes
    random: RandomBytes
    buffers: Buffers = field(default_factory=Buffers, compare=False)

    def seal(self, source: BinaryIO, slip: Slip, public_key: bytes, entry: EntryId) -> Path:
        """Seal *source*, read to its end, into a file of its own, fsynced; `keep` makes it the entry.

        Raises:
            EntryTooLargeError: It is larger than an entry may be.
            SourceChangedError: It has not the size that *slip* says: somebody is writing it.
        """
        if slip.size > MAXIMUM_SIZE:
            raise EntryTooLargeError(name=slip.name, limit=MAXIMUM_SIZE)
        key, header = Secret(self.random(KEY_SIZE)), self._header(entry)
        partial = self.staging / f"{self.random(16).hex()}.partial"
        descriptor = self.disk.create(partial)
        try:
            try:
                head = header + seal_to(public_key, _context(header), write_slip(slip, key))
                self.disk.write(descriptor, head, partial)
                sealer = StreamSealer(key.reveal(), header, self.random)
                with self.buffers.lent() as pair:
                    size, _digest = seal_padded(
                        source, sealer, b"", pair, lambda data: self.disk.write(descriptor, data, partial)
                    )
                if size != slip.size:
                    raise SourceChangedError(name=slip.name)
                self.disk.sync(descriptor, partial)
            finally:
                self.disk.close(descriptor)
        except BaseException:
            discard(self.disk, partial)
            raise
        return partial

    def keep(self, partial: Path, entry: EntryId) -> None:
        """Make *partial* the entry, durable on return."""
        if not self.folder.is_dir():
            self.disk.make_folder(self.folder)
            self.disk.sync_folder(self.folder.parent)
        self.disk.rename(partial, self.path(entry))
        self.disk.sync_folder(self.folder)

    def entries(self) -> list[EntryId]:
        """Return the entries that wait, in the order of their names."""
        names = (id_in_name(path) for path in sorted(self.folder.glob(f"*{SUFFIX}")))
        return [EntryId(name) for name in names if name is not None]

    def read(self, entry: EntryId, seed: Secret) -> Slip:
        """Return the slip of *entry*.

        Raises:
            EntryAlteredError: It is gone, not sealed to this vault, or not what was written.
        """
        with self._opened(entry) as file:
            return self._slip(file, entry, seed)[0]

    def copy_to(self, sink: ByteSink, entry: EntryId, seed: Secret) -> None:
        """Decrypt the document of *entry* into *sink*; only authenticated bytes reach it.

        Raises:
            EntryAlteredError: It is not what was written; what the sink has taken is to be thrown away.
        """
        with self._opened(entry) as file:
            slip, key = self._slip(file, entry, seed)
            try:
                opener = StreamOpener(key.reveal(), self._header(entry), file.read(PREFIX_SIZE))
                with self.buffers.lent() as pair:
                    open_padded(file, sink, opener, slip.size, pair)
            except SealError as error:
                raise EntryAlteredError(entry=entry.hex(), reason=error.code) from error

    def reseal(self, entry: EntryId, seed: Secret, public_key: bytes, other: SpoolFolder) -> None:
        """Put *entry* into *other*, its envelope sealed to *public_key*; the document stays as it is sealed.

        Raises:
            EntryAlteredError: It is not sealed to this vault.
        """
        with self._opened(entry) as file:
            slip, key = self._slip(file, entry, seed)
            header = self._header(entry)
            partial = other.staging / f"{other.random(16).hex()}.partial"
            descriptor = other.disk.create(partial)
            try:
                envelope = seal_to(public_key, _context(header), write_slip(slip, key))
                other.disk.write(descriptor, header + envelope, partial)
                while block := file.read(_COPY_SIZE):
                    other.disk.write(descriptor, block, partial)
                other.disk.sync(descriptor, partial)
            finally:
                other.disk.close(descriptor)
        other.keep(partial, entry)

    def remove(self, entry: EntryId) -> None:
        """Remove *entry*, durable on return."""
        self.disk.unlink(self.path(entry))
        self.disk.sync_folder(self.folder)

    def path(self, entry: EntryId) -> Path:
        """Return the file of *entry*."""
        return self.folder / f"{entry.hex()}{SUFFIX}"

    def _header(self, entry: EntryId) -> bytes:
        return MAGIC + _SUITE + self.vault_id + entry

    def _slip(self, file: BinaryIO, entry: EntryId, seed: Secret) -> tuple[Slip, Secret]:
        header = file.read(_HEADER_SIZE)
        if header != self._header(entry):
            raise EntryAlteredError(entry=entry.hex(), reason=N_("header"))
        try:
            return read_slip(open_envelope(seed, _context(header), file.read(_ENVELOPE_SIZE)))
        except (SealError, NotCanonicalError) as error:
            raise EntryAlteredError(entry=entry.hex(), reason=error.code) from error

    @contextmanager
    def _opened(self, entry: EntryId) -> Iterator[BinaryIO]:
        """Open a regular file and nothing else: a link or a pipe under this name is nobody's entry."""
        path = self.path(entry)
        try:
            with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise EntryAlteredError(entry=entry.hex(), reason=N_("file"))
                with guarded(path):
                    yield file
        except OSError as error:
            raise EntryAlteredError(entry=entry.hex(), reason=N_("file")) from error


def _context(header: bytes) -> bytes:
    return b"coffre/1/spool\x00" + header


def write_slip(slip: Slip, key: Secret) -> bytes:
    """Return the plaintext of the envelope; a folder too long for it loses its last parts, the name its end."""
    data = canonical.encode(
        {
            "folder": slip.folder,
            "key": canonical.b64(key.reveal()),
            "kind": "deposit",
            "modified": slip.modified,
            "name": slip.name,
            "ocr": slip.ocr,
            "sealed": slip.sealed,
            "size": slip.size,
        }
    )
    if len(data) + 2 > _SLIP_SIZE:
        shorter = replace(slip, folder=slip.folder.rpartition("/")[0]) if slip.folder else None
        return write_slip(shorter or replace(slip, name=slip.name[: len(slip.name) // 2]), key)
    return (len(data).to_bytes(2, "big") + data).ljust(_SLIP_SIZE, b"\0")


def read_slip(plaintext: bytes) -> tuple[Slip, Secret]:
    """Return the slip and the document's key that *plaintext* spells.

    Raises:
        NotCanonicalError: It spells none that `write_slip` would write.
    """
    end = 2 + int.from_bytes(plaintext[:2], "big")
    if len(plaintext) != _SLIP_SIZE or any(plaintext[end:]):
        raise NotCanonicalError(what=N_("slip"))
    fields = Fields(canonical.decode(plaintext[2:end], what="slip"), what="slip")
    slip = Slip(
        name=fields.text("name"),
        folder=fields.text("folder"),
        size=fields.integer("size"),
        modified=fields.integer("modified"),
        sealed=fields.text("sealed"),
        ocr=fields.text("ocr"),
    )
    if fields.text("kind") != "deposit" or not 0 <= slip.size <= MAXIMUM_SIZE:
        raise NotCanonicalError(what=N_("slip"))
    return slip, Secret(fields.binary("key", KEY_SIZE))
