"""Blobs: one encrypted file per rendition, written in one pass and never changed (docs/format/blob.md)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, NewType, Protocol

from coffre_cli.crypto.errors import PaddingError, SealError, TruncatedMessageError
from coffre_cli.crypto.padding import padded_size, padding_piece, padding_size
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import CHUNK_SIZE, PREFIX_SIZE, SEALED_CHUNK_SIZE, StreamOpener, StreamSealer, sealed_size
from coffre_cli.model import RandomBytes, Sha256
from coffre_cli.store.buffers import BLOCK_SIZE, CHUNKS_PER_BLOCK, Buffers, Pair
from coffre_cli.store.errors import BlobAlteredError, BlobMissingError
from coffre_cli.store.fs import Disk, discard, guarded, id_in_name

BlobId = NewType("BlobId", bytes)
"""16 random bytes naming one blob."""

MAGIC: Final = b"COFFREB1"
HEADER_SIZE: Final = 48
_MANY_FOLDERS: Final = 8
"""From here on folders are fsynced side by side: they then share the file system's own commits."""
_SUITE: Final = b"\x01" + bytes(7)


@dataclass(frozen=True, slots=True)
class Written:
    """A blob that is whole and fsynced under its final name; its folder is not fsynced yet."""

    blob: BlobId
    size: int
    sha256: Sha256


class ByteSink(Protocol):
    """Takes bytes."""

    def write(self, data: memoryview, /) -> object:
        """Take all of *data*."""


def blob_path(folder: Path, blob: BlobId) -> Path:
    """Return where *blob* lies under *folder*."""
    name = blob.hex()
    return folder / name[:2] / f"{name}.cof"


def header(vault_id: bytes, blob: BlobId) -> bytes:
    """Return the public header, which is also the seal's context."""
    return MAGIC + _SUITE + vault_id + blob


@dataclass(frozen=True, slots=True)
class BlobFolder:
    """The blobs of one vault."""

    disk: Disk
    folder: Path
    staging: Path
    vault_id: bytes
    random: RandomBytes
    buffers: Buffers = field(default_factory=Buffers, compare=False)

    def write(self, source: BinaryIO, key: Secret) -> Written:
        """Encrypt *source* to its end into a new blob, hashed in the same pass.

        The blob's folder must be fsynced (`sync`) before anything relies on it.
        """
        blob = BlobId(self.random(16))
        partial = self.staging / f"{blob.hex()}.partial"
        target = blob_path(self.folder, blob)
        descriptor = self.disk.create(partial)
        try:
            try:
                size, digest = self._fill(descriptor, partial, source, key, blob)
                self.disk.sync(descriptor, partial)
            finally:
                self.disk.close(descriptor)
            if not target.parent.is_dir():
                self.disk.make_folder(target.parent)
            self.disk.rename(partial, target)
        except BaseException:
            discard(self.disk, partial)
            raise
        return Written(blob, size, digest)

    def sync(self, blobs: list[BlobId]) -> None:
        """Make the names of *blobs* last."""
        folders = sorted({blob_path(self.folder, blob).parent for blob in blobs})
        if len(folders) < _MANY_FOLDERS:
            for folder in folders:
                self.disk.sync_folder(folder)
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(_MANY_FOLDERS) as pool:
                list(pool.map(self.disk.sync_folder, folders))
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
                _decrypt(file, sink, self._opener(file, blob, key), size, pair)
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

    def _opener(self, file: BinaryIO, blob: BlobId, key: Secret) -> StreamOpener:
        found = file.read(HEADER_SIZE)
        if found != header(self.vault_id, blob):
            raise BlobAlteredError(blob=blob.hex(), reason="header")
        return StreamOpener(key.reveal(), found, file.read(PREFIX_SIZE))

    def _fill(self, descriptor: int, path: Path, source: BinaryIO, key: Secret, blob: BlobId) -> tuple[int, Sha256]:
        head = header(self.vault_id, blob)
        sealer = StreamSealer(key.reveal(), head, self.random)
        with self.buffers.lent() as pair:
            plaintext, sealed, start = _Plaintext(source, pair.plaintext), pair.sealed, HEADER_SIZE + PREFIX_SIZE
            sealed[:start] = head + sealer.prefix
            while len(block := plaintext.next_block()) == BLOCK_SIZE:
                end = start + sealer.seal_into(block, sealed[start:])
                self.disk.write(descriptor, sealed[:end], path)
                start = 0
            end = start + sealer.seal_last_into(block, sealed[start:])
            self.disk.write(descriptor, sealed[:end], path)
        return plaintext.size, plaintext.digest()


class _Plaintext:
    """Document ‖ zeros ‖ length, in blocks of 1 MiB; the document is hashed on its way."""

    def __init__(self, source: BinaryIO, buffer: memoryview) -> None:
        self._source = source
        self._buffer = buffer
        self._hash = hashlib.sha256()
        self._ended = False
        self._padded = 0
        self.size = 0

    def next_block(self) -> memoryview:
        """Return the next block; one that is short is the last."""
        filled = 0 if self._ended else self._read()
        if filled < BLOCK_SIZE:
            self._ended = True
            filled = self._pad(filled)
        return self._buffer[:filled]

    def digest(self) -> Sha256:
        return Sha256(self._hash.digest())

    def _read(self) -> int:
        filled = 0
        while filled < BLOCK_SIZE and (count := _read_into(self._source, self._buffer[filled:])):
            filled += count
        self.size += filled
        self._hash.update(self._buffer[:filled])
        return filled

    def _pad(self, filled: int) -> int:
        count = min(BLOCK_SIZE - filled, padding_size(self.size) - self._padded)
        self._buffer[filled : filled + count] = padding_piece(self.size, self._padded, count)
        self._padded += count
        return filled + count


def _read_into(source: BinaryIO, buffer: memoryview) -> int:
    data = source.readinto(buffer) if hasattr(source, "readinto") else None
    if data is not None:
        return int(data)
    block = source.read(len(buffer))
    buffer[: len(block)] = block
    return len(block)


def _decrypt(file: BinaryIO, sink: ByteSink, opener: StreamOpener, size: int, pair: Pair) -> None:
    plaintext_size = padded_size(size)
    if os.fstat(file.fileno()).st_size != HEADER_SIZE + sealed_size(plaintext_size):
        raise TruncatedMessageError
    document = _Document(sink, size)
    whole = plaintext_size // CHUNK_SIZE
    while whole:
        chunks = min(whole, CHUNKS_PER_BLOCK)
        block = pair.sealed[: chunks * SEALED_CHUNK_SIZE]
        _read_whole(file, block)
        document.take(pair.plaintext[: opener.open_into(block, pair.plaintext)])
        whole -= chunks
    document.take(memoryview(opener.open_last(file.read(SEALED_CHUNK_SIZE))))


def _read_whole(file: BinaryIO, buffer: memoryview) -> None:
    filled = 0
    while filled < len(buffer):
        count = _read_into(file, buffer[filled:])
        if not count:
            raise TruncatedMessageError
        filled += count


class _Document:
    """Lets the document through to the sink and checks the padding behind it."""

    def __init__(self, sink: ByteSink, size: int) -> None:
        self._sink = sink
        self._size = size
        self._left = size
        self._padded = 0

    def take(self, block: memoryview) -> None:
        if self._left:
            self._sink.write(block[: self._left])
        padding = block[self._left :]
        self._left -= min(self._left, len(block))
        if padding and padding != padding_piece(self._size, self._padded, len(padding)):
            raise PaddingError
        self._padded += len(padding)
