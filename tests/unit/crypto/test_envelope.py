"""Envelopes open for the holder of the key, for what they were made for, and for a reader written from RFC 9180."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.envelope import ENVELOPE_OVERHEAD, open_envelope, seal_to
from coffre_cli.crypto.errors import ChunkError
from coffre_cli.crypto.keypair import spool_public_key
from coffre_cli.crypto.secret import Secret
from tests import independent_reader as reader

SEED = Secret(bytes(range(32)))
PUBLIC = spool_public_key(SEED)


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_to_a_key_its_holder_opens(plaintext: bytes, context: bytes) -> None:
    envelope = seal_to(PUBLIC, context, plaintext)
    assert len(envelope) == len(plaintext) + ENVELOPE_OVERHEAD
    assert open_envelope(SEED, context, envelope) == plaintext


def test_a_reader_written_from_rfc_9180_opens_it() -> None:
    assert reader.open_envelope(SEED.reveal(), b"what it is", seal_to(PUBLIC, b"what it is", b"paper")) == b"paper"


def test_nobody_else_opens_it_and_nothing_else_is_read_into_it() -> None:
    envelope = seal_to(PUBLIC, b"this", b"paper")
    for seed, context in ((Secret(os.urandom(32)), b"this"), (SEED, b"that")):
        with pytest.raises(ChunkError):
            open_envelope(seed, context, envelope)


@given(st.integers(0, 52), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_refused(place: int, change: int) -> None:
    envelope = bytearray(seal_to(PUBLIC, b"this", b"paper"))
    envelope[place] ^= change
    with pytest.raises(ChunkError):
        open_envelope(SEED, b"this", bytes(envelope))


@pytest.mark.parametrize("envelope", [b"", bytes(32), bytes(48), bytes(53), b"\1" + bytes(52)])
def test_what_is_no_envelope_is_refused(envelope: bytes) -> None:
    with pytest.raises(ChunkError):
        open_envelope(SEED, b"this", envelope)


def test_the_bit_that_x25519_ignores_is_authenticated_too() -> None:
    envelope = bytearray(seal_to(PUBLIC, b"this", b"paper"))
    envelope[31] ^= 128
    with pytest.raises(ChunkError):
        open_envelope(SEED, b"this", bytes(envelope))
