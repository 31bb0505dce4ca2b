"""What an office file holds that its printed form does not show, or shows otherwise."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.convert import compound
from coffre_cli.convert.errors import DamagedFileError, PasswordNeededError, UnpacksTooLargeError, XmlEntitiesError
from coffre_cli.convert.kinds import COMPOUND_MAGIC
from coffre_cli.convert.model import Bounds
from coffre_cli.convert.zipped import DAMAGE, checked
from coffre_cli.i18n import N_

_XML_MOST = 40_000_000
_PROLOG = 100_000
_ENTITIES = re.compile(rb"<!ENTITY|<!DOCTYPE[^>\[]*\[")
"""A bare document type, as older OpenDocument files have, defines nothing."""
_FONTS = re.compile(
    rb'<w:rFonts[^>]*?w:ascii="([^"]+)"|<(?:a:latin|a:ea|a:cs)[^>]*? typeface="([^"+][^"]*)"|<name val="([^"]+)"'
    rb'|svg:font-family="([^"]+)"'
)
_BODY = re.compile(r"word/(?:document|header|footer)\d*\.xml|xl/styles\.xml|ppt/slides/slide|^(?:content|styles)\.xml$")
_ERRORS = re.compile(r"#(?:VALUE!|NAME\?|REF!|DIV/0!|N/A)|Err:5\d\d")
_FILE_PASS, _BOF = 0x2F, 0x0809
_ENCRYPTED_BIT = 0x0100
_PPT_ENCRYPTED = 0xF3D1C4DF
_RTF = (
    ("external", re.compile(rb"INCLUDEPICTURE|INCLUDETEXT|\\objlink|\\\*\\template\b")),
    ("dde", re.compile(rb"\bDDE(?:AUTO)?\b|\\objupdate")),
    ("changes", re.compile(rb"\\(?:revised|deleted)\b")),
)
_TRACES = (
    ("comments", re.compile(r"comments\d*\.xml$|comments/|commentAuthors\.xml$"), None),
    ("signature", re.compile(r"^_xmlsignatures/|^META-INF/documentsignatures\.xml$"), None),
    ("macros", re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/"), None),
    ("media", re.compile(r"\.(?:mp3|mp4|wav|wma|wmv|avi|mov|m4a|m4v|mpg|ogg)$", re.IGNORECASE), None),
    ("dde", None, re.compile(rb"<ddeLink |<w:instrText[^>]*>\s*DDE|office:dde-source")),
    ("changes", None, re.compile(rb"<w:(?:ins|del) |<text:tracked-changes")),
    ("annotations", None, re.compile(rb"<office:annotation[ >]")),
    (
        "external",
        None,
        re.compile(
            rb'relationships/(?:image|oleObject|attachedTemplate|frame|externalLinkPath|subDocument)"[^>]*'
            rb'TargetMode="External"|INCLUDEPICTURE|INCLUDETEXT|<w:instrText[^>]*>\s*LINK '
            rb'|<draw:image[^>]*xlink:href="(?:https?|ftp|file):'
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What was found."""

    traces: frozenset[str]
    """`comments` `changes` `signature` `macros` `media` `dde` `external`."""
    fonts: tuple[str, ...]
    """Families that the text asks for, where they can be read."""
    errors: int
    """Cells whose stored value is an error."""


def office_facts(path: Path, bounds: Bounds) -> OfficeFacts:
    """Return what the office file at *path* holds, after refusing what must not be opened.

    Raises:
        PasswordNeededError: It is encrypted.
        DamagedFileError: Its package cannot be read.
        UnpacksTooLargeError: Its package holds too much.
        XmlEntitiesError: Its XML defines entities.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(COMPOUND_MAGIC):
        return _of_compound(path)
    if head.startswith(b"PK"):
        return _of_package(path, bounds)
    return _of_stream(path)


def _of_stream(path: Path) -> OfficeFacts:
    """Look through RTF, and Word's single XML file."""
    with path.open("rb") as file:
        data = file.read(_XML_MOST)
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n").startswith(b"<"):
        _refuse_entities(data)
    return OfficeFacts(frozenset(trace for trace, found in _RTF if found.search(data)), (), 0)


def _of_compound(path: Path) -> OfficeFacts:
    names = compound.stream_names(path)
    if not names:
        raise DamagedFileError(reason=N_("directory"))
    if "EncryptedPackage" in names or "EncryptedSummary" in names or _locked(path, names):
        raise PasswordNeededError
    traces = {"macros"} if names & {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"} else set()
    if names & {"_xmlsignatures", "_signatures"}:
        traces.add("signature")
    return OfficeFacts(frozenset(traces), (), 0)


def _locked(path: Path, names: frozenset[str]) -> bool:
    if "WordDocument" in names:
        start = compound.stream_start(path, "WordDocument", 32)
        return bool(int.from_bytes(start[10:12], "little") & _ENCRYPTED_BIT)
    if "PowerPoint Document" in names:
        return int.from_bytes(compound.stream_start(path, "Current User", 32)[12:16], "little") == _PPT_ENCRYPTED
    book = next((name for name in ("Workbook", "Book") if name in names), "")
    return bool(book) and any(kind == _FILE_PASS for kind in _records(compound.stream_start(path, book)))


def _records(data: bytes) -> Iterator[int]:
    at = 0
    for _record in range(64):
        if at + 4 > len(data):
            return
        kind, size = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        yield kind
        at += 4 + size


def _of_package(path: Path, bounds: Bounds) -> OfficeFacts:
    traces: set[str] = set()
    fonts: set[str] = set()
    errors = 0
    try:
        with zipfile.ZipFile(path) as package:
            for member in checked(package, bounds):
                traces |= {trace for trace, name, _inside in _TRACES if name and name.search(member.filename)}
                if not member.filename.endswith((".xml", ".rels")):
                    continue
                data = _read(package, member)
                _refuse_entities(data)
                if member.filename == "META-INF/manifest.xml" and b"encryption-data" in data:
                    raise PasswordNeededError
                traces |= {trace for trace, _name, inside in _TRACES if inside and inside.search(data)}
                if _BODY.search(member.filename):
                    fonts |= set(_families(data))
                errors += data.count(b' t="e"')
    except DAMAGE as error:
        raise DamagedFileError(reason=N_("package")) from error
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise PasswordNeededError from error
    return OfficeFacts(frozenset(traces), tuple(sorted(fonts)), errors)


def _families(data: bytes) -> Iterator[str]:
    for found in _FONTS.findall(data):
        name = html.unescape(next(filter(None, found)).decode("utf-8", "replace")).strip("'\" ")
        if name:
            yield name


def _read(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > _XML_MOST * 5:
        raise UnpacksTooLargeError(limit=_XML_MOST * 5)
    with package.open(member) as file:
        return file.read(_XML_MOST)


def _refuse_entities(data: bytes) -> None:
    """Neither format knows entities of its own; they serve to read other files, or to explode."""
    if _ENTITIES.search(data[:_PROLOG].replace(b"\0", b"")):  # UTF-16 hides nothing
        raise XmlEntitiesError


def error_values(text: str) -> int:
    """Return how many cells of *text* show an error."""
    return len(_ERRORS.findall(text))
