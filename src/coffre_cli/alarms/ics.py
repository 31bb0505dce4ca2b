"""Alarms as a calendar file (RFC 5545) and back: one VEVENT each, one VALARM per lead.

What a calendar has no word for travels in `X-COFFRE-…`: the zone of a date without hour, the document, the addresses.
What was told or done stays here: a calendar file is a plan, not a state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from coffre_cli.alarms.alarm import Alarm, Plan, settled
from coffre_cli.alarms.errors import CalendarUnreadableError, EventNotTakenError
from coffre_cli.alarms.repeating import parts_of
from coffre_cli.alarms.rule import spelled
from coffre_cli.alarms.zones import DAY, instant, zone_of
from coffre_cli.errors import CoffreError
from coffre_cli.model import RecordId

if TYPE_CHECKING:
    from icalendar import Component
    from icalendar import Event as VEvent

_PRODUCT = "-//coffre//coffre//EN"
_OURS = re.compile(r"([0-9a-f]{32})@coffre")
_RECORD_ID = re.compile(r"[0-9a-f]{32}")
_OVER = frozenset({"CANCELLED", "COMPLETED"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan found in a calendar."""

    plan: Plan
    """Settled."""
    alarm: RecordId | None
    """The alarm that coffre wrote there, if it did."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that cannot be an alarm."""

    label: str
    error: CoffreError


def write_calendar(alarms: Iterable[Alarm]) -> bytes:
    """Return *alarms* as one iCalendar file, UTF-8, with the rules of the time zones it names."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    for alarm in alarms:
        calendar.add_component(_event(alarm))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def read_calendar(content: bytes, *, zone: str) -> tuple[Entry | Refusal, ...]:
    """Return the events and tasks of the iCalendar file *content*; dates that name no zone lie in *zone*.

    Cancelled and completed ones are left out; so are the exceptions (EXDATE) to a rule, which are told all the same.

    Raises:
        CalendarUnreadableError: *content* is no iCalendar file.
    """
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, KeyError, IndexError):
        raise CalendarUnreadableError from None
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise CalendarUnreadableError
    events = [event for calendar in calendars for kind in ("VEVENT", "VTODO") for event in calendar.walk(kind)]
    return tuple(_entry(event, zone) for event in events if str(event.get("STATUS", "")).upper() not in _OVER)


def _event(alarm: Alarm) -> VEvent:
    from icalendar import Alarm as VAlarm
    from icalendar import Event, vRecur

    plan, event = alarm.plan, Event()
    event.add("uid", f"{alarm.id.hex()}@coffre")
    event.add("dtstamp", alarm.created_at)
    event.add("summary", plan.label)
    event.add("dtstart", plan.due if plan.hour is None else datetime.combine(plan.due, plan.hour, zone_of(plan.zone)))
    if plan.repeat is not None:
        event.add("rrule", vRecur.from_ical(_rule(plan, plan.repeat)))
    event.add("x-coffre-zone", plan.zone)
    for recipient in plan.recipients:
        event.add("x-coffre-to", recipient)
    if plan.document is not None:
        event.add("x-coffre-document", plan.document.hex())
    for lead in plan.before:
        notice = VAlarm()
        notice.add("action", "DISPLAY")
        notice.add("description", plan.label)
        notice.add("trigger", timedelta(days=-lead))
        event.add_component(notice)
    return event


def _rule(plan: Plan, repeat: str) -> str:
    """Return the RRULE of *plan*; beside a date with an hour its end is a moment in UTC (RFC 5545, 3.3.10)."""
    parts = parts_of(repeat, plan.due)
    if "UNTIL" in parts and plan.hour is not None:
        end = instant(date.fromisoformat(parts["UNTIL"]), plan.hour, plan.zone)
        return spelled({**parts, "UNTIL": f"{end:%Y%m%dT%H%M%SZ}"})
    return spelled(parts)


def _entry(event: Component, zone: str) -> Entry | Refusal:
    label = str(event.get("SUMMARY", ""))
    try:
        ours = _OURS.fullmatch(str(event.get("UID", ""))) if "RECURRENCE-ID" not in event else None
        return Entry(settled(_plan(event, label, zone)), RecordId(bytes.fromhex(ours[1])) if ours else None)
    except CoffreError as error:
        return Refusal(label, error)
    except (ValueError, OverflowError):  # a value that icalendar found broken, a year no calendar reaches
        return Refusal(label, EventNotTakenError(label=label))


def _plan(event: Component, label: str, zone: str) -> Plan:
    due, hour, its_zone = _start(event, label, zone)
    rule, recipients = event.get("RRULE"), event.get("X-COFFRE-TO", [])
    if isinstance(rule, list) or "RDATE" in event:
        raise EventNotTakenError(label=label)
    document = str(event.get("X-COFFRE-DOCUMENT", ""))
    return Plan(
        label=label,
        due=due,
        zone=its_zone,
        hour=hour,
        before=tuple(_leads(event)),
        repeat=None if rule is None else rule.to_ical().decode(),
        recipients=tuple(map(str, recipients if isinstance(recipients, list) else [recipients])),
        document=RecordId(bytes.fromhex(document)) if _RECORD_ID.fullmatch(document) else None,
    )


def _start(event: Component, label: str, zone: str) -> tuple[date, time | None, str]:
    """Return the local date, hour and zone of an event's start, or of a task's end."""
    start = getattr(event.get("DUE" if event.name == "VTODO" else "DTSTART"), "dt", None)
    ours = str(event.get("X-COFFRE-ZONE", ""))
    if not isinstance(start, date):
        raise EventNotTakenError(label=label)
    if not isinstance(start, datetime):
        return start, None, ours or zone
    its_own = start.tzinfo.key if isinstance(start.tzinfo, ZoneInfo) else None
    zone = ours or its_own or zone
    if start.tzinfo is not None and zone != its_own:  # a zone that only this calendar defines, or UTC by another name
        start = start.astimezone(zone_of(zone))
    return start.date(), start.time().replace(fold=0), zone


def _leads(event: Component) -> Iterator[int]:
    """Yield the whole days before the start at which the event's notices come: earlier rather than later."""
    for notice in event.walk("VALARM"):
        trigger = getattr(notice.get("TRIGGER"), "dt", None)
        if isinstance(trigger, timedelta):
            yield max(0, -(trigger // DAY))
