"""Dates and delays as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.alarms.errors import ImpossibleDateError, ImpossibleDelayError
from coffre_cli.alarms.typed import parse_days, parse_labelled, parse_leads, parse_moment
from coffre_cli.errors import ExitCode

MARCH = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-01", (MARCH, None)),
        ("  2027-03-01\n", (MARCH, None)),
        ("2027-03-01T09:00", (MARCH, time(9))),
        ("2027-03-01 9:05", (MARCH, time(9, 5))),
        ("2027-03-01T00:00", (MARCH, time(0))),
        ("01/03/2027", (MARCH, None)),
        ("1/3/2027", (MARCH, None)),
        ("01/03/2027 9h30", (MARCH, time(9, 30))),
        ("2028-02-29", (date(2028, 2, 29), None)),
    ],
)
def test_a_date_is_read_as_people_type_it(text: str, expected: tuple[date, time | None]) -> None:
    assert parse_moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-29",
        "29/02/2027",
        "31/04/2027",
        "2027-13-01",
        "2027-00-10",
        "2027-3-1",
        "03/13/2027",
        "01/03/27",
        "2027-03-01T24:00",
        "2027-03-01T09:60",
        "2027-03-01T09:00Z",
        "2027-03-01T09",
        "0027-03-01",
        "1899-12-31",
        "2200-01-01",
        "tomorrow",
        "٢٠٢٧-٠٣-٠١",
        "2027-03-01 oops",
        "",
    ],
)
def test_an_impossible_date_is_refused_as_a_usage_error(text: str) -> None:
    with pytest.raises(ImpossibleDateError) as refused:
        parse_moment(text)
    assert refused.value.exit_code is ExitCode.USAGE


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.none() | st.builds(time, st.integers(0, 23)))
def test_every_date_is_read_in_both_spellings(day: date, hour: time | None) -> None:
    tail = "" if hour is None else f"T{hour:%H:%M}"
    assert parse_moment(f"{day.isoformat()}{tail}") == parse_moment(f"{day:%d/%m/%Y}{tail}") == (day, hour)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-01", (MARCH, None, None)),
        ("2027-03-01:", (MARCH, None, None)),
        ("2027-03-01:Renew the insurance", (MARCH, None, "Renew the insurance")),
        ("2027-03-01T09:00:call: notary", (MARCH, time(9), "call: notary")),
        ("01/03/2027:Impôts", (MARCH, None, "Impôts")),
    ],
)
def test_a_date_may_carry_its_label(text: str, expected: tuple[date, time | None, str | None]) -> None:
    assert parse_labelled(text) == expected


@pytest.mark.parametrize("text", ["Renew", "2027-03-01Renew", "2027-02-30:Renew", "2027-03-01T25:00:Renew", ":Renew"])
def test_a_label_without_a_date_before_it_is_refused(text: str) -> None:
    with pytest.raises(ImpossibleDateError):
        parse_labelled(text)


@pytest.mark.parametrize(
    ("text", "days"), [("3d", 3), ("3j", 3), ("3 D", 3), ("0", 0), ("0d", 0), ("2w", 14), ("45", 45), ("3650d", 3650)]
)
def test_a_delay_is_a_number_of_days(text: str, days: int) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "d", "-3d", "3.5d", "3h", "3m", "3651d", "99999w", "3dd", "३d"])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(ImpossibleDelayError) as refused:
        parse_days(text)
    assert refused.value.exit_code is ExitCode.USAGE


def test_leads_are_kept_the_longest_first_and_once() -> None:
    assert parse_leads("30d,7d,1d,0") == (30, 7, 1, 0)
    assert parse_leads("0, 1d ,1,2w") == (14, 1, 0)


@pytest.mark.parametrize("text", ["", "30d,", "30d;7d", "30d,often"])
def test_a_list_of_leads_with_a_hole_is_refused(text: str) -> None:
    with pytest.raises(ImpossibleDelayError):
        parse_leads(text)
