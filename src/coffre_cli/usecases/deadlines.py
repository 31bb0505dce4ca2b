"""Alarms that nobody typed: the end of a certificate, the end of the proof that a document carries.

They are alarms like any other, edited and snoozed by the user. What the product closes again when it has become
pointless it knows by what it is about and by its leads: one whose leads the user changed is the user's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from coffre_cli.alarms import transitions
from coffre_cli.alarms.alarm import Alarm, Plan
from coffre_cli.alarms.record import to_body
from coffre_cli.alarms.schedule import present_occurrence
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, RecordId
from coffre_cli.signing.identity import Identity
from coffre_cli.usecases.alarms import alarms, label_of
from coffre_cli.vault.change import Change
from coffre_cli.vault.session import Vault

IDENTITY_LEADS = (60, 30, 7, 0)
"""Days before a certificate ends at which its holder is told."""
PROOF_LEADS = (180, 90, 30, 7, 0)
"""Days before a timestamp's certificate ends: prolonging later is not possible."""


def set_identity_deadline(change: Change, identity: Identity, label: str, now: datetime) -> None:
    """Put into *change* the alarm for the day on which the certificate of *identity* ends."""
    due = identity.not_after.date()
    _put(change, Plan(label=label, due=due, zone="UTC", before=IDENTITY_LEADS), now)


def close_identity_deadline(vault: Vault, change: Change, identity: Identity, others: Sequence[Identity]) -> None:
    """Close in *change* the alarm of *identity*, which signs no more; *others* of its name and day keep one each."""
    name, due = identity.name, identity.not_after.date()
    longer = [one.name for one in others if name in one.name and name != one.name]
    found = [
        alarm
        for alarm in _open_alarms(vault, None, IDENTITY_LEADS)
        if alarm.plan.due == due and name in alarm.plan.label and not any(one in alarm.plan.label for one in longer)
    ]
    alike = sum(one.name == name and one.not_after.date() == due for one in others)
    for alarm in found[: max(len(found) - alike, 0)][:1]:
        _close(vault, change, alarm)


def keep_deadline(vault: Vault, document: Document, end: datetime, label: str) -> None:
    """Keep an alarm for the day on which the proof that *document* carries ends."""
    text = label.format(title=document.title)
    plan = Plan(label=text, due=end.date(), zone="UTC", before=PROOF_LEADS, document=document.id)
    with vault.change() as change:
        _put(change, plan, vault.parts.around.clock())


def close_deadlines(vault: Vault, document: Document) -> None:
    """Close the alarms on the end of the proof that *document* carries: another document carries it on."""
    found = _open_alarms(vault, document.id, PROOF_LEADS)
    if found:
        with vault.change() as change:
            for alarm in found:
                _close(vault, change, alarm)


def _put(change: Change, plan: Plan, now: datetime) -> None:
    alarm = transitions.new(change.new_record(), plan, now)
    change.put(Operation.ALARM_ADD, alarm.id, RecordKind.ALARM, to_body(alarm), reveal=label_of)


def _close(vault: Vault, change: Change, alarm: Alarm) -> None:
    closed = transitions.done(alarm, vault.parts.around.clock())
    change.put(
        Operation.ALARM_DONE, alarm.id, RecordKind.ALARM, to_body(closed), before=to_body(alarm), reveal=label_of
    )


def _open_alarms(vault: Vault, document: RecordId | None, leads: tuple[int, ...]) -> list[Alarm]:
    now = vault.parts.around.clock()
    return [
        alarm
        for alarm in alarms(vault)
        if alarm.plan.document == document and alarm.plan.before == leads and present_occurrence(alarm, now) is not None
    ]
