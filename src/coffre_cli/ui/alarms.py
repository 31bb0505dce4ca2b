"""Alarms as people and scripts see them (`coffre.alarm/1`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.record import to_line
from coffre_cli.alarms.schedule import Notice, State, present_occurrence, state_of
from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _, ngettext
from coffre_cli.ui.local import local_day
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import table

STATES = {
    State.PENDING: N_("to come"),
    State.NOTIFIED: N_("told"),
    State.SNOOZED: N_("put off"),
    State.DONE: N_("done"),
    State.OVERDUE: N_("overdue"),
}


def alarm_json(alarm: Alarm, now: datetime, **more: Json) -> dict[str, Json]:
    """Return the object of *alarm*."""
    return {**to_line(alarm, now), **more}


def alarm_line(alarm: Alarm, now: datetime) -> str:
    """Return one line that names *alarm*."""
    state = _(STATES[state_of(alarm, now)])
    return f"{alarm.id.hex()[:8]}  {_moment(alarm, now)}  {plain(alarm.plan.label)}  ({state})"


def alarm_table(alarms: Sequence[Alarm], now: datetime) -> Iterator[str]:
    """Yield a line per alarm."""
    header = (_(N_("Id")), _(N_("Due")), _(N_("Label")), _(N_("Repeat")), _(N_("State")))
    rows = [
        (
            alarm.id.hex()[:8],
            _moment(alarm, now),
            plain(alarm.plan.label),
            plain(alarm.plan.repeat or "–"),
            _(STATES[state_of(alarm, now)]),
        )
        for alarm in alarms
    ]
    yield from table(header, rows, elastic=2)


def _moment(alarm: Alarm, now: datetime) -> str:
    """Return the day that *alarm* is about, and the hour if it was given one."""
    day = local_day(present_occurrence(alarm, now) or alarm.plan.due)
    return day if alarm.plan.hour is None else f"{day} {alarm.plan.hour:%H:%M}"


def notice_line(notice: Notice) -> str:
    """Return the line that tells of *notice*; days are counted, never rounded to weeks."""
    days, label = notice.days_left, plain(notice.alarm.plan.label)
    day = local_day(notice.latest.occurrence)
    if days > 0:
        text = ngettext("in {days} day: {label} ({day})", "in {days} days: {label} ({day})", days)
    elif days == 0:
        text = _(N_("today: {label} ({day})"))
    else:
        days = -days
        text = ngettext("{days} day ago: {label} ({day})", "{days} days ago: {label} ({day})", days)
    return text.format(days=days, label=label, day=day)
