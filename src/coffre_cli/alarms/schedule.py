"""What is due and when: functions of the alarms and of the moment, nothing else.

An occurrence is open until it is closed by `done`. Each open occurrence has one notice day per lead; a snooze replaces
those that fall no later than its end by its end. An alarm's news at a moment are its notice days that have come and
were not told. Of the occurrences that have passed only the last is told, for all: a run missed for a month is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.recurrence import last_occurrence, occurrences
from coffre_cli.alarms.zones import DAY, instant, local_day, reached
from coffre_cli.model import RecordId

STALE = timedelta(days=30)
"""News older than this are listed, not raised: an old archive taken over must not flood anybody."""


class State(StrEnum):
    """Where an alarm stands."""

    PENDING = "pending"
    """Nothing was told yet of the present occurrence."""
    NOTIFIED = "notified"
    SNOOZED = "snoozed"
    DONE = "done"
    """No occurrence is left open."""
    OVERDUE = "overdue"
    """The deadline has passed and nobody said that it is done."""


@dataclass(frozen=True, slots=True)
class News:
    """One notice of one occurrence: told once."""

    alarm: RecordId
    occurrence: date
    lead: int
    """Days from the notice to the deadline; negative: a snooze that ends after it."""

    @property
    def key(self) -> str:
        """What makes it unique, for an outbox."""
        return f"{self.alarm.hex()}|{self.occurrence}|{self.lead}"

    @property
    def planned(self) -> date:
        """The local date when it was to be told."""
        return self.occurrence - self.lead * DAY


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell now of one occurrence: one line of the digest."""

    alarm: Alarm
    covers: tuple[News, ...]
    """All that this line tells, the latest of the occurrence named last."""
    days_left: int
    """From today's date in the alarm's zone to the occurrence; negative: it has passed."""
    stale: bool
    """Older than 30 days: to be listed, not raised."""

    @property
    def latest(self) -> News:
        """The news that names this notice."""
        return self.covers[-1]

    @property
    def earlier(self) -> int:
        """How many older occurrences this line also stands for."""
        return len({news.occurrence for news in self.covers}) - 1


def due(alarms: Iterable[Alarm], now: datetime) -> tuple[Notice, ...]:
    """Return what is to be told at *now*, the most urgent deadline first, what is stale last."""
    found = [notice for alarm in alarms for notice in _notices(alarm, now)]
    return tuple(sorted(found, key=lambda notice: (notice.stale, _deadline(notice), notice.latest.key)))


def next_notice(alarm: Alarm, now: datetime) -> datetime | None:
    """Return when *alarm* next has something to tell, in UTC: not after *now* when it has already, none when never."""
    day = next_notice_day(alarm, now)
    return None if day is None else instant(day, alarm.plan.hour, alarm.plan.zone)


def next_notice_day(alarm: Alarm, now: datetime) -> date | None:
    """Return the local date of `next_notice`."""
    waiting = [news.planned for notice in _notices(alarm, now) for news in notice.covers]
    return max(waiting) if waiting else _first_planned_after(alarm, _reached(alarm, now))


def present_occurrence(alarm: Alarm, now: datetime) -> date | None:
    """Return the occurrence to act on: the last open one that has come, else the next; none when all are done."""
    plan = alarm.plan
    come = last_occurrence(plan.repeat, plan.due, until=_reached(alarm, now), after=alarm.closed_through)
    return come or next(occurrences(plan.repeat, plan.due, after=alarm.closed_through), None)


def state_of(alarm: Alarm, now: datetime) -> State:
    """Return where *alarm* stands at *now*."""
    present = present_occurrence(alarm, now)
    if present is None:
        return State.DONE
    if alarm.snooze and alarm.snooze.occurrence == present and _reached(alarm, now) < alarm.snooze.until:
        return State.SNOOZED
    # a deadline without an hour is the end of its day, although it is told from its start
    if _reached(alarm, now) >= (present + DAY if alarm.plan.hour is None else present):
        return State.OVERDUE
    first_lead = alarm.plan.before[0] * DAY
    told = alarm.told_through is not None and present - first_lead <= alarm.told_through
    return State.NOTIFIED if told else State.PENDING


def _notices(alarm: Alarm, now: datetime) -> Iterator[Notice]:
    """Yield what is due of *alarm*: one notice for all occurrences that have passed, one for each to come."""
    today = _reached(alarm, now)
    horizon = today + alarm.plan.before[0] * DAY
    if alarm.snooze:
        horizon = max(horizon, alarm.snooze.occurrence)
    passed: list[News] = []
    for untold in takewhile(lambda news: news[0].occurrence <= horizon, _untold(alarm)):
        ripe = [news for news in untold if news.planned <= today]
        if ripe and ripe[0].occurrence <= today:
            passed += ripe
        elif ripe:
            yield _notice(alarm, ripe, now)
    if passed:
        yield _notice(alarm, passed, now)


def _notice(alarm: Alarm, covers: list[News], now: datetime) -> Notice:
    today = local_day(now, alarm.plan.zone)
    latest = covers[-1]
    return Notice(alarm, tuple(covers), (latest.occurrence - today).days, stale=today - latest.planned > STALE)


def _first_planned_after(alarm: Alarm, day: date) -> date | None:
    best: date | None = None
    for untold in _untold(alarm):
        first = next((news.planned for news in untold if news.planned > day), None)
        best = min(filter(None, (best, first)), default=None)
        if best and untold[0].occurrence - alarm.plan.before[0] * DAY >= best:
            break
    return best


def _untold(alarm: Alarm) -> Iterator[list[News]]:
    """Yield what was not told of each open occurrence that still has something to tell, in order."""
    for occurrence in occurrences(alarm.plan.repeat, alarm.plan.due, after=_settled_through(alarm)):
        news = [News(alarm.id, occurrence, lead) for lead in _leads(alarm, occurrence)]
        untold = [item for item in news if alarm.told_through is None or item.planned > alarm.told_through]
        if untold:
            yield untold


def _settled_through(alarm: Alarm) -> date | None:
    """Return a day up to which no occurrence has anything left to tell: the search begins there."""
    told = alarm.told_through
    if told and alarm.snooze:
        told = min(told, alarm.snooze.occurrence - DAY)
    return max(filter(None, (told, alarm.closed_through)), default=None)


def _leads(alarm: Alarm, occurrence: date) -> tuple[int, ...]:
    """Return the leads of *occurrence*, the longest first, a snooze being one."""
    if alarm.snooze is None or alarm.snooze.occurrence != occurrence:
        return alarm.plan.before
    end = (occurrence - alarm.snooze.until).days
    return (end, *(lead for lead in alarm.plan.before if lead < end))


def _reached(alarm: Alarm, now: datetime) -> date:
    return reached(now, alarm.plan.hour, alarm.plan.zone)


def _deadline(notice: Notice) -> datetime:
    return instant(notice.latest.occurrence, notice.alarm.plan.hour, notice.alarm.plan.zone)
