"""One event: its public line and what its sealed body says (docs/format/event.md)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json
from coffre_cli.model import RecordId

_LINE_FIELDS = frozenset({"after", "at", "body", "by", "doc", "n", "op", "sd", "v"})
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class Operation(StrEnum):
    """What an event says was done."""

    CREATE = "create"
    OPEN_FAILED = "open_failed"
    UNLOCK = "unlock"
    LOCK = "lock"
    DEPOSIT = "deposit"
    REFUSE = "deposit.refused"
    CONVERT = "convert"
    READ = "read"
    DESCRIBE = "describe"
    LIST = "list"
    SEARCH = "search"
    COUNT = "count"
    SHOW = "show"
    STATUS = "status"
    MOVE = "move"
    RENAME = "rename"
    TAG = "tag"
    DESTROY = "destroy"
    CHECK = "check"
    REPAIR = "repair"
    RESUME = "resume"
    PASSWORD = "password.changed"  # noqa: S105 - the name of an act, not a password
    RECOVER = "recover"
    REKEY = "rekey"
    JOURNAL_READ = "journal.read"
    JOURNAL_EXPORT = "journal.exported"
    JOURNAL_VERIFY = "journal.verified"
    IDENTITY_CREATE = "identity.created"
    IDENTITY_SHOW = "identity.read"
    SIGN = "sign"
    SEAL = "seal"
    VERIFY = "verify"
    ALARM_ADD = "alarm.added"
    ALARM_EDIT = "alarm.edited"
    ALARM_DONE = "alarm.done"
    ALARM_SNOOZE = "alarm.snoozed"
    ALARM_TOLD = "alarm.told"
    ALARM_DELETE = "alarm.deleted"
    ALARM_READ = "alarm.read"
    ACCOUNT_EDIT = "account.edited"
    ACCOUNT_SHOW = "account.read"
    CONFIGURE = "configured"


class RecordKind(StrEnum):
    """What a record is."""

    VAULT = "vault"
    DOCUMENT = "document"
    IDENTITY = "identity"
    ALARM = "alarm"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Line:
    """The public part of an event, read from its bytes."""

    number: int
    at: datetime
    operation: str
    record: RecordId
    actor: str
    after: bytes
    body_digest: bytes
    commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What an event says to those who hold the record's key."""

    record: RecordId
    kind: RecordKind
    state: Mapping[str, Json] | None
    """The record's whole new state; None when the act changed nothing."""
    facts: Mapping[str, Json]
    disclosures: tuple[str, ...] = ()


def moment(at: datetime) -> str:
    """Return *at* as journals write it: UTC, to the second."""
    return at.astimezone(UTC).strftime(_MOMENT)


def read_moment(text: str) -> datetime:
    """Return the moment that *text* spells.

    Raises:
        ValueError: It spells none, or in another form.
    """
    at = datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    if moment(at) != text:
        raise ValueError(text)
    return at


def write_line(line: Line) -> bytes:
    """Return the bytes of *line*, once and for all."""
    return canonical.encode(
        {
            "after": canonical.b64(line.after),
            "at": moment(line.at),
            "body": canonical.b64(line.body_digest),
            "by": line.actor,
            "doc": line.record.hex(),
            "n": line.number,
            "op": line.operation,
            "sd": line.commitments,
            "v": 1,
        }
    )


def read_line(data: bytes) -> Line:
    """Return the line that *data* spells.

    Raises:
        NotCanonicalError: *data* is not the canonical spelling of a line.
    """
    value = canonical.decode(data, what="a line")
    fields = Fields(value, what="a line")
    operation, actor = fields.text("op"), fields.text("by")
    if set(value) != _LINE_FIELDS or fields.integer("v") != 1 or not re.fullmatch(r"[a-z_.]{1,40}", operation):
        raise canonical.NotCanonicalError(what="a line")
    try:
        at = read_moment(fields.text("at"))
    except ValueError:
        raise canonical.NotCanonicalError(what="a line") from None
    return Line(
        number=fields.integer("n"),
        at=at,
        operation=operation,
        record=RecordId(fields.hexadecimal("doc", 16)),
        actor=actor,
        after=fields.binary("after", 32),
        body_digest=fields.binary("body", 32),
        commitments=fields.texts("sd"),
    )


def write_body(body: Body) -> bytes:
    """Return the plaintext of *body*."""
    return canonical.encode(
        {
            "facts": body.facts,
            "kind": body.kind,
            "record": body.record.hex(),
            "sd": body.disclosures,
            "state": body.state,
        }
    )


def read_body(data: bytes) -> Body:
    """Return the body that *data* spells.

    Raises:
        NotCanonicalError: *data* is not the canonical spelling of a body.
    """
    fields = Fields(value := canonical.decode(data, what="a body"), what="a body")
    try:
        kind = RecordKind(fields.text("kind"))
    except ValueError:
        raise canonical.NotCanonicalError(what="a body") from None
    return Body(
        record=RecordId(fields.hexadecimal("record", 16)),
        kind=kind,
        state=None if value.get("state") is None else fields.mapping("state"),
        facts=fields.mapping("facts"),
        disclosures=fields.texts("sd"),
    )


def body_context(vault_id: bytes, record: RecordId, number: int) -> bytes:
    """Return the context under which the body of event *number* is sealed."""
    return b"coffre/1/body\x00" + vault_id + record + number.to_bytes(8, "big")


def body_digest(sealed_body: bytes) -> bytes:
    """Return what the line says of *sealed_body*."""
    return hashlib.sha256(sealed_body).digest()


def actor_id(public_key: bytes) -> str:
    """Return how lines name the holder of *public_key*."""
    return hashlib.sha256(public_key).digest()[:8].hex()
