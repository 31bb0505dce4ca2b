"""A document of any length as one sealed message, padded so that its length tells little, in constant memory.

Plaintext = document ‖ zeros ‖ 8-byte length (docs/format/blob.md); what stands before the message is the caller's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import BinaryIO, Protocol

from coffre_cli.crypto.errors import PaddingError, TruncatedMessageError
from coffre_cli.crypto.padding import padded_size, padding_piece, padding_size
from coffre_cli.crypto.stream import CHUNK_SIZE, PREFIX_SIZE, SEALED_CHUNK_SIZE, StreamOpener, StreamSealer, sealed_size
from coffre_cli.model import Sha256
from coffre_cli.store.buffers import BLOCK_SIZE, CHUNKS_PER_BLOCK, Pair
from coffre_cli.store.fs import PAGE_SIZE


class ByteSink(Protocol):
    """Takes bytes."""

    def write(self, data: memoryview, /) -> object:
        """Take all of *data*."""


def seal_padded(
    source: BinaryIO, sealer: StreamSealer, head: bytes, pair: Pair, write: Callable[[memoryview], None]
) -> tuple[int, Sha256]:
    """Hand *head* and the message of *source*, read to its end, to *write*; return its size and digest.

    Each piece but the last is whole pages and begins at a page boundary.
    """
    plaintext, sealed, filled = _Plaintext(source, pair.plaintext), pair.sealed, len(head) + PREFIX_SIZE
    sealed[:filled] = head + sealer.prefix
    while len(block := plaintext.next_block()) == BLOCK_SIZE:
        filled += sealer.seal_into(block, sealed[filled:])
        rest = filled % PAGE_SIZE
        write(sealed[: filled - rest])
        sealed[:rest], filled = sealed[filled - rest : filled], rest
    write(sealed[: filled + sealer.seal_last_into(block, sealed[filled:])])
    return plaintext.size, plaintext.digest()


def open_padded(file: BinaryIO, sink: ByteSink, opener: StreamOpener, size: int, pair: Pair) -> None:
    """Open into *sink* what `seal_padded` sealed, a document of *size* bytes, from where *file* stands to its end.

    Raises:
        SealError: One of its kinds; only authenticated bytes have reached *sink*.
    """
    plaintext_size = padded_size(size)
    if os.fstat(file.fileno()).st_size - file.tell() != sealed_size(plaintext_size) - PREFIX_SIZE:
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
        if padding and bytes(padding) != padding_piece(self._size, self._padded, len(padding)):
            raise PaddingError
        self._padded += len(padding)
