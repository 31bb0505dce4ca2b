"""Alarms as a calendar file, and back."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.errors import (
    CalendarUnreadableError,
    EmptyLabelError,
    EventNotTakenError,
    NeverHappensError,
    TooFrequentError,
)
from coffre_cli.alarms.ics import Entry, Refusal, read_calendar, write_calendar
from coffre_cli.errors import CoffreError, ExitCode
from tests.unit.alarms.given import PARIS, alarm, alarms


def calendar(*lines: str, kind: str = "VEVENT", before: str = "") -> bytes:
    """Return a calendar of one event made of *lines*."""
    body = "\r\n".join(("SUMMARY:Renew", *lines))
    return f"BEGIN:VCALENDAR\r\n{before}BEGIN:{kind}\r\n{body}\r\nEND:{kind}\r\nEND:VCALENDAR\r\n".encode()


def only(content: bytes, zone: str = PARIS) -> Entry:
    (entry,) = read_calendar(content, zone=zone)
    assert isinstance(entry, Entry), entry
    return entry


def refused(content: bytes) -> CoffreError:
    (entry,) = read_calendar(content, zone=PARIS)
    assert isinstance(entry, Refusal), entry
    return entry.error


@given(st.lists(alarms, max_size=4, unique_by=lambda alarm: alarm.id))
def test_plans_come_back_as_they_left(found: list[Alarm]) -> None:
    read = read_calendar(write_calendar(found), zone="Asia/Tokyo")
    assert read == tuple(Entry(one.plan, one.id) for one in found)


def test_a_calendar_program_sees_one_event_with_its_notices() -> None:
    yearly = alarm("2028-02-29", 7, 0, repeat="yearly", hour="09:00")
    (event,) = Calendar.from_ical(write_calendar([yearly])).walk("VEVENT")
    text = event.to_ical().decode()
    assert "DTSTART;TZID=Europe/Paris:20280229T090000" in text
    assert "RRULE:FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2" in text
    assert [notice["TRIGGER"].to_ical() for notice in event.walk("VALARM")] == [b"-P7D", b"P0D"]


def test_the_zone_of_an_hour_travels_with_its_rules() -> None:
    content = write_calendar([alarm("2027-03-01", 0, hour="09:00")])
    assert b"BEGIN:VTIMEZONE" in content
    assert content == write_calendar([alarm("2027-03-01", 0, hour="09:00")])


def test_the_end_of_a_rule_beside_an_hour_is_written_in_utc() -> None:
    until = alarm("2027-03-01", 0, repeat="FREQ=DAILY;UNTIL=20270701", hour="09:00")
    assert b"UNTIL=20270701T070000Z" in write_calendar([until])


@pytest.mark.parametrize(
    ("start", "due", "hour", "zone"),
    [
        ("DTSTART;VALUE=DATE:20270301", "2027-03-01", None, PARIS),
        ("DTSTART:20270301T090000", "2027-03-01", time(9), PARIS),
        ("DTSTART:20270301T090000Z", "2027-03-01", time(9), "UTC"),
        ("DTSTART;TZID=America/New_York:20270301T090000", "2027-03-01", time(9), "America/New_York"),
        ("DTSTART;TZID=Bureau:20270301T010000", "2027-02-28", time(22, 30), PARIS),  # its own clock: +03:30
    ],
)
def test_a_start_is_read_in_its_zone(start: str, due: str, hour: time | None, zone: str) -> None:
    own_clock = (
        "BEGIN:VTIMEZONE\r\nTZID:Bureau\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:+0330\r\nTZOFFSETTO:+0330\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    plan = only(calendar(start, before=own_clock)).plan
    assert (plan.due, plan.hour, plan.zone) == (date.fromisoformat(due), hour, zone)


@pytest.mark.parametrize(
    ("start", "hour"),
    [
        ("DTSTART:20270301T090000Z", "10:00"),
        ("DTSTART;TZID=America/New_York:20270301T090000", "15:00"),  # moved by another program
        ("DTSTART:20271031T013000Z", "02:30"),  # the second time that night: only the first can be kept
    ],
)
def test_a_zone_that_coffre_wrote_is_kept(start: str, hour: str) -> None:
    plan = only(calendar(start, f"X-COFFRE-ZONE:{PARIS}")).plan
    assert (plan.hour, plan.zone) == (time.fromisoformat(hour), PARIS)
    assert plan.hour is not None
    assert plan.hour.fold == 0


def test_a_task_is_due_at_its_end() -> None:
    task = calendar("DTSTART;VALUE=DATE:20270201", "DUE;VALUE=DATE:20270301", kind="VTODO")
    assert only(task).plan.due == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("trigger", "lead"), [("-P30D", 30), ("-P1W", 7), ("-PT15H", 1), ("-PT15M", 1), ("PT0S", 0), ("PT9H", 0)]
)
def test_a_notice_is_rounded_to_the_day_before_rather_than_after(trigger: str, lead: int) -> None:
    notice = ("BEGIN:VALARM", "ACTION:AUDIO", f"TRIGGER:{trigger}", "END:VALARM")
    assert only(calendar("DTSTART:20270301T090000", *notice)).plan.before == (lead,)


def test_an_event_without_notices_gets_the_usual_ones() -> None:
    assert only(calendar("DTSTART;VALUE=DATE:20270301")).plan.before == (30, 7, 1, 0)


def test_an_event_of_another_program_names_no_alarm_of_ours() -> None:
    assert only(calendar("UID:1@elsewhere", "DTSTART;VALUE=DATE:20270301")).alarm is None
    ours = f"UID:{'0f' * 16}@coffre"
    assert only(calendar(ours, "DTSTART;VALUE=DATE:20270301")).alarm == bytes([15] * 16)
    exception = calendar(ours, "DTSTART;VALUE=DATE:20270301", "RECURRENCE-ID;VALUE=DATE:20270302")
    assert only(exception).alarm is None


def test_what_is_over_is_left_out() -> None:
    assert read_calendar(calendar("DTSTART;VALUE=DATE:20270301", "STATUS:CANCELLED"), zone=PARIS) == ()


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (("DTSTART;VALUE=DATE:20270230",), EventNotTakenError),
        (("UID:no date",), EventNotTakenError),
        (("DTSTART;VALUE=DATE:20270301", "DTSTART;VALUE=DATE:20270302"), EventNotTakenError),
        (("DTSTART;VALUE=DATE:20270301", "RDATE;VALUE=DATE:20270309"), EventNotTakenError),
        (("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY", "RRULE:FREQ=YEARLY"), EventNotTakenError),
        (("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=HOURLY"), TooFrequentError),
        (("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY;UNTIL=20260101"), NeverHappensError),
        (("DTSTART;VALUE=DATE:20270301", "X-COFFRE-ZONE:../../etc"), CoffreError),
        (("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=NOPE"), CoffreError),
    ],
)
def test_an_event_that_cannot_be_an_alarm_is_reported_and_not_lost(
    lines: tuple[str, ...], error: type[CoffreError]
) -> None:
    assert isinstance(refused(calendar(*lines)), error)


def test_an_event_without_words_is_reported() -> None:
    content = calendar("DTSTART;VALUE=DATE:20270301").replace(b"SUMMARY:Renew", b"SUMMARY:")
    assert isinstance(refused(content), EmptyLabelError)


def test_one_bad_event_does_not_hide_the_others() -> None:
    good = write_calendar([alarm("2027-03-01", 7)])
    bad = calendar("DTSTART;VALUE=DATE:20270230")
    assert [type(entry) for entry in read_calendar(bad + good, zone=PARIS)] == [Refusal, Entry]


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"\xff\xfe\x00", b"%PDF-1.7\n", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"BEGIN:VCALENDAR\r\n"],
)
def test_what_is_no_calendar_is_unreadable(content: bytes) -> None:
    with pytest.raises(CalendarUnreadableError) as error:
        read_calendar(content, zone=PARIS)
    assert error.value.exit_code is ExitCode.UNREADABLE


SAMPLE = write_calendar([alarm("2027-01-31", 7, 0, repeat="monthly", hour="09:00")])


@given(st.integers(0, len(SAMPLE) - 1), st.binary(max_size=12), st.integers(0, 40))
def test_a_mangled_calendar_is_read_or_refused_and_never_breaks(start: int, mangled: bytes, removed: int) -> None:
    content = SAMPLE[:start] + mangled + SAMPLE[start + removed :]
    try:
        entries = read_calendar(content, zone=PARIS)
    except CalendarUnreadableError:
        return
    assert all(isinstance(entry, Entry | Refusal) for entry in entries)
