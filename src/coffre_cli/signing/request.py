"""What is asked of a signature: words, level, place on the page, and what it forbids afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from coffre_cli.signing.trust_roots import Trust

if TYPE_CHECKING:
    from coffre_cli.signing.timestamp import TimestampAuthority


class Level(StrEnum):
    """Levels of ETSI EN 319 142-1 that can be asked for."""

    B = "b"
    """Signed; the date is the signer's own."""
    T = "t"
    """Dated by a timestamp authority."""
    LT = "lt"
    """With the data that validates it embedded."""
    LTA = "lta"
    """With a timestamp over all of it, to be renewed."""
    BEST = "best"
    """The best that can be reached: B-B without a timestamp authority; with one, B-LTA if the data can be had."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from the lower left corner of the page as it is shown."""

    x: float
    y: float
    width: float
    height: float
    page: int = -1
    """From 1; -1 is the last page."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place just under some words of the document."""

    text: str


@dataclass(frozen=True, slots=True)
class FreeSpace:
    """Any free place on the last page, else on a margin of it."""


Visible = Box | Anchor | FreeSpace | None

_NOBODY = Trust()


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """One signature to make, or many alike."""

    now: datetime
    """The signer's clock, aware."""
    reason: str | None = None
    place: str | None = None
    level: Level = Level.BEST
    visible: Visible = None
    certify: bool = False
    """Certify the document: later on, only form filling and further signatures are permitted (DocMDP 2)."""
    lock: bool = False
    """Forbid every later change but validation data (DocMDP 1 for a certification, else a lock of all fields)."""
    timestamper: TimestampAuthority | None = None
    """One for a whole batch: it estimates its tokens' size once."""
    trust: Trust = _NOBODY
    """Roots believed besides the identity's own, for the levels that embed validation data."""
    fetch: bool = False
    """Whether revocation data may be fetched from where certificates say."""
    language: str = "fr"
    """Of the visible signature: `fr` or `en`."""
    image: bytes | None = None
    """A picture for the visible signature, as `picture.read_picture` gives it."""
    qr: bool = False
    """Whether the visible signature shows a QR code: who, when, which file and its SHA-256 before this signature."""
