"""Rules of repetition: the traps, as a table."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.alarms.errors import NeverHappensError, TooFrequentError, UnknownRepeatError
from coffre_cli.alarms.recurrence import last_occurrence, occurrences
from coffre_cli.alarms.repeating import parts_of, settled
from coffre_cli.alarms.rule import spelled
from coffre_cli.errors import ExitCode
from tests.unit.alarms.given import RULES

REPEATS = [rule for rule in RULES if rule]


def dates(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]


def settle(rule: str, first: str | date) -> tuple[str, date]:
    day = date.fromisoformat(first) if isinstance(first, str) else first
    return settled(rule, day, hour=None, zone="Europe/Paris")


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("daily", "2027-02-27", "2027-02-27 2027-02-28 2027-03-01"),
        ("weekly", "2027-02-27", "2027-02-27 2027-03-06 2027-03-13"),
        ("monthly", "2027-01-28", "2027-01-28 2027-02-28 2027-03-28"),
        ("monthly", "2027-01-29", "2027-01-29 2027-02-28 2027-03-29"),
        ("monthly", "2028-01-30", "2028-01-30 2028-02-29 2028-03-30"),
        ("monthly", "2027-01-31", "2027-01-31 2027-02-28 2027-03-31 2027-04-30"),
        ("quarterly", "2026-11-30", "2026-11-30 2027-02-28 2027-05-30"),
        ("yearly", "2027-03-31", "2027-03-31 2028-03-31"),
        ("yearly", "2028-02-29", "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29"),
        ("yearly", "2027-02-28", "2027-02-28 2028-02-28"),
        ("FREQ=MONTHLY", "2027-01-31", "2027-01-31 2027-02-28"),
        ("FREQ=MONTHLY;COUNT=2", "2027-01-31", "2027-01-31 2027-02-28"),
        ("rrule:freq=monthly;interval=2;", "2026-12-31", "2026-12-31 2027-02-28 2027-04-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", "2027-01-31 2027-03-31"),  # asked in so many words
        ("FREQ=MONTHLY;BYMONTHDAY=15", "2027-01-20", "2027-02-15 2027-03-15"),  # the first date is one of the rule
        ("FREQ=MONTHLY;BYDAY=-1FR", "2027-01-01", "2027-01-29 2027-02-26"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-01-01", "2027-01-29 2027-02-26"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2027-01-06", "2027-01-18 2027-02-01"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2027-01-01", "2027-01-04 2028-01-03"),
        ("FREQ=YEARLY;BYYEARDAY=-1", "2027-01-01", "2027-12-31 2028-12-31"),
        ("FREQ=DAILY;UNTIL=20270303", "2027-03-02", "2027-03-02 2027-03-03"),
    ],
)
def test_a_rule_comes_round_on_these_days(rule: str, first: str, expected: str) -> None:
    spelling, start = settle(rule, first)
    wanted = dates(expected)
    assert list(islice(occurrences(spelling, start), len(wanted))) == wanted


@pytest.mark.parametrize(
    ("until", "hour", "last"),
    [
        ("20270303T090000", time(9), "2027-03-03"),
        ("20270303T085959", time(9), "2027-03-02"),
        ("20270303T080000Z", time(9), "2027-03-03"),  # Paris is an hour ahead in winter
        ("20270303T075959Z", time(9), "2027-03-02"),
        ("20270302T225959Z", None, "2027-03-02"),
        ("20270302T230000Z", None, "2027-03-03"),
        ("20270701T070000Z", time(9), "2027-07-01"),  # and two in summer
    ],
)
def test_the_end_of_a_rule_is_compared_with_the_local_hour(until: str, hour: time | None, last: str) -> None:
    rule, first = settled(f"FREQ=DAILY;UNTIL={until}", date(2027, 3, 1), hour=hour, zone="Europe/Paris")
    assert list(occurrences(rule, first))[-1] == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("rule", "first", "spelling"),
    [
        ("Yearly", "2027-03-01", "yearly"),
        ("FREQ=YEARLY", "2028-02-29", "yearly"),
        ("FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2", "2028-02-29", "yearly"),
        ("FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2", "2027-02-28", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        ("BYSETPOS=-1;FREQ=MONTHLY;BYMONTHDAY=28,29,30,31", "2027-01-31", "monthly"),
        ("FREQ=MONTHLY;INTERVAL=03", "2027-01-15", "quarterly"),
        ("FREQ=DAILY;INTERVAL=1;WKST=MO", "2027-01-15", "daily"),
        ("freq=monthly;byday=+1mo", "2027-02-01", "FREQ=MONTHLY;BYDAY=1MO"),
    ],
)
def test_one_rule_has_one_spelling(rule: str, first: str, spelling: str) -> None:
    assert settle(rule, first)[0] == spelling


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "often",
        "FREQ=",
        "FREQ=FORTNIGHTLY",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",  # dateutil would search for ever
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1,2",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=3;UNTIL=20280101",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO",
        "FREQ=DAILY;UNTIL=20270230",
        "FREQ=DAILY;UNTIL=2027",
        "FREQ=DAILY;UNTIL=20270201T250000",
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=DAILY;WKST=1MO",
        "FREQ=DAILY\nRDATE:20270101",
    ],
)
def test_what_is_no_rule_is_refused_as_a_usage_error(rule: str) -> None:
    with pytest.raises(UnknownRepeatError) as refused:
        settle(rule, "2027-01-01")
    assert refused.value.exit_code is ExitCode.USAGE
    assert refused.value.facts == {"value": rule}


@pytest.mark.parametrize("frequency", ["HOURLY", "MINUTELY", "SECONDLY"])
def test_a_rule_below_a_day_is_refused(frequency: str) -> None:
    with pytest.raises(TooFrequentError):
        settle(f"FREQ={frequency}", "2027-01-01")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=-31",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",  # from a Friday
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=YEARLY;BYMONTH=6;BYWEEKNO=53",
    ],
)
def test_a_rule_that_never_comes_round_is_refused(rule: str) -> None:
    with pytest.raises(NeverHappensError):
        settle(rule, "2027-01-01")


FIRST = st.dates(date(2020, 1, 1), date(2028, 1, 1))


@given(st.sampled_from(REPEATS), FIRST)
def test_a_settled_rule_settles_as_itself_and_begins_on_its_first_date(rule: str, first: date) -> None:
    repeat, start = settle(rule, first)
    assert settle(repeat, start) == (repeat, start)
    assert next(occurrences(repeat, start)) == start >= first


@given(st.sampled_from(REPEATS), FIRST, st.integers(0, 4000))
def test_looking_from_afar_gives_what_counting_from_the_start_gives(rule: str, first: date, days: int) -> None:
    repeat, start = settle(rule, first)
    whole = rrulestr(spelled(parts_of(repeat, start)), dtstart=datetime.combine(start, time()))
    after = start + timedelta(days=days)
    noon = datetime.combine(after, time(12))
    assert list(islice(occurrences(repeat, start, after=after), 20)) == [
        moment.date() for moment in islice(whole.xafter(noon), 20)
    ]
    before = whole.before(noon)
    assert last_occurrence(repeat, start, until=after) == (before.date() if before else None)


def test_an_alarm_that_does_not_repeat_comes_once() -> None:
    day = date(2027, 3, 1)
    assert list(occurrences(None, day)) == [day]
    assert list(occurrences(None, day, after=day)) == []
    assert last_occurrence(None, day, until=day) == day
    assert last_occurrence(None, day, until=day - timedelta(days=1)) is None
    assert last_occurrence(None, day, until=day, after=day) is None


def test_an_alarm_that_does_not_repeat_never_loads_the_calendars() -> None:
    program = (
        "import sys, datetime as d\n"
        "from coffre_cli.alarms import record, schedule, transitions, typed, alarm\n"
        "now = d.datetime(2027, 2, 28, tzinfo=d.timezone.utc)\n"
        "one = transitions.new(bytes(16), alarm.Plan('x', d.date(2027, 3, 1), 'Europe/Paris'), now)\n"
        "assert schedule.due((one,), now) and record.to_line(transitions.told(one, now), now)\n"
        "print(sorted({'dateutil', 'icalendar'} & set(sys.modules)))\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
