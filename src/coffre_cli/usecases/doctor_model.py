"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is with one thing."""

    GOOD = "good"
    MISSING = "missing"
    """Optional, and not there."""
    WARNING = "warning"
    """Works, and should be otherwise."""
    FAILED = "failed"
    """Needed, and does not work."""


class Area(StrEnum):
    """What kind of thing was looked at."""

    VERSION = "version"
    PROGRAM = "program"
    SELF_TEST = "self-test"
    DIRECTORY = "directory"
    VAULT = "vault"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: Area
    name: str
    """A word for scripts: never translated."""
    state: State
    detail: str = ""
    """A catalogue key with named fields: what was seen, or what goes without it."""
    facts: tuple[tuple[str, str], ...] = ()
    version: str = ""
    remedy: str = ""
    """The line to type."""
