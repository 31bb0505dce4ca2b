"""Value types that three rooms or more share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from coffre_cli.values import frozen

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


@frozen
class Remark:
    """Something the user should know about a result that stands all the same."""

    message: str
    """A catalogue key with named fields."""
    facts: tuple[tuple[str, str], ...] = ()


@frozen
class Rendition:
    """One form of a document, kept as one blob."""

    kind: RenditionKind
    blob: bytes
    """The blob's id, 16 bytes."""
    media_type: str
    size: int
    sha256: Sha256
    pages: int | None = None
    format: str = ""
    """`PDF/A-2b`, `PDF`, `JPEG`…: what a person would call it."""


@frozen
class Source:
    """What was received."""

    name: str
    media_type: str
    size: int
    sha256: Sha256


@frozen
class Control:
    """One thing that was checked of a copy."""

    name: str
    """A catalogue key."""
    passed: bool
    found: str = ""
    """What was measured."""


DURABLE_ROUTES = frozenset({"kept", "unpacked"})
"""After which no archive rendition is missing: the original is one, or its members have their own."""


@frozen
class ConversionRecord:
    """How an archive was made; every field is plain, so that it is kept as JSON (docs/format/event.md)."""

    route: str = ""
    """The way taken: `img2pdf`, `typst`, `pikepdf`, `libreoffice` …; `kept` when the original is its own archive."""
    routes_refused: tuple[tuple[str, str], ...] = ()
    """Ways tried before: (route, why not)."""
    tools: tuple[tuple[str, str], ...] = ()
    """(name, version) of what took part."""
    source_sha256: str = ""
    archive_sha256: str = ""
    pages_in: int = 0
    """0 where pages are made by the conversion itself."""
    pages_out: int = 0
    verdict: str = "not checked"
    """Of the validator, after writing: `pass`, `fail`, `not checked`."""
    validator: str = ""
    fonts: tuple[tuple[str, str], ...] = ()
    """(asked for, shown instead)."""
    glyphs_missing: tuple[str, ...] = ()
    visual_score: float | None = None
    """Worst page, 0 (nothing alike) to 1 (identical), where pictures were compared."""
    charset: str = ""
    ocr: str = ""
    """When words were to be read off pictures: `auto`, `always`, `never`."""
    ocr_languages: tuple[str, ...] = ()
    """Of the words that were."""
    seconds: float = 0.0
    sandboxed: bool = True
    """False when an external program ran without bubblewrap."""
    profile: str = ""
    """`fidele`, or nothing."""
    controls: tuple[Control, ...] = ()


@frozen
class Document:
    """A document in the vault."""

    id: RecordId
    title: str
    """As given or as the file was called; hostile text."""
    folder: str
    """A path with `/` between its parts; empty at the root."""
    tags: tuple[str, ...]
    date: str | None
    """The document's own date, ISO."""
    added: datetime
    source: Source
    renditions: tuple[Rendition, ...]
    signatures: int = 0
    remarks: tuple[Remark, ...] = ()
    """Why there is no archive rendition, and what else was noticed."""
    conversion: ConversionRecord | None = None
    """How the archive rendition was made, or tried; None before the first conversion."""

    def rendition(self, kind: RenditionKind) -> Rendition | None:
        """Return the rendition of *kind*, if it is kept."""
        return next((rendition for rendition in self.renditions if rendition.kind is kind), None)

    @property
    def lacks_archive(self) -> bool:
        """Whether a durable form is wanting: neither made nor, as a signed PDF has it, the original itself."""
        durable = self.conversion is not None and self.conversion.route in DURABLE_ROUTES
        return self.rendition(RenditionKind.ARCHIVE) is None and not durable

    @property
    def shown(self) -> Rendition:
        """The rendition a reader gets: the archive, else the original."""
        found = self.rendition(RenditionKind.ARCHIVE) or self.rendition(RenditionKind.ORIGINAL)
        return found or self.renditions[0]
