"""What goes into a conversion and what comes out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from coffre_cli.model import Remark

PDF_A = "PDF/A-2b"
PDF = "PDF"


class Family(StrEnum):
    """Which converter a file is for."""

    IMAGE = "image"
    PDF = "pdf"
    TEXT = "text"
    HTML = "html"
    OFFICE = "office"
    MAIL = "mail"
    PACKAGE = "package"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Kind:
    """What the content of a file says it is."""

    media_type: str
    family: Family
    suffix: str
    """The neutral ending, with its dot."""
    label: str
    """The short name of the format: `JPEG`, `DOCX`."""


class Ocr(StrEnum):
    """When to read the words off pictures."""

    AUTO = "auto"
    """Pages without text only."""
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one file may hold; beyond it there is no archive, with the reason."""

    pixels: int = 100_000_000
    """Of one page."""
    frames: int = 2_000
    pages: int = 5_000
    text_bytes: int = 8_000_000
    """Of plain text drawn as pages."""
    package_ratio: int = 100
    package_entries: int = 10_000
    package_bytes: int = 1_000_000_000
    depth: int = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How to convert."""

    moment: datetime
    """The date written inside the archive."""
    ocr: Ocr = Ocr.AUTO
    languages: tuple[str, ...] = ("fra", "eng")
    password: str | None = field(default=None, repr=False)
    """Opens the source."""
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to convert."""

    path: Path
    """A private plaintext copy."""
    name: str
    """As the user knows it; hostile text."""
    sha256: str = ""
    """In hexadecimal, where the caller knows it already: it is not computed again."""


@dataclass(frozen=True, slots=True)
class Child:
    """A file found inside the source."""

    name: str
    """A label: control characters escaped, never a path."""
    file: str
    """Where it lies, in the conversion's directory."""
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """How an archive was made; every field is plain, so that it can be kept as JSON."""

    route: str = ""
    """The way taken: `img2pdf`, `typst`, `pikepdf`, `libreoffice` …"""
    routes_refused: tuple[tuple[str, str], ...] = ()
    """Ways tried before: (route, why not)."""
    tools: tuple[tuple[str, str], ...] = ()
    """(name, version) of what took part."""
    source_sha256: str = ""
    archive_sha256: str = ""
    pages_in: int = 0
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
    ocr_languages: tuple[str, ...] = ()
    seconds: float = 0.0
    sandboxed: bool = True
    """False when an external program ran without bubblewrap."""


@dataclass(frozen=True, slots=True)
class Product:
    """What a converter leaves in its directory; the names in it are claims until `Conversion` is made of it."""

    archive: str | None = None
    format: str = ""
    reason: Remark | None = None
    """Why there is no archive, or why it is no PDF/A."""
    text: str | None = None
    pages: int = 0
    durable: bool = False
    signatures: int = 0
    remarks: tuple[Remark, ...] = ()
    children: tuple[Child, ...] = ()
    wordless: tuple[int, ...] = ()
    """Pages, from 0, without any text: for OCR."""
    record: Record = field(default_factory=Record)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What came of one source."""

    source: Source
    kind: Kind
    directory: Path
    archive: Path | None
    """The durable PDF; None when there is none, `reason` says why, or when the source is `durable` itself."""
    format: str
    """Of the archive, else of the source: `PDF/A-2b`, `PDF`, `DOCX` …"""
    reason: Remark | None
    text: Path | None
    """UTF-8; pages parted by form feeds."""
    pages: int
    durable: bool
    signatures: int
    """Signature fields that are filled, in a PDF."""
    remarks: tuple[Remark, ...]
    """All that the user should know, `reason` included."""
    children: tuple[tuple[Child, Path], ...]
    wordless: tuple[int, ...]
    """Pages, from 0, that hold no text of their own."""
    record: Record

    def discard(self) -> None:
        """Remove the files of this conversion."""
        shutil.rmtree(self.directory, ignore_errors=True)
