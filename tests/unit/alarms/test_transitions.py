"""What happens to an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given

from coffre_cli.alarms.alarm import Plan, settled
from coffre_cli.alarms.errors import (
    AlarmDoneError,
    EmptyLabelError,
    ImpossibleDateError,
    ImpossibleDelayError,
    UnknownRepeatError,
    UnknownZoneError,
)
from coffre_cli.alarms.schedule import State, due, present_occurrence, state_of
from coffre_cli.alarms.transitions import done, edit, new, snooze, told
from coffre_cli.errors import CoffreError, ExitCode
from tests.unit.alarms.given import ADDED, ID, alarm, moment, plan, plans


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (plan("2200-01-01"), ImpossibleDateError),
        (plan("1899-12-31"), ImpossibleDateError),
        (plan("2027-03-01", -1), ImpossibleDelayError),
        (plan("2027-03-01", 3651), ImpossibleDelayError),
        (plan("2027-03-01", zone="Europe/Atlantis"), UnknownZoneError),
        (plan("2027-03-01", repeat="often"), UnknownRepeatError),
        (replace(plan("2027-03-01"), label=" \n\t\x07"), EmptyLabelError),
    ],
)
def test_a_plan_that_cannot_be_is_refused_when_it_is_made(wrong: Plan, error: type[CoffreError]) -> None:
    with pytest.raises(error) as refused:
        new(ID, wrong, ADDED)
    assert refused.value.exit_code is ExitCode.USAGE
    with pytest.raises(error):
        edit(alarm("2027-03-01"), wrong)


@given(plans)
def test_a_settled_plan_settles_as_itself(wanted: Plan) -> None:
    once = settled(wanted)
    assert settled(once) == once
    assert once.before == tuple(sorted(set(once.before), reverse=True))
    assert len(once.before) > 0


def test_a_label_is_one_line_of_clean_text() -> None:
    hostile = replace(plan("2027-03-01"), label="  Renew\r\n\tthe \x1b[31minsurance\udcff\u2028now ")
    assert settled(hostile).label == "Renew the [31minsurance? now"
    assert settled(replace(hostile, label="Renew \0 it")).label == "Renew it"


@pytest.mark.parametrize(
    ("repeat", "before"),
    [
        (None, (30, 7, 1, 0)),
        ("yearly", (30, 7, 1, 0)),
        ("quarterly", (30, 7, 1, 0)),
        ("monthly", (7, 1, 0)),
        ("weekly", (1, 0)),
        ("daily", (0,)),
        ("FREQ=WEEKLY;INTERVAL=2", (7, 1, 0)),
    ],
)
def test_the_usual_leads_stay_within_one_period(repeat: str | None, before: tuple[int, ...]) -> None:
    assert settled(plan("2027-03-01", repeat=repeat)).before == before


def test_leads_the_user_names_are_kept_whatever_the_period() -> None:
    assert settled(plan("2027-03-01", 0, 30, 30, repeat="daily")).before == (30, 0)


def test_done_closes_an_alarm_that_does_not_repeat() -> None:
    closed = done(alarm("2027-03-01", 7), ADDED)
    assert state_of(closed, ADDED) is State.DONE
    assert present_occurrence(closed, ADDED) is None


def test_done_closes_what_is_late_and_leaves_the_next_deadline_open() -> None:
    monthly, now = alarm("2027-01-01", 30, 0, repeat="monthly"), moment("2027-03-02T12:00")
    closed = done(told(monthly, now), now)  # the notice of April has been told already
    assert closed.closed_through == date(2027, 3, 1)
    assert present_occurrence(closed, now) == date(2027, 4, 1)


def test_done_ends_a_snooze() -> None:
    now = moment("2027-03-02T08:00")
    off = snooze(alarm("2027-03-01", 0, repeat="yearly"), 3, now)
    assert done(off, now).snooze is None


def test_what_is_done_cannot_be_closed_or_put_off_again() -> None:
    closed = done(alarm("2027-03-01"), ADDED)
    with pytest.raises(AlarmDoneError) as refused:
        done(closed, ADDED)
    assert refused.value.exit_code is ExitCode.NOT_ALLOWED
    with pytest.raises(AlarmDoneError):
        snooze(closed, 3, ADDED)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_snooze_lasts_a_day_at_least_and_ten_years_at_most(days: int) -> None:
    with pytest.raises(ImpossibleDelayError):
        snooze(alarm("2027-03-01"), days, ADDED)


def test_another_date_starts_an_alarm_afresh() -> None:
    now = moment("2027-03-02T12:00")
    closed = done(told(alarm("2027-03-01", 7), now), now)
    moved = edit(closed, replace(closed.plan, due=date(2027, 3, 5)))
    assert moved == alarm("2027-03-05", 7)
    assert [notice.latest.lead for notice in due((moved,), now)] == [7]


def test_any_other_change_tells_nothing_again() -> None:
    now = moment("2027-02-23T12:00")
    one = told(alarm("2027-03-01", 7, 0), now)
    changed = edit(one, replace(one.plan, label="Renew it", hour=time(18), recipients=("a@example.org",)))
    assert due((changed,), now) == ()
    assert changed.plan.label == "Renew it"


def test_a_lead_added_since_is_told() -> None:
    now = moment("2027-02-23T12:00")
    one = told(alarm("2027-03-01", 7), now)
    changed = edit(one, replace(one.plan, before=(7, 3)))
    assert [notice.latest.lead for notice in due((changed,), moment("2027-02-26T12:00"))] == [3]
