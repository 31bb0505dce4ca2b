"""Wall time first, the zone's rules last."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.alarms.errors import UnknownZoneError
from coffre_cli.alarms.zones import instant, local_day, reached, zone_of
from coffre_cli.errors import ExitCode
from tests.unit.alarms.given import ZONES, moment, moments


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Europe/Paris", "2027-03-01", "09:00", "2027-03-01T08:00"),
        ("Europe/Paris", "2027-07-01", "09:00", "2027-07-01T07:00"),
        ("Europe/Paris", "2027-03-28", "02:30", "2027-03-28T01:30"),  # skipped: 03:30 on the clock
        ("Europe/Paris", "2027-10-31", "02:30", "2027-10-31T00:30"),  # twice: the first
        ("Europe/Paris", "2027-03-01", None, "2027-02-28T23:00"),
        ("America/Santiago", "2027-09-05", None, "2027-09-05T04:00"),  # no midnight: the day begins at 01:00
        ("America/Havana", "2027-11-07", None, "2027-11-07T04:00"),  # two midnights: the first
        ("Pacific/Apia", "2011-12-30", None, "2011-12-30T10:00"),  # a day that Samoa never had
    ],
)
def test_a_local_hour_becomes_one_instant(zone: str, day: str, hour: str | None, expected: str) -> None:
    strikes = None if hour is None else time.fromisoformat(hour)
    assert instant(date.fromisoformat(day), strikes, zone) == moment(expected)


def test_an_hour_counts_from_the_moment_it_strikes() -> None:
    nine, before = moment("2027-03-01T08:00"), timedelta(microseconds=1)
    assert reached(nine, time(9), "Europe/Paris") == date(2027, 3, 1)
    assert reached(nine - before, time(9), "Europe/Paris") == date(2027, 2, 28)


def test_a_day_begins_at_its_own_midnight_and_not_at_that_of_utc() -> None:
    assert local_day(moment("2027-02-28T23:00"), "Europe/Paris") == date(2027, 3, 1)
    assert reached(moment("2027-02-28T22:59"), None, "Europe/Paris") == date(2027, 2, 28)


@given(moments, st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59)), st.sampled_from(ZONES))
def test_the_day_reached_is_the_last_whose_hour_has_struck(now: datetime, hour: time | None, zone: str) -> None:
    day = reached(now, hour, zone)
    assert instant(day, hour, zone) <= now < instant(day + timedelta(days=1), hour, zone)
    assert instant(day, hour, zone).tzinfo is UTC


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "a\0b", "é"])
def test_a_zone_that_is_none_is_refused_as_a_usage_error(name: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        zone_of(name)
    assert refused.value.exit_code is ExitCode.USAGE
