"""What goes into a conversion and what comes out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from coffre_cli.model import ConversionRecord, Remark
from coffre_cli.values import field, frozen, unshown

PDF_A = "PDF/A-2b"
PDF = "PDF"
LEAST_DPI = 300
"""Of a faithful copy; below it small print is lost."""


class Family(StrEnum):
    """Which converter a file is for."""

    IMAGE = "image"
    PDF = "pdf"
    POSTSCRIPT = "postscript"
    TEXT = "text"
    HTML = "html"
    OFFICE = "office"
    MAIL = "mail"
    PACKAGE = "package"
    OTHER = "other"


@frozen
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


class Profile(StrEnum):
    """What kind of copy is wanted."""

    ORDINARY = "ordinary"
    FIDELE = "fidele"
    """Of paper that may be destroyed: see `convert.faithful`."""


@frozen
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


@frozen
class Options:
    """How to convert."""

    moment: datetime
    """The date written inside the archive."""
    ocr: Ocr = Ocr.AUTO
    languages: tuple[str, ...] = ("fra", "eng")
    password: str | None = unshown(default=None)
    """Opens the source."""
    profile: Profile = Profile.ORDINARY
    depth: int = 0
    """In how many packages or mails the source lies."""
    bounds: Bounds = field(factory=Bounds)


@frozen
class Source:
    """One file to convert."""

    path: Path
    """A private plaintext copy."""
    name: str
    """As the user knows it; hostile text."""
    sha256: str = ""
    """In hexadecimal, where the caller knows it already: it is not computed again."""


@frozen
class Child:
    """A file found inside the source."""

    name: str
    """A label: control characters escaped, never a path."""
    file: str
    """Where it lies, in the conversion's directory."""
    size: int


Record = ConversionRecord
"""How an archive was made, to be kept with the document."""


@frozen
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
    record: Record = field(factory=Record)


@frozen
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
        import shutil  # it loads every compressor there is

        shutil.rmtree(self.directory, ignore_errors=True)
