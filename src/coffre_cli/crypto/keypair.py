"""Ed25519: the key that signs checkpoints and `vault.json`."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from coffre_cli.crypto.secret import Secret


class SigningKey:
    """An Ed25519 private key made from a 32-byte seed."""

    def __init__(self, seed: Secret) -> None:
        """Expand *seed*."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed.reveal())
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of *message*."""
        return self._key.sign(message)


def is_signed_by(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether *signature* is *public_key*'s over *message*."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def spool_public_key(seed: Secret) -> bytes:
    """Return the X25519 public key that those without the master key seal to."""
    return X25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()
