"""Rules of repetition as text: RFC 5545 recurrence rules, checked, in one spelling, days only.

A *rule* is either one of five names (`daily`, `weekly`, `monthly`, `quarterly`, `yearly`) or the parts of an RRULE in
a fixed order. A *bare* rule leaves the day to its first date; `expanded` writes that day out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from coffre_cli.alarms.errors import NeverHappensError, TooFrequentError, UnknownRepeatError
from coffre_cli.alarms.zones import DAY, MIDNIGHT, zone_of

Parts = Mapping[str, str]
"""The parts of a rule, by name, in the order of `_ORDER`."""

NAMES: Mapping[str, str] = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
}
_NAME_OF = {text: name for name, text in NAMES.items()}
_DAY_PARTS = ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYSETPOS")
_ORDER = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", *_DAY_PARTS, "WKST")
_USUAL = {"INTERVAL": "1", "WKST": "MO"}
_BY_FREQUENCY: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY"}),
    "WEEKLY": frozenset({"BYMONTH", "BYDAY"}),
    "MONTHLY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"}),
}
"""What coffre follows of the table of RFC 5545, section 3.3.10; BYSETPOS by the week could search for ever."""
_LIMITS: Mapping[str, tuple[int, int]] = {
    "INTERVAL": (1, 1000),
    "COUNT": (1, 100_000),
    "BYMONTH": (1, 12),
    "BYWEEKNO": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYSETPOS": (-366, 366),
}
_SINGLE = frozenset({"INTERVAL", "COUNT"})
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")
_WEEKDAY = re.compile(r"([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_TOO_FREQUENT = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_LEAP_YEAR = 2000
SHORTEST_MONTH = 28


def parsed(text: str, *, hour: time | None, zone: str) -> Parts:
    """Return the parts of the rule *text*, its end being the last local date when *hour* in *zone* still counts.

    Raises:
        UnknownRepeatError: It is no rule, or says something that coffre does not follow.
        TooFrequentError: It comes round more than once a day.
        NeverHappensError: It asks for days that its months do not have.
    """
    typed = text.strip()
    body = NAMES.get(typed.lower(), typed.upper().removeprefix("RRULE:").rstrip(";"))
    found: dict[str, str] = {}
    for pair in body.split(";"):
        name, _, value = pair.partition("=")
        if name in found or name not in _ORDER:
            raise UnknownRepeatError(value=text)
        found[name] = value
    _check_frequency(found, text)
    found = {name: _value(name, found, text) for name in _ORDER if name in found}
    if "UNTIL" in found:
        found["UNTIL"] = _last_day(found["UNTIL"], text, hour=hour, zone=zone)
    _check_days_exist(found, text)
    return {name: value for name, value in found.items() if _USUAL.get(name) != value}


def expanded(parts: Parts, first: date) -> Parts:
    """Return *parts* with the day of *first* written out where a month may lack it: then its last day counts.

    RFC 5545 would skip those months: a deadline would be lost in silence.
    """
    if parts.keys() & set(_DAY_PARTS):
        return parts
    if parts["FREQ"] == "MONTHLY" and first.day > SHORTEST_MONTH:
        days = ",".join(str(day) for day in range(SHORTEST_MONTH, first.day + 1))
        return _ordered({**parts, "BYMONTHDAY": days, "BYSETPOS": "-1"})
    if parts["FREQ"] == "YEARLY" and (first.month, first.day) == (2, 29) and "BYMONTH" not in parts:
        return _ordered({**parts, "BYMONTH": "2", "BYMONTHDAY": "-1"})
    return parts


def simplified(parts: Parts, first: date) -> str:
    """Return the shortest spelling of *parts*: a name, else a bare rule when *first* says as much, else all of it."""
    for written_out in ({"BYMONTHDAY", "BYSETPOS"}, {"BYMONTH", "BYMONTHDAY"}):
        bare = {name: value for name, value in parts.items() if name not in written_out}
        if written_out <= parts.keys() and expanded(bare, first) == parts:
            parts = bare
    text = spelled(parts)
    return _NAME_OF.get(text, text)


def spelled(parts: Parts) -> str:
    """Return *parts* as the value of an RRULE."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _ordered(parts: Parts) -> Parts:
    return {name: parts[name] for name in _ORDER if name in parts}


def _check_frequency(parts: Parts, text: str) -> None:
    frequency = parts.get("FREQ", "")
    if frequency in _TOO_FREQUENT:
        raise TooFrequentError(value=text)
    choices = {name for name in parts if name.startswith("BY")}
    if not choices <= _BY_FREQUENCY.get(frequency, frozenset()) or frequency not in _BY_FREQUENCY:
        raise UnknownRepeatError(value=text)
    if {"COUNT", "UNTIL"} <= parts.keys() or choices == {"BYSETPOS"}:
        raise UnknownRepeatError(value=text)


def _value(name: str, parts: Parts, text: str) -> str:
    """Return the value of the part *name*, each number in one spelling."""
    value = parts[name]
    if name == "BYDAY":
        return ",".join(_weekday(item, parts, text) for item in value.split(","))
    if name in _LIMITS:
        numbers = [_number(name, item, text) for item in value.split(",")]
        if name in _SINGLE and len(numbers) > 1:
            raise UnknownRepeatError(value=text)
        return ",".join(str(number) for number in numbers)
    if name == "WKST" and (_WEEKDAY.fullmatch(value) is None or not value.isalpha()):
        raise UnknownRepeatError(value=text)
    return value


def _number(name: str, item: str, text: str) -> int:
    low, high = _LIMITS[name]
    if _NUMBER.fullmatch(item) is None or int(item) == 0 or not low <= int(item) <= high:
        raise UnknownRepeatError(value=text)
    return int(item)


def _weekday(item: str, parts: Parts, text: str) -> str:
    match = _WEEKDAY.fullmatch(item)
    may_count = parts["FREQ"] in {"MONTHLY", "YEARLY"} and "BYWEEKNO" not in parts
    if match is None or (match[1] and not may_count):
        raise UnknownRepeatError(value=text)
    return f"{int(match[1]) if match[1] else ''}{match[2]}"


def _last_day(until: str, text: str, *, hour: time | None, zone: str) -> str:
    """Return the last local date at whose *hour* the moment *until* has not passed, written as in a rule."""
    if _UNTIL.fullmatch(until) is None:
        raise UnknownRepeatError(value=text)
    try:
        day = datetime.strptime(until[:8], "%Y%m%d")  # noqa: DTZ007 - a local date, by RFC 5545
        if "T" not in until:
            return until
        end = datetime.combine(day, time.fromisoformat(until[9:15]))
        if until.endswith("Z"):
            end = end.replace(tzinfo=UTC).astimezone(zone_of(zone)).replace(tzinfo=None)
        counts = end.time() >= (hour or MIDNIGHT)
        return f"{end.date() if counts else end.date() - DAY:%Y%m%d}"
    except (ValueError, OverflowError):
        raise UnknownRepeatError(value=text) from None


def _check_days_exist(parts: Parts, text: str) -> None:
    """Refuse 30 February before anybody looks for it day by day until the year 9999."""
    if {"BYMONTH", "BYMONTHDAY"} <= parts.keys():
        longest = max(monthrange(_LEAP_YEAR, int(month))[1] for month in parts["BYMONTH"].split(","))
        if all(abs(int(day)) > longest for day in parts["BYMONTHDAY"].split(",")):
            raise NeverHappensError(value=text)
