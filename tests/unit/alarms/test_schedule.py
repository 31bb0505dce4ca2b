"""What is told, when, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.schedule import State, due, next_notice, present_occurrence, state_of
from coffre_cli.alarms.transitions import done, new, snooze, told
from coffre_cli.model import RecordId
from tests.unit.alarms.given import ADDED, alarm, moment, plan


def spoken(one: Alarm, now: str) -> list[str]:
    """Return the news of *one* at *now*, as `occurrence|lead`, one per notice."""
    return [notice.latest.key.partition("|")[2] for notice in due((one,), moment(now))]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-02-21T22:59", []),
        ("2027-02-21T23:00", ["2027-03-01|7"]),  # 22 February begins in Paris
        ("2027-02-27T22:59", ["2027-03-01|7"]),
        ("2027-02-27T23:00", ["2027-03-01|1"]),
        ("2027-02-28T23:00", ["2027-03-01|0"]),
        ("2027-03-20T12:00", ["2027-03-01|0"]),
    ],
)
def test_without_an_hour_a_notice_falls_due_when_its_local_day_begins(now: str, expected: list[str]) -> None:
    assert spoken(alarm("2027-03-01", 7, 1, 0), now) == expected


def test_with_an_hour_a_notice_falls_due_at_that_hour() -> None:
    one = alarm("2027-03-29", 1, hour="09:00")
    assert spoken(one, "2027-03-28T06:59") == []
    assert spoken(one, "2027-03-28T07:00") == ["2027-03-29|1"]  # summer time began that night


def test_what_has_been_told_is_not_told_again() -> None:
    one, now = alarm("2027-03-01", 7, 1, 0), moment("2027-02-23T08:00")
    after = told(one, now)
    assert due((after,), now) == ()
    assert spoken(after, "2027-02-27T12:00") == []
    assert spoken(after, "2027-02-28T12:00") == ["2027-03-01|1"]


def test_telling_nothing_changes_nothing() -> None:
    one = alarm("2027-03-01", 7)
    assert told(one, moment("2027-02-01T08:00")) is one


def test_notices_whose_moment_had_passed_when_the_alarm_was_added_are_told_once_in_one_line() -> None:
    late = alarm("2027-01-03", 30, 7, 1, 0)
    (notice,) = due((late,), ADDED)
    assert [news.lead for news in notice.covers] == [30, 7]
    assert notice.days_left == 2
    assert not notice.stale
    assert due((told(late, ADDED),), ADDED) == ()


def test_a_run_missed_for_a_month_is_one_line_that_counts_what_it_stands_for() -> None:
    daily = told(alarm("2027-01-01", 0, repeat="daily"), ADDED)
    (notice,) = due((daily,), moment("2027-02-01T12:00"))
    assert notice.latest.occurrence == date(2027, 2, 1)
    assert notice.earlier == 30
    assert len(notice.covers) == 31


def test_occurrences_to_come_have_a_line_each() -> None:
    monthly = alarm("2027-02-01", 30, 0, repeat="monthly")
    assert spoken(monthly, "2027-02-03T12:00") == ["2027-02-01|0", "2027-03-01|30"]


@pytest.mark.parametrize(("now", "stale"), [("2027-03-31T12:00", False), ("2027-04-01T12:00", True)])
def test_news_older_than_thirty_days_are_only_listed(now: str, stale: bool) -> None:
    (notice,) = due((alarm("2027-03-01", 0),), moment(now))
    assert notice.stale is stale


def test_an_archive_taken_over_does_not_flood() -> None:
    old = [new(RecordId(bytes([n]) * 16), plan(f"20{n:02}-01-01", 0), ADDED) for n in range(27)]
    notices = due(old, ADDED)
    assert len(notices) == 27
    assert all(notice.stale for notice in notices)


def test_a_deadline_years_away_is_told_in_its_time() -> None:
    far = alarm("2041-06-01", 30)
    assert next_notice(far, ADDED) == moment("2041-05-01T22:00")
    assert spoken(far, "2041-05-02T08:00") == ["2041-06-01|30"]


def test_the_most_urgent_comes_first_and_what_is_stale_last() -> None:
    days = ["2027-02-03", "2026-10-01", "2027-01-30", "2027-02-02T"]
    found = [
        new(RecordId(bytes([n]) * 16), plan(day.strip("T"), 7, 0, hour="18:00" if "T" in day else None), ADDED)
        for n, day in enumerate(days)
    ]
    notices = due(found, moment("2027-02-02T08:00"))
    assert [notice.latest.occurrence.isoformat() for notice in notices] == [
        "2027-01-30",
        "2027-02-02",
        "2027-02-03",
        "2026-10-01",
    ]


def test_a_news_has_one_key() -> None:
    (notice,) = due((alarm("2027-01-03", 7),), ADDED)
    assert notice.latest.key == "000102030405060708090a0b0c0d0e0f|2027-01-03|7"


def test_the_next_notice_is_the_first_not_told_yet() -> None:
    one = alarm("2027-03-01", 30, 7, 0, hour="09:00")
    assert next_notice(one, ADDED) == moment("2027-01-30T08:00")
    waiting = moment("2027-02-23T12:00")
    assert next_notice(one, waiting) == moment("2027-02-22T08:00")  # it is waiting to be told
    assert next_notice(told(one, waiting), waiting) == moment("2027-03-01T08:00")
    late = moment("2027-03-02T12:00")
    assert next_notice(told(one, late), late) is None


def test_the_present_occurrence_is_the_last_that_has_come_else_the_next() -> None:
    monthly = alarm("2027-02-01", 7, repeat="monthly")
    assert present_occurrence(monthly, ADDED) == date(2027, 2, 1)
    assert present_occurrence(monthly, moment("2027-03-30T12:00")) == date(2027, 3, 1)
    assert present_occurrence(done(monthly, ADDED), ADDED) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("hour", "now", "expected"),
    [
        (None, "2027-02-20T12:00", State.PENDING),
        (None, "2027-02-22T12:00", State.NOTIFIED),
        (None, "2027-03-01T22:59", State.NOTIFIED),  # all day long
        (None, "2027-03-01T23:00", State.OVERDUE),
        ("09:00", "2027-03-01T07:59", State.NOTIFIED),
        ("09:00", "2027-03-01T08:00", State.OVERDUE),
    ],
)
def test_the_state_follows_the_clock(hour: str | None, now: str, expected: State) -> None:
    one = alarm("2027-03-01", 7, 0, hour=hour)
    assert state_of(told(one, moment(now)), moment(now)) is expected


def test_a_repeating_alarm_is_done_only_when_its_rule_has_ended() -> None:
    twice, now = alarm("2027-02-01", 0, repeat="FREQ=MONTHLY;COUNT=2"), moment("2027-03-05T12:00")
    assert state_of(done(twice, ADDED), now) is State.OVERDUE
    assert state_of(done(done(twice, ADDED), ADDED), now) is State.DONE
    assert due((done(done(twice, ADDED), ADDED),), now) == ()


def test_an_alarm_put_off_is_silent_then_told_once() -> None:
    now = moment("2027-03-02T08:00")
    off = snooze(told(alarm("2027-03-01", 7, 1, 0), now), 3, now)
    assert state_of(off, now) is State.SNOOZED
    assert next_notice(off, now) == moment("2027-03-04T23:00")
    assert spoken(off, "2027-03-04T22:59") == []
    back = moment("2027-03-04T23:00")
    assert spoken(off, "2027-03-04T23:00") == ["2027-03-01|-4"]
    assert due((told(off, back),), back) == ()
    assert state_of(told(off, back), back) is State.OVERDUE


def test_a_reminder_put_off_swallows_those_of_the_days_between_but_not_the_deadline() -> None:
    now = moment("2027-02-22T12:00")
    off = snooze(told(alarm("2027-03-01", 7, 6, 5, 1, 0), now), 3, now)
    assert spoken(off, "2027-02-24T22:59") == []
    back = moment("2027-02-24T23:00")
    assert spoken(off, "2027-02-24T23:00") == ["2027-03-01|4"]
    assert spoken(told(off, back), "2027-02-28T12:00") == ["2027-03-01|1"]


def test_nobody_sleeps_through_a_deadline() -> None:
    now = moment("2027-02-22T12:00")
    off = snooze(told(alarm("2027-03-01", 7, 0), now), 30, now)
    (notice,) = due((off,), moment("2027-02-28T23:00"))
    assert [news.key.partition("|")[2] for news in notice.covers] == ["2027-03-01|0"]


def test_putting_off_one_occurrence_leaves_the_next_alone() -> None:
    now = moment("2027-02-02T12:00")
    off = snooze(told(alarm("2027-02-01", 7, 0, repeat="monthly"), now), 60, now)
    assert spoken(off, "2027-02-23T12:00") == ["2027-03-01|7"]
    assert state_of(off, moment("2027-02-23T12:00")) is State.SNOOZED
    assert spoken(told(off, moment("2027-03-02T12:00")), "2027-04-03T12:00") == ["2027-04-01|0"]


def test_a_clock_set_back_tells_nothing_twice() -> None:
    one, late = alarm("2027-03-01", 7, 0), moment("2027-03-01T12:00")
    assert due((told(one, late),), moment("2027-02-25T12:00")) == ()
    assert told(told(one, late), moment("2027-02-25T12:00")) == told(one, late)


def test_an_alarm_closed_before_its_time_is_never_told() -> None:
    closed = replace(alarm("2027-03-01", 7, 0), closed_through=date(2027, 3, 1))
    assert due((closed,), moment("2027-04-01T12:00")) == ()
    assert next_notice(closed, ADDED) is None
