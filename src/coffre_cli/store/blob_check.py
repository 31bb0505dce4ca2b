"""Verifying many blobs, one after the other, with as little as possible around the ciphers.

`BlobFolder.copy_to` costs 0.1 ms a blob before the first byte is decrypted (paths, file objects, sinks): as much as
the ciphers take for a small file. Here are the same steps over plain descriptors and one pair of small buffers: header,
commitment, every chunk, padding, length of the file, SHA-256.
"""

from __future__ import annotations

import hashlib
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

from coffre_cli.crypto.errors import PaddingError, SealError, TruncatedMessageError
from coffre_cli.crypto.padding import padded_size, padding_piece
from coffre_cli.crypto.stream import CHUNK_SIZE, PREFIX_SIZE, SEALED_CHUNK_SIZE, StreamOpener
from coffre_cli.store.blobs import HEADER_SIZE, BlobId, header
from coffre_cli.values import field, frozen

MISSING: Final = "missing"
HEADER: Final = "header"
DIGEST: Final = "digest"
_CHUNKS: Final = 8
"""128 KiB at once stay in a core's own cache from the read to the hash: 5 % beside 1 MiB on a busy machine."""


class Expected(NamedTuple):
    """What a blob must be."""

    blob: BlobId
    size: int
    """Bytes of the rendition."""
    key: bytes
    sha256: bytes


@frozen
class BlobVerifier:
    """Verifies blobs of one vault."""

    folder: Path
    vault_id: bytes
    _sealed: memoryview = field(factory=lambda: memoryview(bytearray(_CHUNKS * SEALED_CHUNK_SIZE)))
    _plaintext: memoryview = field(factory=lambda: memoryview(bytearray(_CHUNKS * CHUNK_SIZE)))

    def problem(self, expected: Expected) -> str:
        """Return in a word what is wrong with a blob: nothing, when every byte is what was written."""
        name = expected.blob.hex()
        try:
            with FileIO(f"{self.folder}/{name[:2]}/{name}.cof") as file:
                return self._read(file, expected)
        except FileNotFoundError:
            return MISSING
        except SealError as error:
            return error.code
        except OSError as error:
            return error.strerror or "unreadable"

    def _read(self, file: FileIO, expected: Expected) -> str:
        head = header(self.vault_id, expected.blob)
        if file.read(HEADER_SIZE) != head:
            return HEADER
        opener = StreamOpener(expected.key, head, file.read(PREFIX_SIZE))
        document = _Document(expected.size)
        sealed, plaintext = self._sealed, self._plaintext
        whole = padded_size(expected.size) // CHUNK_SIZE
        while whole:
            chunks = min(whole, _CHUNKS)
            block = sealed[: chunks * SEALED_CHUNK_SIZE]
            _fill(file, block)
            document.take(plaintext[: opener.open_into(block, plaintext)])
            whole -= chunks
        document.take(memoryview(opener.open_last(_rest(file))))
        return "" if document.is_whole(expected.sha256) else DIGEST


class _Document:
    """Hashes the document, and checks the padding behind it."""

    __slots__ = ("_hash", "_left", "_padded", "_size")

    def __init__(self, size: int) -> None:
        self._hash = hashlib.sha256()
        self._size = self._left = size
        self._padded = 0

    def take(self, block: memoryview) -> None:
        taken = min(self._left, len(block))
        self._hash.update(block[:taken])
        self._left -= taken
        padding = bytes(block[taken:])
        if padding:
            if padding != padding_piece(self._size, self._padded, len(padding)):
                raise PaddingError
            self._padded += len(padding)

    def is_whole(self, sha256: bytes) -> bool:
        return not self._left and self._hash.digest() == sha256


def _fill(file: FileIO, block: memoryview) -> None:
    while block:
        count = file.readinto(block)
        if not count:
            raise TruncatedMessageError
        block = block[count:]


def _rest(file: FileIO) -> bytes:
    """Return what is left, and no more of it than shows that something stands behind the last chunk."""
    data = file.read(SEALED_CHUNK_SIZE)
    while data and len(data) <= SEALED_CHUNK_SIZE and (more := file.read(SEALED_CHUNK_SIZE)):
        data += more
    return data
