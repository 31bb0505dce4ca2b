"""What happens to an alarm: each function returns its next state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from coffre_cli.alarms.alarm import LONGEST_LEAD, Alarm, Plan, Snooze, settled
from coffre_cli.alarms.errors import AlarmDoneError, ImpossibleDelayError
from coffre_cli.alarms.schedule import due, present_occurrence
from coffre_cli.alarms.zones import DAY, local_day, reached
from coffre_cli.model import RecordId


def new(identifier: RecordId, plan: Plan, now: datetime) -> Alarm:
    """Return a new alarm that follows *plan*, settled.

    Raises:
        CoffreError: The plan cannot be; exit code 2.
    """
    return Alarm(identifier, settled(plan), created_at=now)


def edit(alarm: Alarm, plan: Plan) -> Alarm:
    """Return *alarm* following *plan*, settled; another first date starts it afresh, any other change keeps its past.

    Raises:
        CoffreError: The plan cannot be; exit code 2.
    """
    wanted = settled(plan)
    if wanted.due != alarm.plan.due:
        return Alarm(alarm.id, wanted, created_at=alarm.created_at)
    return replace(alarm, plan=wanted)


def told(alarm: Alarm, now: datetime) -> Alarm:
    """Return *alarm* with all that `due` gives for it at *now* told."""
    planned = [news.planned for notice in due((alarm,), now) for news in notice.covers]
    return replace(alarm, told_through=max(planned)) if planned else alarm


def done(alarm: Alarm, now: datetime) -> Alarm:
    """Return *alarm* with its present occurrence closed, and those before it.

    Raises:
        AlarmDoneError: No occurrence is open.
    """
    present = present_occurrence(alarm, now)
    if present is None:
        raise AlarmDoneError(label=alarm.plan.label)
    return replace(alarm, closed_through=present, snooze=None)


def snooze(alarm: Alarm, days: int, now: datetime) -> Alarm:
    """Return *alarm* with its present occurrence silent for *days* days, but never past a deadline still to come.

    Other occurrences are told as ever: no deadline is slept through.

    Raises:
        AlarmDoneError: No occurrence is open.
        ImpossibleDelayError: Less than one day, or more than ten years.
    """
    present = present_occurrence(alarm, now)
    if present is None:
        raise AlarmDoneError(label=alarm.plan.label)
    if not 1 <= days <= LONGEST_LEAD:
        raise ImpossibleDelayError(value=str(days))
    until = local_day(now, alarm.plan.zone) + days * DAY
    if present > reached(now, alarm.plan.hour, alarm.plan.zone):
        until = min(until, present)
    return replace(alarm, snooze=Snooze(present, until))
