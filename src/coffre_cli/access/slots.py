"""Key slots: from a secret to the vault master key (docs/format/slot.md)."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from typing import NewType

from coffre_cli.access.errors import SlotDamagedError
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json, NotCanonicalError
from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.kdf import Argon2Parameters, WrappingKey, expand_recovery_code, stretch_password
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import open_sealed, seal
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes
from coffre_cli.values import frozen, replace

SlotId = NewType("SlotId", bytes)
"""16 random bytes naming one slot."""

_SALT_SIZE = 16
_CONTEXT = b"coffre/1/slot\x00"
INDEX_SETTINGS: dict[str, Json] = {"hmac": "HMAC_SHA256", "page_size": 4096}
"""SQLCipher settings that the database file does not tell."""


class SlotKind(StrEnum):
    """What opens a slot."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a password
    RECOVERY = "recovery"


@frozen
class Payload:
    """What every slot gives."""

    master_key: Secret
    log_key: bytes
    spool_key: bytes


@frozen
class Slot:
    """One way in, closed."""

    id: SlotId
    kind: SlotKind
    vault_id: bytes
    created: str
    salt: bytes
    argon2: Argon2Parameters | None
    """None for a recovery slot, whose secret is random already."""
    commitment: bytes
    payload: bytes
    """The sealed message."""

    def public_part(self) -> dict[str, Json]:
        """Return what the payload's seal covers beside the payload."""
        return {
            "commitment": canonical.b64(self.commitment),
            "created": self.created,
            "id": self.id.hex(),
            "kdf": self._kdf(),
            "kind": self.kind,
            "v": 1,
            "vault_id": self.vault_id.hex(),
        }

    def _kdf(self) -> dict[str, Json]:
        salt = canonical.b64(self.salt)
        if self.argon2 is None:
            return {"name": "hkdf-sha-512", "salt": salt}
        work = self.argon2
        return {
            "iterations": work.iterations,
            "lanes": work.lanes,
            "memory_kib": work.memory_kib,
            "name": "argon2id",
            "salt": salt,
        }


@frozen
class NewSlot:
    """What a slot to be made is made of."""

    kind: SlotKind
    secret: Secret
    vault_id: bytes
    argon2: Argon2Parameters | None = None


def make_slot(new: NewSlot, payload: Payload, *, created: str, random: RandomBytes) -> Slot:
    """Return a slot that opens with the secret of *new* and gives *payload*."""
    slot_id = SlotId(random(16))
    slot = Slot(slot_id, new.kind, new.vault_id, created, random(_SALT_SIZE), new.argon2, b"", b"")
    wrapping = _wrapping_key(slot, new.secret)
    slot = replace(slot, commitment=wrapping.commitment)
    message = seal(wrapping.key.reveal(), _context(slot), _write_payload(payload), random)
    return replace(slot, payload=message)


def open_slot(slot: Slot, secret: Secret) -> Payload | None:
    """Return the payload of *slot*, or None when *secret* is not the one that opens it.

    Raises:
        SlotDamagedError: The secret is right and the payload is not what was written.
        ForgedParametersError: The slot asks for absurd work.
    """
    wrapping = _wrapping_key(slot, secret)
    if not hmac.compare_digest(wrapping.commitment, slot.commitment):
        return None
    try:
        return _read_payload(open_sealed(wrapping.key.reveal(), _context(slot), slot.payload))
    except (SealError, NotCanonicalError) as error:
        raise SlotDamagedError(slot=slot.id.hex(), reason=error.code) from error


def write_slot(slot: Slot) -> bytes:
    """Return the bytes of the slot's file."""
    value = {**slot.public_part(), "payload": canonical.b64(slot.payload)}
    return canonical.encode({**value, "sum": _sum(value)}) + b"\n"


def read_slot(data: bytes, *, name: str) -> Slot:
    """Return the slot in a file called *name* (its id).

    Raises:
        SlotDamagedError: It is not what was written.
        ForgedParametersError: It asks for absurd work.
    """
    try:
        slot, checksum = _parse(data)
        _verify_form(slot, checksum, data)
    except NotCanonicalError:
        raise SlotDamagedError(slot=name, reason=N_("form")) from None
    if checksum != _sum({**slot.public_part(), "payload": canonical.b64(slot.payload)}) or slot.id.hex() != name:
        raise SlotDamagedError(slot=name, reason=N_("sum"))
    return slot


def payload_json(payload: Payload) -> bytes:
    """Return *payload* as canonical JSON: what slots and sessions seal."""
    return _write_payload(payload)


def payload_from_json(data: bytes) -> Payload:
    """Return the payload that `payload_json` wrote.

    Raises:
        NotCanonicalError: *data* is something else.
    """
    return _read_payload(data)


def _parse(data: bytes) -> tuple[Slot, str]:
    fields = Fields(canonical.decode(data.removesuffix(b"\n"), what="slot"), what="slot")
    if not data.endswith(b"\n") or fields.integer("v") != 1:
        raise NotCanonicalError(what=N_("slot"))
    kdf, kind = fields.fields("kdf"), fields.text("kind")
    if kind not in tuple(SlotKind):
        raise NotCanonicalError(what=N_("slot"))
    slot = Slot(
        id=SlotId(fields.hexadecimal("id", 16)),
        kind=SlotKind(kind),
        vault_id=fields.hexadecimal("vault_id", 16),
        created=fields.text("created"),
        salt=kdf.binary("salt", _SALT_SIZE),
        argon2=_argon2(kdf) if kdf.text("name") == "argon2id" else None,
        commitment=fields.binary("commitment", 32),
        payload=fields.binary("payload"),
    )
    return slot, fields.text("sum")


def _verify_form(slot: Slot, checksum: str, data: bytes) -> None:
    """Refuse whatever `write_slot` would not write: a field too many, a password that is not stretched."""
    value = {**slot.public_part(), "payload": canonical.b64(slot.payload), "sum": checksum}
    if canonical.encode(value) + b"\n" != data or (slot.kind is SlotKind.PASSWORD) != (slot.argon2 is not None):
        raise NotCanonicalError(what=N_("slot"))


def _argon2(kdf: Fields) -> Argon2Parameters:
    return Argon2Parameters(kdf.integer("memory_kib"), kdf.integer("iterations"), kdf.integer("lanes"))


def _sum(value: dict[str, Json]) -> str:
    return hashlib.sha256(canonical.encode(value)).digest()[:8].hex()


def _context(slot: Slot) -> bytes:
    return _CONTEXT + canonical.encode(slot.public_part())


def _wrapping_key(slot: Slot, secret: Secret) -> WrappingKey:
    associated = slot.vault_id + slot.id
    if slot.argon2 is None:
        return expand_recovery_code(secret, slot.salt, associated)
    return stretch_password(secret, slot.salt, slot.argon2, associated)


def _write_payload(payload: Payload) -> bytes:
    return canonical.encode(
        {
            "index": INDEX_SETTINGS,
            "log_key": canonical.b64(payload.log_key),
            "spool_key": canonical.b64(payload.spool_key),
            "vmk": canonical.b64(payload.master_key.reveal()),
        }
    )


def _read_payload(data: bytes) -> Payload:
    fields = Fields(canonical.decode(data, what="slot"), what="slot")
    return Payload(Secret(fields.binary("vmk", 32)), fields.binary("log_key", 32), fields.binary("spool_key", 32))
