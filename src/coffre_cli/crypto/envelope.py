"""Envelopes: sealed to a public key by whoever has it, opened by the holder of its seed (docs/format/spool.md).

HPKE, base mode (RFC 9180), as `cryptography` implements it: DHKEM(X25519, HKDF-SHA256), HKDF-SHA512, AES-256-GCM. The
mode authenticates no sender: an envelope says that somebody had the public key, never who.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from coffre_cli.crypto.errors import ChunkError
from coffre_cli.crypto.secret import Secret

ENVELOPE_OVERHEAD: Final = 48
"""Encapsulated key (32) and tag (16)."""


def seal_to(public_key: bytes, context: bytes, plaintext: bytes) -> bytes:
    """Return the envelope that gives *plaintext* to the holder of *public_key*, bound to *context*."""
    from cryptography.hazmat.primitives import hpke  # noqa: PLC0415 - only the spool needs it

    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA512, hpke.AEAD.AES_256_GCM)
    return suite.encrypt(plaintext, X25519PublicKey.from_public_bytes(public_key), context)


def open_envelope(seed: Secret, context: bytes, envelope: bytes) -> bytes:
    """Return what was sealed to the public key of *seed*.

    Raises:
        ChunkError: It was sealed to another key, for another context, or was altered.
    """
    from cryptography.hazmat.primitives import hpke  # noqa: PLC0415 - only the spool needs it

    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA512, hpke.AEAD.AES_256_GCM)
    try:
        return suite.decrypt(envelope, X25519PrivateKey.from_private_bytes(seed.reveal()), context)
    except (InvalidTag, ValueError):
        raise ChunkError from None
