"""Alarms for the tests: few words for one, strategies for any."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from hypothesis import strategies as st

from coffre_cli.alarms.alarm import Alarm, Plan
from coffre_cli.alarms.transitions import new
from coffre_cli.model import RecordId

PARIS = "Europe/Paris"
ID = RecordId(bytes(range(16)))


def moment(text: str) -> datetime:
    """Return the instant that *text* names, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ADDED = moment("2027-01-01T12:00")


def plan(due: str, *before: int, repeat: str | None = None, hour: str | None = None, zone: str = PARIS) -> Plan:
    """Return a plan for *due* with the leads *before*."""
    strikes = None if hour is None else time.fromisoformat(hour)
    return Plan("Renew", date.fromisoformat(due), zone, hour=strikes, before=before, repeat=repeat)


def alarm(due: str, *before: int, repeat: str | None = None, hour: str | None = None, zone: str = PARIS) -> Alarm:
    """Return an alarm added on 1 January 2027 at noon UTC."""
    return new(ID, plan(due, *before, repeat=repeat, hour=hour, zone=zone), ADDED)


RULES = (
    None,
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=40",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=WEEKLY;BYDAY=SU;WKST=SU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20310101",
    "FREQ=MONTHLY;COUNT=7",
    "FREQ=YEARLY;BYMONTH=4,10;BYMONTHDAY=30",
    "FREQ=YEARLY;INTERVAL=2",
)
ZONES = ("Europe/Paris", "UTC", "America/New_York", "Pacific/Apia", "America/Santiago", "Asia/Kathmandu", "Etc/UTC")

plans = st.builds(
    Plan,
    label=st.text(min_size=1, max_size=30).filter(lambda text: any(letter.isalnum() for letter in text)),
    due=st.dates(date(2024, 1, 1), date(2029, 12, 31)),
    zone=st.sampled_from(ZONES),
    hour=st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    before=st.lists(st.integers(0, 60), max_size=4).map(tuple),
    repeat=st.sampled_from(RULES),
    recipients=st.lists(st.sampled_from(["a@example.org", "é,;\\b@example.org"]), max_size=2).map(tuple),
    document=st.none() | st.binary(min_size=16, max_size=16).map(RecordId),
)
identifiers = st.binary(min_size=16, max_size=16).map(RecordId)
alarms = st.builds(new, identifiers, plans, st.just(ADDED))
moments = st.datetimes(datetime(2026, 6, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware at once
checks = st.lists(moments, min_size=1, max_size=8)
