"""The dates of a rule of repetition, by dateutil: imported only for a plan that repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from itertools import takewhile

from dateutil.rrule import rrule, rruleset, rrulestr

from coffre_cli.alarms.errors import NeverHappensError
from coffre_cli.alarms.rule import SHORTEST_MONTH, Parts, expanded, parsed, simplified, spelled
from coffre_cli.alarms.zones import DAY, LATEST, MIDNIGHT

_DAYS_OF = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": SHORTEST_MONTH, "YEARLY": 365}


def settled(text: str, first: date, *, hour: time | None, zone: str) -> tuple[str, date]:
    """Return the rule *text* in its one spelling, and its first occurrence on or after *first*.

    Raises:
        NeverHappensError: There is no such occurrence before the year 2200.
        UnknownRepeatError: See `rule.parsed`, as for the other errors.
    """
    parts = expanded(parsed(text, hour=hour, zone=zone), first)
    start = next(_dates(parts, first, first - DAY), None)
    if start is None:
        raise NeverHappensError(value=text)
    return simplified(parts, start), start


def dates(repeat: str, first: date, *, after: date) -> Iterator[date]:
    """Yield the occurrences of the settled rule *repeat* from *first* on that lie after *after*, in order."""
    return _dates(parts_of(repeat, first), first, after)


@lru_cache(maxsize=512)
def parts_of(repeat: str, first: date) -> Parts:
    """Return the parts of the settled rule *repeat*, the day of *first* written out."""
    return expanded(parsed(repeat, hour=None, zone="UTC"), first)


def shortest_gap(repeat: str) -> int:
    """Return about how many days lie between two periods of the settled rule *repeat*: never too many."""
    parts = parsed(repeat, hour=None, zone="UTC")
    return _DAYS_OF[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))


def _dates(parts: Parts, first: date, after: date) -> Iterator[date]:
    compiled = _compiled(spelled(parts), _nearer(parts, first, after))
    found = (moment.date() for moment in compiled.xafter(datetime.combine(after, MIDNIGHT)))
    return takewhile(lambda day: day <= LATEST, found)


def _nearer(parts: Parts, first: date, after: date) -> date:
    """Return a later first date with the same occurrences after *after*: to count ten years of days takes 10 ms."""
    frequency, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    if "COUNT" in parts or frequency == "YEARLY" or after <= first:
        return first
    if frequency != "MONTHLY":
        period = _DAYS_OF[frequency] * interval
        return first + ((after - first).days // period * period) * DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    years, month = divmod(first.month - 1 + max(0, months // interval - 1) * interval, 12)
    # every month has this day, and beyond it a rule names its days: see `expanded`
    return max(first, date(first.year + years, month + 1, min(first.day, SHORTEST_MONTH)))


@lru_cache(maxsize=512)
def _compiled(rule: str, first: date) -> rrule | rruleset:
    return rrulestr(rule, dtstart=datetime.combine(first, MIDNIGHT))
