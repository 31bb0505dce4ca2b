"""Who signs: a person or an organisation, with a certificate and the key behind it.

Storage keeps an identity as the mapping of `to_mapping`, sealed: the key is in it, unless it is on a token.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

Stored = str | list[str] | dict[str, str] | None
"""What the mapping of an identity holds: JSON strings, lists and objects of them, null."""


class IdentityKind(StrEnum):
    """What an identity stands for."""

    PERSON = "person"
    """A natural person, who signs."""
    ORGANISATION = "organisation"
    """A legal person, which seals."""


class KeyKind(StrEnum):
    """The keys that can be made."""

    P256 = "p256"
    RSA3072 = "rsa"
    """For readers too old for elliptic curves."""


@dataclass(frozen=True, slots=True)
class LocalRoot:
    """The authority of one vault: it issues the identities made at first use, and only those."""

    certificate: bytes
    """X.509, DER."""
    key: bytes = field(repr=False)
    """PKCS#8, DER, in clear: only ever stored sealed."""

    def to_mapping(self) -> dict[str, Stored]:
        """Return a JSON-able form; it holds the private key."""
        return {"certificate": _text(self.certificate), "key": _text(self.key)}

    @classmethod
    def from_mapping(cls, stored: Mapping[str, object]) -> LocalRoot:
        """Return the root that `to_mapping` stored.

        Raises:
            ValueError: *stored* is not such a mapping.
        """
        return cls(_bytes(stored, "certificate"), _bytes(stored, "key"))


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a key is that never leaves its token."""

    module: str
    """The path of the PKCS#11 module that reached it."""
    serial: str
    label: str
    """The token's name; certificates and keys have labels of their own, which may differ."""
    key_id: str
    """CKA_ID, hexadecimal: the certificate's and the key's."""

    def to_mapping(self) -> dict[str, str]:
        """Return a JSON-able form."""
        return {"module": self.module, "serial": self.serial, "label": self.label, "key_id": self.key_id}

    @classmethod
    def from_mapping(cls, stored: object) -> TokenKey:
        """Return what `to_mapping` stored.

        Raises:
            ValueError: *stored* is not such a mapping.
        """
        if not isinstance(stored, Mapping):
            raise ValueError("token")  # noqa: TRY004 - a stored value of the wrong shape, whatever its type
        return cls(*(_string(stored, key) for key in ("module", "serial", "label", "key_id")))


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and the private key that signs in its name."""

    kind: IdentityKind
    name: str
    """What readers see: the certificate's common name."""
    certificate: bytes
    """X.509, DER."""
    key: bytes = field(repr=False)
    """PKCS#8, DER, in clear: only ever stored sealed. Empty when the key is on a token."""
    chain: tuple[bytes, ...]
    """Issuers above the certificate, DER, nearest first, without the root."""
    root: bytes | None
    """The root, DER, where it is known; never put into signatures."""
    not_before: datetime
    not_after: datetime
    organisation: str | None = None
    siren: str | None = None
    email: str | None = None
    token: TokenKey | None = None
    """Where the key is, when it is on a token."""

    def is_valid_at(self, moment: datetime) -> bool:
        """Tell whether the certificate's dates allow signing at *moment*."""
        return self.not_before <= moment <= self.not_after

    def to_mapping(self) -> dict[str, Stored]:
        """Return a JSON-able form; it holds the private key."""
        token: dict[str, Stored] = {} if self.token is None else {"token": self.token.to_mapping()}
        return token | {
            "kind": self.kind.value,
            "name": self.name,
            "certificate": _text(self.certificate),
            "key": _text(self.key),
            "chain": [_text(issuer) for issuer in self.chain],
            "root": None if self.root is None else _text(self.root),
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "organisation": self.organisation,
            "siren": self.siren,
            "email": self.email,
        }

    @classmethod
    def from_mapping(cls, stored: Mapping[str, object]) -> Identity:
        """Return the identity that `to_mapping` stored.

        Raises:
            ValueError: *stored* is not such a mapping.
        """
        chain = stored.get("chain")
        if not isinstance(chain, list):
            raise ValueError("chain")  # noqa: TRY004 - a stored value of the wrong shape, whatever its type
        return cls(
            kind=IdentityKind(_string(stored, "kind")),
            name=_string(stored, "name"),
            certificate=_bytes(stored, "certificate"),
            key=_bytes(stored, "key"),
            chain=tuple(_decoded(str(issuer)) for issuer in chain),
            root=None if stored.get("root") is None else _bytes(stored, "root"),
            not_before=_moment(stored, "not_before"),
            not_after=_moment(stored, "not_after"),
            organisation=_optional(stored, "organisation"),
            siren=_optional(stored, "siren"),
            email=_optional(stored, "email"),
            token=None if stored.get("token") is None else TokenKey.from_mapping(stored["token"]),
        )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text[:16]) from error


def _string(stored: Mapping[str, object], key: str) -> str:
    value = stored.get(key)
    if not isinstance(value, str):
        raise ValueError(key)  # noqa: TRY004 - a stored value of the wrong shape, whatever its type
    return value


def _optional(stored: Mapping[str, object], key: str) -> str | None:
    return None if stored.get(key) is None else _string(stored, key)


def _bytes(stored: Mapping[str, object], key: str) -> bytes:
    return _decoded(_string(stored, key))


def _moment(stored: Mapping[str, object], key: str) -> datetime:
    moment = datetime.fromisoformat(_string(stored, key))
    if moment.tzinfo is None:
        raise ValueError(key)
    return moment.astimezone(UTC)
