"""The roots that a verification believes, without the libraries that use them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots, X.509 in DER."""

    own: tuple[bytes, ...] = ()
    """Roots of this user's vaults."""
    imported: tuple[bytes, ...] = ()
    """Roots that the user chose to trust."""

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Return all of them."""
        return (*self.own, *self.imported)
