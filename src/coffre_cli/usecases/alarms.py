"""Alarms: keeping them, and telling what is due, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from coffre_cli.alarms import transitions
from coffre_cli.alarms.alarm import Alarm, Plan
from coffre_cli.alarms.record import from_body, to_body
from coffre_cli.alarms.schedule import Notice, due
from coffre_cli.alarms.typed import parse_labelled
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import AmbiguousNameError, NotFoundError
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, RecordId
from coffre_cli.store import events
from coffre_cli.store.events import RecordState
from coffre_cli.usecases.terms import require_term
from coffre_cli.vault.session import Vault


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of an alarm; what is None stays as it was."""

    day: date | None = None
    hour: time | None = None
    label: str | None = None
    document: RecordId | None = None
    before: tuple[int, ...] | None = None
    repeat: str | None = None
    recipients: tuple[str, ...] | None = None
    zone: str = "UTC"
    """Of a new alarm."""


def add(vault: Vault, asked: Asked, *, day: date, label: str) -> Alarm:
    """Keep a new alarm.

    Raises:
        CoffreError: Its date or its rule is impossible (exit 2).
        TermReachedError: The vault is read, exported and emptied only.
    """
    require_term(vault)
    plan = _planned(Plan(label=label, due=day, zone=asked.zone), replace(asked, day=day, label=label))
    with vault.change() as change:
        alarm = transitions.new(change.new_record(), plan, _now(vault))
        change.put(Operation.ALARM_ADD, alarm.id, RecordKind.ALARM, to_body(alarm), reveal=label_of)
    return alarm


def attach(vault: Vault, document: Document, text: str, *, zone: str) -> Alarm:
    """Keep an alarm for *document*, asked for as `DATE[:LABEL]`."""
    day, hour, label = parse_labelled(text)
    return add(vault, Asked(hour=hour, document=document.id, zone=zone), day=day, label=label or document.title)


def alarms(vault: Vault) -> list[Alarm]:
    """Return every alarm, the nearest deadline first."""
    return sorted(map(_alarm, events.states(vault.index, RecordKind.ALARM)), key=lambda one: (one.plan.due, one.id))


def list_alarms(vault: Vault) -> list[Alarm]:
    """Return every alarm; listing is an event."""
    found = alarms(vault)
    vault.note(Operation.ALARM_READ, facts={"found": len(found)})
    return found


def alarms_of(vault: Vault, document: Document) -> list[Alarm]:
    """Return the alarms of *document*."""
    return [alarm for alarm in alarms(vault) if alarm.plan.document == document.id]


def resolve(vault: Vault, name: str) -> Alarm:
    """Return the alarm called *name*: its id, a unique prefix of it, or its exact label.

    Raises:
        NotFoundError, AmbiguousNameError: None is, or several are.
    """
    every = alarms(vault)
    found = [one for one in every if one.id.hex().startswith(name.lower())] if name else []
    found = found or [one for one in every if one.plan.label == name]
    if not found:
        raise NotFoundError(name=name, command="coffre alarms list")
    if len(found) > 1:
        raise AmbiguousNameError(name=name, candidates=tuple(f"{one.id.hex()[:8]} {one.plan.label}" for one in found))
    return found[0]


def edit(vault: Vault, name: str, asked: Asked) -> Alarm:
    """Change what *asked* names."""
    require_term(vault)
    alarm = resolve(vault, name)
    return _put(vault, Operation.ALARM_EDIT, alarm, transitions.edit(alarm, _planned(alarm.plan, asked)))


def done(vault: Vault, name: str) -> Alarm:
    """Close the present occurrence; a repeated alarm goes on to the next."""
    alarm = resolve(vault, name)
    return _put(vault, Operation.ALARM_DONE, alarm, transitions.done(alarm, _now(vault)))


def snooze(vault: Vault, name: str, days: int) -> Alarm:
    """Keep the present occurrence silent for *days* days."""
    alarm = resolve(vault, name)
    return _put(vault, Operation.ALARM_SNOOZE, alarm, transitions.snooze(alarm, days, _now(vault)))


def delete(vault: Vault, name: str) -> Alarm:
    """Delete an alarm for good."""
    alarm = resolve(vault, name)
    with vault.change() as change:
        change.destroy_record(alarm.id, RecordKind.ALARM)
    vault.finish_deletions()
    return alarm


def due_now(vault: Vault) -> tuple[Notice, ...]:
    """Return what is to be told now, the most urgent first."""
    return due(alarms(vault), _now(vault))


def mark_told(vault: Vault, notices: tuple[Notice, ...]) -> None:
    """Remember that *notices* were told: the same news is never told twice."""
    now = _now(vault)
    with vault.change() as change:
        for alarm in _unique(notices):
            body = to_body(transitions.told(alarm, now))
            change.put(Operation.ALARM_TOLD, alarm.id, RecordKind.ALARM, body, before=to_body(alarm))


def _unique(notices: tuple[Notice, ...]) -> Iterator[Alarm]:
    seen: set[RecordId] = set()
    for notice in notices:
        if notice.alarm.id not in seen:
            seen.add(notice.alarm.id)
            yield notice.alarm


def label_of(state: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return what the lines about an alarm in *state* commit to."""
    return {"label": state["label"]}


def _put(vault: Vault, operation: Operation, before: Alarm, after: Alarm) -> Alarm:
    with vault.change() as change:
        change.put(operation, after.id, RecordKind.ALARM, to_body(after), before=to_body(before), reveal=label_of)
    found = events.state(vault.index, after.id)
    return _alarm(found) if found else after


def _planned(plan: Plan, asked: Asked) -> Plan:
    changes = {
        "due": asked.day,
        "hour": asked.hour,
        "label": asked.label,
        "document": asked.document,
        "before": asked.before,
        "repeat": asked.repeat,
        "recipients": asked.recipients,
    }
    return replace(plan, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type] # each value is of its field's type


def _alarm(record: RecordState) -> Alarm:
    return from_body(record.record, canonical.decode(record.state, what="alarm"))


def _now(vault: Vault) -> datetime:
    return vault.parts.around.clock()
