"""A message opens to what was sealed, under its own key and context, or not at all."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coffre_cli.crypto import stream
from coffre_cli.crypto.errors import ChunkError, CommitmentError, SealError, TruncatedMessageError
from coffre_cli.crypto.stream import (
    CHUNK_SIZE,
    PREFIX_SIZE,
    SEALED_CHUNK_SIZE,
    TAG_SIZE,
    StreamOpener,
    StreamSealer,
    open_sealed,
    opened_size,
    seal,
    sealed_size,
)
from tests.strategies import counted_random

KEY, CONTEXT = b"k" * 32, b"coffre/1/test\0"
sizes = st.integers(0, 3 * CHUNK_SIZE + 1) | st.sampled_from(
    [near for chunks in range(4) for near in (chunks * CHUNK_SIZE - 1, chunks * CHUNK_SIZE, chunks * CHUNK_SIZE + 1)][
        1:
    ]
)


def content(size: int) -> bytes:
    return bytes(range(256)) * (size // 256) + bytes(range(size % 256))


@given(sizes, st.binary(max_size=40), st.binary(min_size=32, max_size=32))
def test_what_was_sealed_is_opened(size: int, context: bytes, key: bytes) -> None:
    message = seal(key, context, content(size), counted_random())
    assert open_sealed(key, context, message) == content(size)


@given(sizes)
def test_sizes_are_known_beforehand(size: int) -> None:
    assert len(seal(KEY, CONTEXT, content(size), os.urandom)) == sealed_size(size)
    assert opened_size(sealed_size(size)) == size


@given(st.integers(0, 5 * SEALED_CHUNK_SIZE))
def test_a_size_is_that_of_a_message_or_of_none(size: int) -> None:
    try:
        assert sealed_size(opened_size(size)) == size
    except TruncatedMessageError:
        assert size < PREFIX_SIZE + TAG_SIZE or (size - PREFIX_SIZE) % SEALED_CHUNK_SIZE < TAG_SIZE


@given(st.integers(0, 2 * CHUNK_SIZE + 5), st.data())
def test_any_flipped_bit_is_detected(size: int, data: st.DataObject) -> None:
    message = bytearray(seal(KEY, CONTEXT, content(size), counted_random()))
    place = data.draw(st.integers(0, len(message) - 1) | st.integers(0, PREFIX_SIZE - 1), "place")
    message[place] ^= 1 << data.draw(st.integers(0, 7), "bit")
    with pytest.raises(CommitmentError if place < PREFIX_SIZE else ChunkError):
        open_sealed(KEY, CONTEXT, message)


@given(st.integers(0, 2 * CHUNK_SIZE + 5), st.data())
def test_any_cut_is_detected(size: int, data: st.DataObject) -> None:
    message = seal(KEY, CONTEXT, content(size), counted_random())
    end = data.draw(st.integers(0, len(message) - 1), "end")
    with pytest.raises(SealError):
        open_sealed(KEY, CONTEXT, message[:end])


@given(st.permutations(range(4)))
@example([1, 0, 2, 3])
def test_chunks_in_any_other_order_are_detected(order: list[int]) -> None:
    message = seal(KEY, CONTEXT, content(4 * CHUNK_SIZE + 9), counted_random())
    chunks = [message[PREFIX_SIZE + i * SEALED_CHUNK_SIZE :][:SEALED_CHUNK_SIZE] for i in range(5)]
    arranged = message[:PREFIX_SIZE] + b"".join(chunks[i] for i in order) + chunks[4]
    if order == sorted(order):
        assert open_sealed(KEY, CONTEXT, arranged) == content(4 * CHUNK_SIZE + 9)
    else:
        with pytest.raises(ChunkError):
            open_sealed(KEY, CONTEXT, arranged)


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_message_opens_in_its_own_context_only(context: bytes, other: bytes) -> None:
    message = seal(KEY, context, b"secret", counted_random())
    if context != other:
        with pytest.raises(CommitmentError):
            open_sealed(KEY, other, message)


@given(st.binary(max_size=200))
def test_what_is_no_message_is_refused_and_never_crashes(data: bytes) -> None:
    with pytest.raises(SealError):
        open_sealed(KEY, CONTEXT, data)


def test_a_wrong_key_fails_before_anything_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Untouched:
        def __init__(self, key: bytes) -> None:
            self.key = key

    message = seal(KEY, CONTEXT, b"secret", os.urandom)
    monkeypatch.setattr(stream, "AESGCM", Untouched)
    with pytest.raises(CommitmentError):
        open_sealed(b"K" * 32, CONTEXT, message)


def test_the_same_document_never_seals_to_the_same_message() -> None:
    messages = {seal(KEY, CONTEXT, b"same", os.urandom) for _ in range(50)}
    assert len({message[PREFIX_SIZE:] for message in messages}) == 50


@given(st.integers(0, 3 * CHUNK_SIZE), st.integers(1, 3))
def test_pieces_and_wholes_give_the_same_message(size: int, chunks: int) -> None:
    plaintext, source = content(size), io.BytesIO(content(size))
    sealer = StreamSealer(KEY, CONTEXT, counted_random())
    message, buffer = bytearray(sealer.prefix), memoryview(bytearray(chunks * SEALED_CHUNK_SIZE))
    while len(block := source.read(chunks * CHUNK_SIZE)) == chunks * CHUNK_SIZE:
        message += buffer[: sealer.seal_into(memoryview(block), buffer)]
    message += sealer.seal_last(block)
    assert bytes(message) == seal(KEY, CONTEXT, plaintext, counted_random())


def test_chunks_are_opened_one_by_one_in_constant_memory() -> None:
    message = memoryview(seal(KEY, CONTEXT, content(2 * CHUNK_SIZE + 3), os.urandom))
    opener = StreamOpener(KEY, CONTEXT, bytes(message[:PREFIX_SIZE]))
    opened, room = b"", memoryview(bytearray(CHUNK_SIZE))
    for start in (PREFIX_SIZE, PREFIX_SIZE + SEALED_CHUNK_SIZE):
        assert opener.open_into(message[start : start + SEALED_CHUNK_SIZE], room) == CHUNK_SIZE
        opened += room
    assert opened + opener.open_last(message[PREFIX_SIZE + 2 * SEALED_CHUNK_SIZE :]) == content(2 * CHUNK_SIZE + 3)


def test_a_full_chunk_is_never_taken_for_the_last() -> None:
    message = seal(KEY, CONTEXT, content(CHUNK_SIZE), os.urandom)
    opener = StreamOpener(KEY, CONTEXT, message[:PREFIX_SIZE])
    with pytest.raises(TruncatedMessageError):
        opener.open_last(message[PREFIX_SIZE : PREFIX_SIZE + SEALED_CHUNK_SIZE])


def test_the_counter_ends_before_nonces_could_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAXIMUM_CHUNKS", 2)
    with pytest.raises(ChunkError):
        seal(KEY, CONTEXT, content(2 * CHUNK_SIZE), os.urandom)
