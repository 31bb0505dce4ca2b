"""One event: its public line and what its sealed body says (docs/format/event.md)."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json
from coffre_cli.i18n import N_
from coffre_cli.journal.commitments import COMMITMENTS_PER_EVENT
from coffre_cli.model import RecordId
from coffre_cli.values import frozen

_DIGEST = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_COMMITMENT = '"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"'
_LINE = (
    rf'{{"after":"(?P<after>{_DIGEST})","at":"(?P<at>[0-9TZ:-]{{20}})","body":"(?P<body>{_DIGEST})",'
    rf'"by":"(?P<by>[0-9a-f]{{16}})","doc":"(?P<doc>[0-9a-f]{{32}})","n":(?P<n>[1-9][0-9]{{0,18}}),'
    rf'"op":"(?P<op>[a-z_.]{{1,40}})","sd":\[(?P<sd>(?:{_COMMITMENT},){{{COMMITMENTS_PER_EVENT - 1}}}{_COMMITMENT})\],'
    r'"v":1}'
)
"""The canonical spelling of a line, whole: four times faster than JSON, and no other spelling passes.

A text, compiled by the first line that is read: most commands read none, and it takes 2 ms.
"""
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
    IDENTITY_IMPORT = "identity.imported"
    IDENTITY_EXPORT = "identity.exported"
    IDENTITY_RENEW = "identity.renewed"
    IDENTITY_SHOW = "identity.read"
    SIGN = "sign"
    SEAL = "seal"
    EXTEND = "sign.extended"
    VERIFY = "verify"
    ALARM_ADD = "alarm.added"
    ALARM_EDIT = "alarm.edited"
    ALARM_DONE = "alarm.done"
    ALARM_SNOOZE = "alarm.snoozed"
    ALARM_TOLD = "alarm.told"
    ALARM_DELETE = "alarm.deleted"
    ALARM_READ = "alarm.read"
    COVER_CREATE = "cover.created"
    COVER_USE = "cover.used"
    SPOOL_TAKE = "spool.taken"
    ACCOUNT_EDIT = "account.edited"
    ACCOUNT_SHOW = "account.read"
    CONFIGURE = "configured"


READINGS: Final = frozenset(
    {
        Operation.OPEN_FAILED,
        Operation.UNLOCK,
        Operation.LOCK,
        Operation.READ,
        Operation.LIST,
        Operation.SEARCH,
        Operation.COUNT,
        Operation.SHOW,
        Operation.STATUS,
        Operation.CHECK,
        Operation.VERIFY,
        Operation.JOURNAL_READ,
        Operation.JOURNAL_EXPORT,
        Operation.JOURNAL_VERIFY,
        Operation.IDENTITY_EXPORT,
        Operation.IDENTITY_SHOW,
        Operation.ALARM_READ,
        Operation.ACCOUNT_SHOW,
    }
)
"""What never changes the state of a record: a fold has no need to open the bodies of these."""


class RecordKind(StrEnum):
    """What a record is."""

    VAULT = "vault"
    DOCUMENT = "document"
    IDENTITY = "identity"
    ALARM = "alarm"
    ACCOUNT = "account"
    COVER = "cover"


@frozen
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


@frozen
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
    at = datetime.fromisoformat(text)
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
    found = re.fullmatch(_LINE, data.decode("ascii", "replace"))
    if found is None:
        raise canonical.NotCanonicalError(what=N_("a line"))
    hidden = tuple(found["sd"][1:-1].split('","'))
    try:
        at = read_moment(found["at"])
    except ValueError:
        raise canonical.NotCanonicalError(what=N_("a line")) from None
    if list(hidden) != sorted(hidden):
        raise canonical.NotCanonicalError(what=N_("a line"))
    return Line(
        number=int(found["n"]),
        at=at,
        operation=found["op"],
        record=RecordId(bytes.fromhex(found["doc"])),
        actor=found["by"],
        after=binascii.a2b_base64(found["after"]),
        body_digest=binascii.a2b_base64(found["body"]),
        commitments=hidden,
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
        raise canonical.NotCanonicalError(what=N_("a body")) from None
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
