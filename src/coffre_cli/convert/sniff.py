"""What a file is, told from its content."""

from __future__ import annotations

import re
from os import SEEK_END
from pathlib import Path, PurePath

from coffre_cli.convert.charset import decoded
from coffre_cli.convert.kinds import (
    BINARY,
    COMPOUND_MAGIC,
    CSV,
    EML,
    EMPTY,
    HTML,
    MARKDOWN,
    MSG,
    OLE,
    PDF,
    POSTSCRIPT,
    RTF,
    TEXT,
    WORD_XML,
    by_brand,
    by_magic,
    by_member,
)
from coffre_cli.convert.model import Kind
from coffre_cli.convert.oldpictures import by_header

_HEAD = 64 * 1024
_TAIL = 26
_PDF_WITHIN = 8192
"""Printers put job headers before `%PDF-`; readers accept them within the first kilobytes."""
_PRINTER = b"\x1b%-12345X"
_EPS_WITH_PREVIEW = b"\xc5\xd0\xd3\xc6"
_HEADER = rb"(?m)^([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]?"
_MAIL_HEADERS = frozenset(
    b"from to cc bcc subject date message-id received return-path mime-version delivered-to reply-to x-mailer".split()
)
_HTML = r"(?is)^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html|<head|<body|<title|<meta)"
_CONTROL = "[\x00-\x08\x0e-\x1a\x1c-\x1f]"
"""Patterns are text, compiled when a file gets so far: most do not."""


def sniff(path: Path, name: str = "") -> Kind:
    """Return the kind of the file at *path*; its *name* only tells kinds of plain text apart.

    Reads the first 64 kB and the last bytes, and the lists of members of packages, within bounds; executes nothing.
    """
    with path.open("rb", buffering=0) as file:
        head = file.read(_HEAD)
        file.seek(max(0, file.seek(0, SEEK_END) - _TAIL))
        tail = file.read(_TAIL)
    if not head:
        return EMPTY
    known = _by_container(path, head) or by_magic(head) or by_brand(head) or _pdf(head) or _postscript(head)
    return known or by_header(head, tail) or _textual(head, name)


def _by_container(path: Path, head: bytes) -> Kind | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from coffre_cli.convert.zipped import members

        return by_member(members(path), head)
    if head.startswith(COMPOUND_MAGIC):
        return _by_stream(path)
    return None


def _by_stream(path: Path) -> Kind:
    from coffre_cli.convert.compound import stream_names

    names = stream_names(path)
    for stream, kind in OLE.items():
        if stream in names:
            return kind
    return MSG if any(name.startswith("__substg1.0_") for name in names) else BINARY


def _pdf(head: bytes) -> Kind | None:
    return PDF if b"%PDF-" in head[:_PDF_WITHIN] else None


def _postscript(head: bytes) -> Kind | None:
    """Return PostScript for a program that draws pages: not for a font, though it begins alike."""
    start = head.removeprefix(b"\x04")
    if head.startswith(_PRINTER):
        start = start[max(0, start.find(b"%!PS", 0, _PDF_WITHIN)) :]
    is_program = start.startswith(b"%!PS") and not start.startswith(b"%!PS-AdobeFont")
    return POSTSCRIPT if is_program or head.startswith(_EPS_WITH_PREVIEW) else None


def _textual(head: bytes, name: str) -> Kind:
    if head.startswith(b"{\\rtf"):
        return RTF
    if _is_mail(head):
        return EML
    text = decoded(head, final=False).text
    if text is None or len(re.findall(_CONTROL, text)) * 50 > len(text):
        return BINARY
    if re.match(_HTML, text.lstrip("\ufeff")):
        return HTML
    if "<?mso-application" in text[:2000] and "Word.Document" in text[:2000]:
        return WORD_XML
    return {".md": MARKDOWN, ".markdown": MARKDOWN, ".csv": CSV}.get(PurePath(name).suffix.lower(), TEXT)


def _is_mail(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf")
    if start.startswith(b"From "):
        start = start.partition(b"\n")[2]
    if not re.match(_HEADER, start):  # looked at first: to find the blank line in noise takes longer than to seal it
        return False
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    found = {header.lower() for header in re.findall(_HEADER, block)}
    return len(found & _MAIL_HEADERS) >= 2  # noqa: PLR2004 - one may be the first line of a note
