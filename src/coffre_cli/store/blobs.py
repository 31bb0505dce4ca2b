"""Blobs: one encrypted file per rendition, written in one pass and never changed (docs/format/blob.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NewType

from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import PREFIX_SIZE, StreamOpener, StreamSealer
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes, Sha256
from coffre_cli.store.buffers import Buffers
from coffre_cli.store.errors import BlobAlteredError, BlobMissingError
from coffre_cli.store.fs import Disk, discard, guarded, id_in_name
from coffre_cli.store.padded import ByteSink, open_padded, seal_padded
from coffre_cli.values import field, frozen

BlobId = NewType("BlobId", bytes)
"""16 random bytes naming one blob."""

MAGIC: Final = b"COFFREB1"
HEADER_SIZE: Final = 48
_MANY_FOLDERS: Final = 8
"""From here on folders are fsynced side by side: they then share the file system's own commits."""
_SUITE: Final = b"\x01" + bytes(7)


@frozen
class Written:
    """A blob that is whole and fsynced under its final name; its folder is not fsynced yet."""

    blob: BlobId
    size: int
    sha256: Sha256


@frozen
class Filled:
    """A blob whose bytes were handed to the system, in a file that is open still: neither durable nor in its place."""

    descriptor: int
    written: Written
    """What it will be once it is finished."""


def blob_path(folder: Path, blob: BlobId) -> Path:
    """Return where *blob* lies under *folder*."""
    return folder / _folder_name(blob) / f"{blob.hex()}.cof"


def _folder_name(blob: BlobId) -> str:
    return blob[:1].hex()


def header(vault_id: bytes, blob: BlobId) -> bytes:
    """Return the public header, which is also the seal's context."""
    return MAGIC + _SUITE + vault_id + blob


@frozen
class BlobFolder:
    """The blobs of one vault."""

    disk: Disk
    folder: Path
    staging: Path
    vault_id: bytes
    random: RandomBytes
    buffers: Buffers = field(factory=Buffers)
    past_cache: bool = False
    """Write past the system's cache: for many files at once, which nobody is about to read."""

    def write(self, source: BinaryIO, key: Secret) -> Written:
        """Encrypt *source* to its end into a new blob, hashed in the same pass.

        The blob's folder must be fsynced (`sync`) before anything relies on it.
        """
        return self.finish(self.fill(source, key))

    def fill(self, source: BinaryIO, key: Secret) -> Filled:
        """Encrypt *source* to its end into a new file, hashed in the same pass; `finish` or `give_up` must follow.

        Files that are filled one after another and then finished share the file system's own commits.
        """
        blob = BlobId(self.random(16))
        partial = self._partial(blob)
        descriptor = self.disk.create(partial)
        try:
            return Filled(descriptor, Written(blob, *self._fill(descriptor, partial, source, key, blob)))
        except BaseException:
            self._give_up(descriptor, partial)
            raise

    def finish(self, filled: Filled) -> Written:
        """Make *filled* last, and put it in its place; nothing is left of it when that fails."""
        blob = filled.written.blob
        partial, target = self._partial(blob), blob_path(self.folder, blob)
        try:
            try:
                self.disk.sync(filled.descriptor, partial)
            finally:
                self.disk.close(filled.descriptor)
            if not target.parent.is_dir():
                self.disk.make_folder(target.parent)
            self.disk.rename(partial, target)
        except BaseException:
            discard(self.disk, partial)
            raise
        return filled.written

    def give_up(self, filled: Filled) -> None:
        """Remove what was *filled* for nothing."""
        self._give_up(filled.descriptor, self._partial(filled.written.blob))

    def sync(self, blobs: list[BlobId]) -> None:
        """Make the names of *blobs* last."""
        folders = [self.folder / name for name in sorted({_folder_name(blob) for blob in blobs})]
        if len(folders) < _MANY_FOLDERS:
            self._sync_folders(folders)
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(_MANY_FOLDERS) as pool:
                list(pool.map(self._sync_folders, (folders[start::_MANY_FOLDERS] for start in range(_MANY_FOLDERS))))
        if blobs:
            self.disk.sync_folder(self.folder)

    def copy_to(self, sink: ByteSink, blob: BlobId, key: Secret, size: int) -> None:
        """Decrypt *blob*, a document of *size* bytes, into *sink*; only authenticated bytes reach it.

        Raises:
            BlobMissingError: The file is gone.
            BlobAlteredError: The file is not what was written; what the sink has taken is to be thrown away.
        """
        path = blob_path(self.folder, blob)
        try:
            with guarded(path), path.open("rb", buffering=0) as file, self.buffers.lent() as pair:
                open_padded(file, sink, self._opener(file, blob, key), size, pair)
        except FileNotFoundError:
            raise BlobMissingError(blob=blob.hex()) from None
        except SealError as error:
            raise BlobAlteredError(blob=blob.hex(), reason=error.code) from error

    def remove(self, blob: BlobId) -> None:
        """Unlink *blob*."""
        self.disk.unlink(blob_path(self.folder, blob))

    def ids(self) -> Iterator[BlobId]:
        """Yield the id of every blob file, in the order of their names."""
        for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            for path in sorted(folder.glob("*.cof")) if folder.is_dir() else ():
                if (name := id_in_name(path)) is not None:
                    yield BlobId(name)

    def _partial(self, blob: BlobId) -> Path:
        return self.staging / f"{blob.hex()}.partial"

    def _give_up(self, descriptor: int, partial: Path) -> None:
        self.disk.close(descriptor)
        discard(self.disk, partial)

    def _sync_folders(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            self.disk.sync_folder(folder)

    def _opener(self, file: BinaryIO, blob: BlobId, key: Secret) -> StreamOpener:
        found = file.read(HEADER_SIZE)
        if found != header(self.vault_id, blob):
            raise BlobAlteredError(blob=blob.hex(), reason=N_("header"))
        return StreamOpener(key.reveal(), found, file.read(PREFIX_SIZE))

    def _fill(self, descriptor: int, path: Path, source: BinaryIO, key: Secret, blob: BlobId) -> tuple[int, Sha256]:
        head = header(self.vault_id, blob)
        sealer = StreamSealer(key.reveal(), head, self.random)
        with self.buffers.lent() as pair:
            write = self.disk.write_past_cache if self.past_cache else self.disk.write
            return seal_padded(source, sealer, head, pair, lambda data: write(descriptor, data, path))
