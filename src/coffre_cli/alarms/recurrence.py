"""The occurrences of a plan, as local dates, whether it repeats or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import takewhile

from coffre_cli.alarms.zones import DAY

_LOOK_BACK = (timedelta(days=40), timedelta(days=800))


def occurrences(repeat: str | None, first: date, *, after: date | None = None) -> Iterator[date]:
    """Yield the dates of the settled rule *repeat* from *first* on that lie after *after*, in order."""
    start = first - DAY if after is None else after
    if repeat is None:
        return iter((first,) if first > start else ())
    from coffre_cli.alarms.repeating import dates  # 20 ms that an alarm without repetition never pays

    return dates(repeat, first, after=start)


def last_occurrence(repeat: str | None, first: date, *, until: date, after: date | None = None) -> date | None:
    """Return the last occurrence no later than *until* that lies after *after*."""
    start = first - DAY if after is None else max(after, first - DAY)
    lately = (max(start, until - span) for span in _LOOK_BACK)  # where most rules came round
    for since in (*lately, start):
        found = deque(takewhile(lambda day: day <= until, occurrences(repeat, first, after=since)), maxlen=1)
        if found:
            return found[0]
    return None
