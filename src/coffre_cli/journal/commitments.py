"""Salted commitments: an export proves without telling, and forgets without breaking (SD-JWT, docs/format/event.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json, NotCanonicalError
from coffre_cli.model import RandomBytes
from coffre_cli.values import frozen

COMMITMENTS_PER_EVENT = 8
_SALT_SIZE = 16
_DIGEST_SIZE = 32
_URL_ALPHABET = bytes.maketrans(b"+/", b"-_")


@frozen
class Disclosed:
    """What a disclosure says."""

    name: str
    value: Json


def disclose(name: str, value: Json, random: RandomBytes) -> str:
    """Return the disclosure of *value* under *name*, with a fresh salt."""
    return _disclosure(name, value, random(_SALT_SIZE))


def commitment(disclosure: str) -> str:
    """Return what stands in the line for *disclosure*."""
    return _b64url(hashlib.sha256(disclosure.encode()).digest())


def commitments(disclosures: Iterable[str], random: RandomBytes) -> tuple[str, ...]:
    """Return the commitments of *disclosures*, padded with decoys to the fixed count, sorted to hide their order.

    Raises:
        ValueError: More disclosures than the fixed count: a mistake in the program.
    """
    found = [commitment(disclosure) for disclosure in disclosures]
    missing = COMMITMENTS_PER_EVENT - len(found)
    if missing < 0:
        raise ValueError(missing)
    return tuple(sorted(found + [_b64url(decoy) for decoy in _drawn(random, missing, _DIGEST_SIZE)]))


def disclosed(disclosure: str) -> Disclosed | None:
    """Return what *disclosure* says; None when it is not one."""
    try:
        data = base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4))
        value = canonical.decode_value(data, what="a disclosure")
    except (ValueError, NotCanonicalError):
        return None
    match value:
        case [str(), str() as name, content] if _b64url(data) == disclosure:
            return Disclosed(name, content)
        case _:
            return None


def disclosures(facts: Mapping[str, Json], random: RandomBytes) -> tuple[str, ...]:
    """Return one disclosure for each of *facts*."""
    salts = _drawn(random, len(facts), _SALT_SIZE)
    return tuple(_disclosure(name, value, salt) for (name, value), salt in zip(facts.items(), salts, strict=True))


def _disclosure(name: str, value: Json, salt: bytes) -> str:
    return _b64url(canonical.encode([_b64url(salt), name, value]))


def _drawn(random: RandomBytes, count: int, size: int) -> list[bytes]:
    """Draw *count* times *size* bytes at once: to ask the system for each costs more than to use them."""
    drawn = random(count * size)
    return [drawn[start : start + size] for start in range(0, count * size, size)]


def _b64url(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).translate(_URL_ALPHABET, b"=").decode()
