"""Envelopes open for the holder of the key, for what they were made for, and for a reader written from RFC 9180."""

from __future__ import annotations

import hmac
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.envelope import ENVELOPE_OVERHEAD, open_envelope, seal_to
from coffre_cli.crypto.errors import ChunkError
from coffre_cli.crypto.keypair import spool_public_key
from coffre_cli.crypto.secret import Secret

SEED = Secret(bytes(range(32)))
PUBLIC = spool_public_key(SEED)


def _extract(name: str, suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + key, name)


def _expand(name: str, suite: bytes, key: bytes, label: bytes, info: bytes, size: int) -> bytes:
    """RFC 9180, section 4, one block of RFC 5869."""
    whole = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, whole + b"\1", name)[:size]


def read_envelope(seed: bytes, info: bytes, envelope: bytes) -> bytes:
    """RFC 9180, base mode, sections 4.1 and 5.1, for suite 0x0020, 0x0003, 0x0002."""
    private = X25519PrivateKey.from_private_bytes(seed)
    shared = private.exchange(X25519PublicKey.from_public_bytes(envelope[:32]))
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x03\x00\x02"
    secret = _extract("sha256", kem, b"", b"eae_prk", shared)
    context = envelope[:32] + private.public_key().public_bytes_raw()
    shared = _expand("sha256", kem, secret, b"shared_secret", context, 32)
    schedule = b"\0" + _extract("sha512", suite, b"", b"psk_id_hash", b"")
    schedule += _extract("sha512", suite, b"", b"info_hash", info)
    secret = _extract("sha512", suite, shared, b"secret", b"")
    key = _expand("sha512", suite, secret, b"key", schedule, 32)
    nonce = _expand("sha512", suite, secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, envelope[32:], b"")


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_to_a_key_its_holder_opens(plaintext: bytes, context: bytes) -> None:
    envelope = seal_to(PUBLIC, context, plaintext)
    assert len(envelope) == len(plaintext) + ENVELOPE_OVERHEAD
    assert open_envelope(SEED, context, envelope) == plaintext


def test_a_reader_written_from_rfc_9180_opens_it() -> None:
    assert read_envelope(SEED.reveal(), b"what it is", seal_to(PUBLIC, b"what it is", b"paper")) == b"paper"


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
