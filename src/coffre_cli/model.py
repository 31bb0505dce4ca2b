"""Value types that three rooms or more share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

RecordId = NewType("RecordId", bytes)
"""16 random bytes naming one record for ever; shown as 32 hexadecimal digits."""

Sha256 = NewType("Sha256", bytes)
"""A SHA-256 digest, 32 bytes."""


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the present moment, aware, in UTC."""


RandomBytes = Callable[[int], bytes]
"""Gives so many random bytes."""


class Progress(Protocol):
    """Hears how far a long piece of work has come; silence is a valid listener."""

    def __call__(self, done: int, total: int | None, label: str) -> None:
        """Say that *done* of *total* units are done; *label* names the present one."""


def no_progress(done: int, total: int | None, label: str) -> None:
    """Hear and forget."""


class RenditionKind(StrEnum):
    """The forms in which a document is kept."""

    ORIGINAL = "original"
    """The bytes as received."""
    ARCHIVE = "archive"
    """The durable form, PDF/A-2b when it can be reached."""
    TEXT = "text"
    """The words, UTF-8, for search."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the user should know about a result that stands all the same."""

    message: str
    """A catalogue key with named fields."""
    facts: tuple[tuple[str, str], ...] = ()
