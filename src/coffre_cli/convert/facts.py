"""One look at any PDF: what it holds that decides what may be done with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import DamagedFileError, PasswordNeededError, TooManyPagesError
from coffre_cli.convert.inflation import refuse_bombs
from coffre_cli.convert.inside import files_in, holds_media, loses_comments
from coffre_cli.convert.lean import borrowed_fonts
from coffre_cli.convert.model import Bounds
from coffre_cli.i18n import N_

if TYPE_CHECKING:
    import pikepdf

_SIGNATURE = re.compile(rb"/ByteRange\s*\[\s*\d+\s+\d+\s+\d+\s+\d+")
_MOST_FIELDS = 20_000
_CATALOG_ACTIONS = ("/OpenAction", "/AA")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one PDF holds."""

    pages: int
    signatures: int
    claim: str
    """`PDF/A-2b` as its metadata say, or nothing."""
    encrypted: bool
    form: bool
    active: tuple[str, ...]
    """JavaScript, XFA, Launch …"""
    embedded: tuple[str, ...]
    """Names of files inside."""
    media: bool = False
    """Sound, film, models."""
    comments: bool = False
    """Such as cannot be seen in the archive."""
    borrowed: tuple[str, ...] = ()
    """Names of fonts that are not in it: each reader takes others in their place."""
    refuted: str = ""
    """What in it is plainly against the claim."""


def opened(path: Path, passwords: tuple[str, ...]) -> pikepdf.Pdf:
    """Return the PDF at *path* opened with the first of *passwords* that fits, or without any.

    Raises:
        PasswordNeededError: None fits.
        DamagedFileError: Its structure cannot be read.
    """
    import pikepdf

    for password in ("", *passwords):
        try:
            return pikepdf.open(path, password=password)
        except pikepdf.PasswordError:  # derives from no other error of pikepdf
            continue
        except (pikepdf.PdfError, ValueError, RuntimeError) as error:
            raise DamagedFileError(reason=N_("structure")) from error
    raise PasswordNeededError


def passwords_of(password: str | None) -> tuple[str, ...]:
    """Return *password* and its SASLprep form (RFC 4013), which no PDF library of ours applies."""
    if not password:
        return ()
    return tuple(dict.fromkeys((password, _prepared(password))))


def signatures_in_bytes(path: Path) -> int:
    """Return how many signature ranges stand in the raw bytes, whatever the structure says."""
    data = path.read_bytes()
    return len(_SIGNATURE.findall(data))


def facts_of(pdf: pikepdf.Pdf, path: Path, bounds: Bounds) -> Facts:
    """Return the facts of *pdf*, opened from *path*.

    Raises:
        TooManyPagesError: It has too many pages.
        DamagedFileError: It has none.
    """
    count = _page_count(pdf)
    if count > bounds.pages:
        raise TooManyPagesError(limit=bounds.pages)
    signatures = max(_signed_fields(pdf), signatures_in_bytes(path))
    if not signatures:
        refuse_bombs(pdf)
    form = pdf.Root.get("/AcroForm")
    claim, active = _claim(pdf), tuple(_active(pdf))
    return Facts(
        pages=count,
        signatures=signatures,
        claim=claim,
        encrypted=pdf.is_encrypted,
        form=form is not None and len(_array(form, "/Fields")) > 0,
        active=active,
        embedded=tuple(files_in(pdf)),
        media=holds_media(pdf),
        comments=loses_comments(pdf),
        borrowed=borrowed_fonts(pdf),
        refuted=_against(pdf, active) if claim else "",
    )


def _page_count(pdf: pikepdf.Pdf) -> int:
    try:
        count = len(pdf.pages)
    except Exception as error:  # a broken page tree raises whatever it likes
        raise DamagedFileError(reason=N_("pages")) from error
    if count == 0:
        raise DamagedFileError(reason=N_("no page"))
    return count


def _array(holder: pikepdf.Object, key: str) -> list[pikepdf.Object]:
    import pikepdf

    found = holder.get(key)
    return list(found) if isinstance(found, pikepdf.Array) else []


def _signed_fields(pdf: pikepdf.Pdf) -> int:
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return 0
    found = 0
    waiting = _array(form, "/Fields")
    for _step in range(_MOST_FIELDS):
        if not waiting:
            break
        field = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary):
            continue
        waiting += _array(field, "/Kids")
        if field.get("/FT") == "/Sig" and field.get("/V") is not None:
            found += 1
    return found


def _claim(pdf: pikepdf.Pdf) -> str:
    try:
        status = pdf.open_metadata(update_docinfo=False).pdfa_status
    except Exception:  # noqa: BLE001 - metadata that cannot be read claim nothing
        return ""
    return f"PDF/A-{status[0]}{status[1:].lower()}" if status else ""


def _against(pdf: pikepdf.Pdf, active: Sequence[str]) -> str:
    """Return what no part of PDF/A allows and a claim to be PDF/A cannot survive; nothing where there is doubt."""
    if pdf.is_encrypted:
        return "encrypted"
    if {"JavaScript", "XFA"} & set(active):
        return ", ".join(active)
    if borrowed_fonts(pdf):
        return "a font is not embedded"
    return ""


def _active(pdf: pikepdf.Pdf) -> list[str]:
    import pikepdf

    found = [name for name, key in (("OpenAction", "/OpenAction"), ("actions", "/AA")) if key in pdf.Root]
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names:
        found.append("JavaScript")
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        found.append("XFA")
    return [name for name in found if name != "OpenAction" or _acts(pdf.Root["/OpenAction"])]


def _acts(action: pikepdf.Object) -> bool:
    """Whether opening does more than show a page."""
    import pikepdf

    return isinstance(action, pikepdf.Dictionary) and action.get("/S") not in {"/GoTo", None}


def _prepared(password: str) -> str:
    import unicodedata

    mapped = "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in password
        if character not in "\u00ad\u034f\u1806\u180b\u180c\u180d\u200b\u200c\u200d\u2060\ufe0f\ufeff"
    )
    return unicodedata.normalize("NFKC", mapped)
