"""An alarm as the body of a record, and as the line `coffre.alarm/1`."""

from __future__ import annotations

from datetime import date, datetime, time

from coffre_cli.alarms.alarm import Alarm, Plan, Snooze
from coffre_cli.alarms.schedule import State, next_notice_day, present_occurrence, state_of
from coffre_cli.crypto.canonical import Fields, Json, JsonObject, NotCanonicalError
from coffre_cli.model import RecordId

SCHEMA = "coffre.alarm/1"
_WHAT = "an alarm"


def to_body(alarm: Alarm) -> dict[str, Json]:
    """Return all of *alarm* but its id, to be stored."""
    plan = alarm.plan
    return {
        "label": plan.label,
        "due": plan.due.isoformat(),
        "hour": plan.hour.isoformat() if plan.hour is not None else None,
        "zone": plan.zone,
        "before": list(plan.before),
        "repeat": plan.repeat,
        "recipients": list(plan.recipients),
        "document": plan.document.hex() if plan.document else None,
        "created": alarm.created_at.isoformat(),
        "told": _iso(alarm.told_through),
        "closed": _iso(alarm.closed_through),
        "snoozed": alarm.snooze.occurrence.isoformat() if alarm.snooze else None,
        "until": alarm.snooze.until.isoformat() if alarm.snooze else None,
    }


def from_body(identifier: RecordId, body: JsonObject) -> Alarm:
    """Return the alarm that `to_body` wrote.

    Raises:
        NotCanonicalError: It did not write this.
    """
    fields = Fields(body, what=_WHAT)
    try:
        return Alarm(
            id=identifier,
            plan=_plan(fields),
            created_at=datetime.fromisoformat(fields.text("created")),
            told_through=_date(fields, "told"),
            closed_through=_date(fields, "closed"),
            snooze=_snooze(fields),
        )
    except ValueError:
        raise NotCanonicalError(what=_WHAT) from None


def to_line(alarm: Alarm, now: datetime) -> dict[str, Json]:
    """Return *alarm* as `coffre.alarm/1`; dates are local to `zone`, with the hour when the alarm has one."""
    plan, state = alarm.plan, state_of(alarm, now)
    return {
        "schema": SCHEMA,
        "id": alarm.id.hex(),
        "label": plan.label,
        "document": plan.document.hex() if plan.document else None,
        "due": _local(alarm, present_occurrence(alarm, now) or alarm.closed_through or plan.due),
        "next_notice": _local(alarm, next_notice_day(alarm, now)),
        "before": list(plan.before),
        "repeat": plan.repeat,
        "state": state.value,
        "zone": plan.zone,
        "recipients": list(plan.recipients),
        "snoozed_until": _local(alarm, alarm.snooze.until) if alarm.snooze and state is State.SNOOZED else None,
    }


def _plan(body: Fields) -> Plan:
    hour, document = body.optional_text("hour"), body.optional_text("document")
    before = tuple(item for item in body.items("before") if isinstance(item, int) and not isinstance(item, bool))
    if not before or len(before) != len(body.items("before")):
        raise NotCanonicalError(what=_WHAT)
    return Plan(
        label=body.text("label"),
        due=date.fromisoformat(body.text("due")),
        zone=body.text("zone"),
        hour=None if hour is None else time.fromisoformat(hour),
        before=before,
        repeat=body.optional_text("repeat"),
        recipients=body.texts("recipients"),
        document=None if document is None else RecordId(body.hexadecimal("document", 16)),
    )


def _snooze(body: Fields) -> Snooze | None:
    occurrence, until = _date(body, "snoozed"), _date(body, "until")
    return Snooze(occurrence, until) if occurrence and until else None


def _date(body: Fields, name: str) -> date | None:
    text = body.optional_text(name)
    return None if text is None else date.fromisoformat(text)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _local(alarm: Alarm, day: date | None) -> str | None:
    if day is None or alarm.plan.hour is None:
        return _iso(day)
    return datetime.combine(day, alarm.plan.hour).isoformat(timespec="minutes")
