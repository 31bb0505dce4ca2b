"""An alarm in a record, and on a line of JSON."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.alarms.alarm import Alarm, Snooze
from coffre_cli.alarms.record import from_body, to_body, to_line
from coffre_cli.alarms.transitions import done, snooze, told
from coffre_cli.crypto.canonical import Json, NotCanonicalError, decode, encode
from tests.unit.alarms.given import ADDED, ID, alarm, alarms, moment, plan

days = st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1))
snoozes = st.none() | st.builds(Snooze, st.dates(), st.dates())


@given(alarms, days, days, snoozes)
def test_an_alarm_comes_back_as_it_was_stored(
    one: Alarm, told_through: date | None, closed_through: date | None, put_off: Snooze | None
) -> None:
    kept = Alarm(one.id, one.plan, one.created_at, told_through, closed_through, put_off)
    assert from_body(kept.id, decode(encode(to_body(kept)), what="a body")) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", None),
        ("due", "2027-02-30"),
        ("hour", "25:00"),
        ("before", []),
        ("before", ["7"]),
        ("before", [True]),
        ("recipients", [1]),
        ("document", "zz"),
        ("document", "00"),
        ("created", "yesterday"),
        ("told", 7),
    ],
)
def test_a_body_that_coffre_never_wrote_is_an_alteration(field: str, value: Json) -> None:
    with pytest.raises(NotCanonicalError):
        from_body(ID, {**to_body(alarm("2027-03-01", 7)), field: value})


def test_the_line_says_what_the_contract_names() -> None:
    line = to_line(alarm("2027-03-01", 30, 7), ADDED)
    assert line == {
        "schema": "coffre.alarm/1",
        "id": ID.hex(),
        "label": "Renew",
        "document": None,
        "due": "2027-03-01",
        "next_notice": "2027-01-30",
        "before": [30, 7],
        "repeat": None,
        "state": "pending",
        "zone": "Europe/Paris",
        "recipients": [],
        "snoozed_until": None,
    }


def test_the_line_of_a_repeating_alarm_follows_its_present_occurrence() -> None:
    monthly = alarm("2027-01-31", 7, repeat="monthly", hour="09:00")
    assert to_line(monthly, ADDED)["due"] == "2027-01-31T09:00"
    following = to_line(done(monthly, ADDED), ADDED)
    assert (following["due"], following["next_notice"]) == ("2027-02-28T09:00", "2027-02-21T09:00")
    assert following["repeat"] == "monthly"


def test_the_line_of_an_alarm_put_off_says_until_when_and_no_longer() -> None:
    now = moment("2027-03-02T08:00")
    off = snooze(told(alarm("2027-03-01", 7), now), 3, now)
    assert to_line(off, now)["snoozed_until"] == to_line(off, now)["next_notice"] == "2027-03-05"
    assert to_line(off, moment("2027-03-05T08:00"))["snoozed_until"] is None


def test_the_line_of_what_is_done_keeps_its_date() -> None:
    line = to_line(done(alarm("2027-03-01"), ADDED), ADDED)
    assert (line["due"], line["next_notice"], line["state"]) == ("2027-03-01", None, "done")


def test_a_midnight_typed_as_an_hour_is_an_hour() -> None:
    assert plan("2027-03-01", hour="00:00").hour is not None
    assert to_line(alarm("2027-03-01", 7, hour="00:00"), ADDED)["due"] == "2027-03-01T00:00"
