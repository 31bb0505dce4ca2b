"""Secrets that do not show themselves."""

from __future__ import annotations

import hmac
import unicodedata


class Secret:
    """Bytes that stay out of `repr`, of tracebacks and of comparison by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        """Hold *value*."""
        self._value = value

    def reveal(self) -> bytes:
        """Return the bytes; call it where a primitive needs them, and nowhere else."""
        return self._value

    def __repr__(self) -> str:
        """Tell nothing."""
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        """Refuse: a secret is no key of a mapping."""
        raise TypeError


def password_secret(text: str) -> Secret:
    """Return the secret of a typed password: NFC, UTF-8 (docs/format/slot.md)."""
    return Secret(unicodedata.normalize("NFC", text).encode())
