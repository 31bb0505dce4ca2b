"""Timestamp authorities (RFC 3161): one client for a whole batch, and errors that say what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """An authority and the client that speaks to it; the client remembers the size of its tokens, so keep it."""

    name: str
    """As told to the user: its address, without secrets."""
    client: TimeStamper = field(repr=False)


def http_authority(url: str, *, timeout: int = TIMEOUT_SECONDS) -> TimestampAuthority:
    """Return the authority that answers at *url*; nothing is asked of it yet."""
    return TimestampAuthority(url, HTTPTimeStamper(url, timeout=timeout))
