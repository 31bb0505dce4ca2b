"""Dates and delays as people type them."""

from __future__ import annotations

import re
from datetime import date, time

from coffre_cli.alarms.alarm import LONGEST_LEAD
from coffre_cli.alarms.errors import ImpossibleDateError, ImpossibleDelayError
from coffre_cli.alarms.zones import EARLIEST, LATEST

_ISO = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_FRENCH = r"(?P<jour>[0-9]{1,2})/(?P<mois>[0-9]{1,2})/(?P<annee>[0-9]{4})"
_HOUR = r"(?P<hour>[0-9]{1,2})[:hH](?P<minute>[0-9]{2})"
_MOMENT = re.compile(rf"(?:{_ISO}|{_FRENCH})(?:[Tt ]{_HOUR})?")
_DELAY = re.compile(r"(?P<number>[0-9]{1,5}) ?(?P<unit>[djwDJW]?)")
_DAYS_IN = {"": 1, "d": 1, "j": 1, "w": 7}


def parse_moment(text: str) -> tuple[date, time | None]:
    """Return the local date that *text* names, and its hour if it has one.

    `2027-03-01`, `2027-03-01T09:00`, `01/03/2027` (the day first), `01/03/2027 9h00`.

    Raises:
        ImpossibleDateError: It is no date of the calendar between 1900 and 2199.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise ImpossibleDateError(value=text)
    year, month, day = match.group("year", "month", "day") if match["year"] else match.group("annee", "mois", "jour")
    try:
        found = date(int(year), int(month), int(day))
        hour = time(int(match["hour"]), int(match["minute"])) if match["hour"] else None
    except ValueError:
        raise ImpossibleDateError(value=text) from None
    if not EARLIEST <= found <= LATEST:
        raise ImpossibleDateError(value=text)
    return found, hour


def parse_labelled(text: str) -> tuple[date, time | None, str | None]:
    """Return the date, hour and label of `DATE[:LABEL]`.

    Raises:
        ImpossibleDateError: It does not begin with a date.
    """
    match = _MOMENT.match(text)
    if match is None or text[match.end() : match.end() + 1] not in {"", ":"}:
        raise ImpossibleDateError(value=text)
    return (*parse_moment(match[0]), text[match.end() + 1 :].strip() or None)


def parse_days(text: str) -> int:
    """Return the number of days that *text* names: `3d`, `3j`, `2w`, `0`.

    Raises:
        ImpossibleDelayError: It names none, or more than ten years.
    """
    match = _DELAY.fullmatch(text.strip())
    days = int(match["number"]) * _DAYS_IN[match["unit"].lower()] if match else LONGEST_LEAD + 1
    if days > LONGEST_LEAD:
        raise ImpossibleDelayError(value=text)
    return days


def parse_leads(text: str) -> tuple[int, ...]:
    """Return the leads that *text* names, such as `30d,7d,1d,0`, the longest first, each once.

    Raises:
        ImpossibleDelayError: One of them is no number of days.
    """
    return tuple(sorted({parse_days(item) for item in text.split(",")}, reverse=True))
