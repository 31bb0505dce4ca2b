"""Local dates and instants: wall time first, the zone's rules last."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coffre_cli.alarms.errors import UnknownZoneError

MIDNIGHT = time()
DAY = timedelta(days=1)
EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)
"""Beyond these a date is a slip of the finger; it also ends the search for a next occurrence."""


def zone_of(name: str) -> ZoneInfo:
    """Return the IANA zone called *name*.

    Raises:
        UnknownZoneError: The time zone database has no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "../x" is a ValueError, "Europe" a directory
        raise UnknownZoneError(value=name) from None


def instant(day: date, hour: time | None, zone: str) -> datetime:
    """Return the moment, in UTC, when *hour* strikes on *day* in *zone*; without hour, when the day begins.

    An hour that the clocks skip strikes after the gap, by as much as it lay inside; one that they repeat strikes the
    first time (RFC 5545, section 3.3.5).
    """
    return datetime.combine(day, hour or MIDNIGHT, zone_of(zone)).astimezone(UTC)


def local_day(now: datetime, zone: str) -> date:
    """Return the date that a calendar in *zone* shows at *now*."""
    return now.astimezone(zone_of(zone)).date()


def reached(now: datetime, hour: time | None, zone: str) -> date:
    """Return the last date whose *hour* has struck in *zone* at *now*."""
    today = local_day(now, zone)
    return today if instant(today, hour, zone) <= now else today - DAY
