"""Whatever the alarms and whenever the checks: never lost, never twice, never in another order."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.errors import AlarmDoneError
from coffre_cli.alarms.repeating import parts_of
from coffre_cli.alarms.rule import spelled
from coffre_cli.alarms.schedule import State, due, next_notice, present_occurrence, state_of
from coffre_cli.alarms.transitions import done, snooze, told
from coffre_cli.alarms.zones import instant
from tests.unit.alarms.given import alarms, checks, moments

A_MOMENT = timedelta(microseconds=1)


def all_occurrences(alarm: Alarm, until: date) -> list[date]:
    """Return the occurrences of *alarm* the slow way, from its first date."""
    plan = alarm.plan
    if plan.repeat is None:
        return [plan.due]
    rule = rrulestr(spelled(parts_of(plan.repeat, plan.due)), dtstart=datetime.combine(plan.due, time()))
    return list(takewhile(lambda day: day <= until, (moment.date() for moment in rule)))


def planned(alarm: Alarm, now: datetime) -> Counter[str]:
    """Return the keys of all that *alarm* should have told by *now*, straight from their definition."""
    plan = alarm.plan
    return Counter(
        f"{alarm.id.hex()}|{occurrence}|{lead}"
        for occurrence in all_occurrences(alarm, now.date() + timedelta(days=70))
        for lead in plan.before
        if instant(occurrence - timedelta(days=lead), plan.hour, plan.zone) <= now
    )


def told_at(alarm: Alarm, times: list[datetime]) -> tuple[Alarm, Counter[str]]:
    """Check at each of *times*; return the alarm afterwards and the keys told."""
    heard: Counter[str] = Counter()
    for now in times:
        heard.update(news.key for notice in due((alarm,), now) for news in notice.covers)
        alarm = told(alarm, now)
    return alarm, heard


@given(alarms, checks)
def test_whatever_the_times_of_the_checks_each_news_is_told_once_and_none_is_lost(
    alarm: Alarm, times: list[datetime]
) -> None:
    _, heard = told_at(alarm, times)
    assert heard == planned(alarm, max(times))


@given(alarms, checks)
def test_a_check_tells_at_once_what_is_due(alarm: Alarm, times: list[datetime]) -> None:
    after, _ = told_at(alarm, times)
    assert due((after,), max(times)) == ()


@given(st.data(), st.lists(alarms, max_size=5, unique_by=lambda alarm: alarm.id), moments)
def test_the_order_of_the_alarms_does_not_matter(data: st.DataObject, found: list[Alarm], now: datetime) -> None:
    shuffled = data.draw(st.permutations(found))
    assert due(shuffled, now) == due(found, now)
    assert Counter(due(found, now)) == Counter(notice for alarm in found for notice in due((alarm,), now))


@given(alarms, checks, moments)
def test_nothing_is_said_before_the_next_notice_and_something_then(
    alarm: Alarm, times: list[datetime], now: datetime
) -> None:
    after, _ = told_at(alarm, [*times, now])
    following = next_notice(after, now)
    if following is None:
        assert due((after,), now + timedelta(days=3000)) == ()
    elif following > max(now, *times):
        assert due((after,), following - A_MOMENT) == ()
        assert due((after,), following)


@given(alarms, moments)
def test_done_moves_on_to_the_next_occurrence_without_leaping_over_any(alarm: Alarm, now: datetime) -> None:
    closed: list[date] = []
    while len(closed) < 4 and (present := present_occurrence(alarm, now)) is not None:
        closed.append(present)
        alarm = done(alarm, now)
    to_come = [day for day in all_occurrences(alarm, date(2040, 1, 1)) if day > closed[0]]
    assert closed[1:] == to_come[: len(closed) - 1]
    assert (state_of(alarm, now) is State.DONE) == (len(to_come) < len(closed))


@given(alarms, checks, moments, st.integers(1, 90))
def test_a_snooze_loses_no_occurrence_and_tells_nothing_twice(
    alarm: Alarm, times: list[datetime], now: datetime, days: int
) -> None:
    times = sorted(times)
    early, heard = told_at(alarm, [at for at in times if at <= now])
    try:
        off = snooze(early, days, now)
    except AlarmDoneError:
        return
    assert off.snooze is not None
    put_off, until = off.snooze.occurrence, instant(off.snooze.until, off.plan.hour, off.plan.zone)
    assert until > now
    assert state_of(off, until - A_MOMENT) is State.SNOOZED or present_occurrence(off, until - A_MOMENT) != put_off
    silent = due((off,), until - A_MOMENT)
    assert all(news.occurrence != put_off for notice in silent for news in notice.covers)
    last = max([*times, until])
    _, later = told_at(off, [at for at in times if at > now] + [last])
    heard.update(later)
    assert max(heard.values()) == 1
    occurrences_due = {key.split("|")[1] for key in planned(alarm, last)} | {put_off.isoformat()}
    assert {key.split("|")[1] for key in heard} == occurrences_due
