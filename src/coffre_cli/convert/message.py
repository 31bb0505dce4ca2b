"""A message, whatever its container: who, when, what about, what it says, what came with it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from itertools import islice
from pathlib import Path

from coffre_cli.convert.charset import decoded
from coffre_cli.convert.webtext import cleaned, decoded_html
from coffre_cli.errors import MissingProgramError

_HEADERS = ("From", "To", "Cc", "Bcc", "Date", "Subject")
_MOST_PARTS = 2_000
_DEEPEST = 30
_CONTENT_ID, _SENDER_NAME, _HTML = 0x3712, 0x0C1A, 0x1013
"""Properties of MS-OXPROPS."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with the message."""

    name: str
    media_type: str
    data: bytes
    cid: str = ""
    """What its HTML calls it by, when it does."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the body, in the order shown."""

    text: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A message read."""

    headers: tuple[tuple[str, str], ...]
    body: str
    attached: tuple[Attached, ...]
    left_out: tuple[str, ...] = ()
    """What of its HTML was not shown."""
    pieces: tuple[Piece, ...] = ()
    """The body as its writer laid it out: HTML where there is some."""

    @property
    def is_laid_out(self) -> bool:
        """Whether some of it is HTML."""
        return any(piece.is_html for piece in self.pieces)

    @property
    def subject(self) -> str:
        """The subject, or nothing."""
        return next((value for name, value in self.headers if name == "Subject"), "")


def read_eml(path: Path) -> Letter:
    """Return the message in the file at *path*, in the form of RFC 5322."""
    return letter_of(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))


def letter_of(message: Message) -> Letter:
    """Return what *message* says."""
    parts = list(_leaves(message, 0))
    plain = [part for part in parts if _is_body(part, "text/plain")]
    html = [part for part in parts if _is_body(part, "text/html")]
    pieces = tuple(
        Piece(_html(part) if part in html else _text(part), part in html)
        for part in _leaves(message, 0, chosen=True)
        if part in plain or part in html
    )
    body = "\n\n".join(_text(part) for part in plain)
    left_out: tuple[str, ...] = ()
    if not body.strip() and html:
        found = [cleaned(_html(part)) for part in html]
        body = "\n\n".join(one.words for one in found)
        left_out = tuple(sorted({thing for one in found for thing in one.dropped}))
    others = [part for part in parts if part not in plain and part not in html]
    headers = tuple((name, value) for name in _HEADERS for value in _values(message, name))
    attached = tuple(_attached(part, number) for number, part in enumerate(others))
    return Letter(headers, body, attached, left_out, pieces)


def read_msg(path: Path) -> Letter:
    """Return the message in the file at *path*, as Outlook keeps it.

    Raises:
        MissingProgramError: The reader is not installed.
    """
    try:
        from oxmsg import Message as OutlookMessage  # type: ignore[import-not-found,unused-ignore]  # an extra
    except ImportError as error:
        raise MissingProgramError(program="python-oxmsg", install="pip install 'coffre-cli[mail-import]'") from error
    message = OutlookMessage.load(str(path))
    written = {name.title(): str(value) for name, value in (message.message_headers or {}).items()}
    sender = message.sender or message.properties.str_prop_value(_SENDER_NAME)
    facts = {"From": sender, "Date": message.sent_date, "Subject": message.subject}
    recipients = ", ".join(f"{one.name} <{one.email_address}>" for one in message.recipients)
    known = {name: str(value) for name, value in facts.items() if value}
    values = {**({"To": recipients} if recipients else {}), **written, **known}
    raw = message.properties.binary_prop_value(_HTML)  # the reader's own text ignores the charset the page names
    html = (decoded_html(raw).text or "") if raw else str(message.html_body or "")
    body = str(message.body or "")
    left_out: tuple[str, ...] = ()
    if not body.strip() and html:
        found = cleaned(html)
        body, left_out = found.words, found.dropped
    attached = tuple(
        Attached(
            str(one.file_name or ""),
            str(one.mime_type or "application/octet-stream"),
            one.file_bytes or b"",
            str(one.properties.str_prop_value(_CONTENT_ID) or "").strip("<>"),
        )
        for one in message.attachments
    )
    headers = tuple((name, values[name]) for name in _HEADERS if name in values)
    pieces = (Piece(html, is_html=True),) if html.strip() else (Piece(body, is_html=False),)
    return Letter(headers, body, attached, left_out, pieces)


def _leaves(message: Message, depth: int, *, chosen: bool = False) -> Iterator[Message]:
    """Yield the parts that hold something, forwarded messages whole; with *chosen*, one of alternatives only."""
    if not message.is_multipart() or message.get_content_maintype() == "message" or depth > _DEEPEST:
        yield message
        return
    inside = message.iter_parts() if isinstance(message, EmailMessage) else message.get_payload()
    parts = [part for part in islice(inside, _MOST_PARTS) if isinstance(part, Message)]
    if chosen and message.get_content_subtype() == "alternative":
        laid_out = [part for part in parts if _holds_html(part, depth + 1)]
        parts = laid_out[-1:] or parts
    for part in parts:
        yield from _leaves(part, depth + 1, chosen=chosen)


def _holds_html(part: Message, depth: int) -> bool:
    return any(_is_body(leaf, "text/html") for leaf in _leaves(part, depth))


def _is_body(part: Message, media_type: str) -> bool:
    return part.get_content_type() == media_type and part.get_content_disposition() != "attachment"


def _bytes(part: Message) -> bytes:
    if part.get_content_maintype() == "message" and part.is_multipart():
        inner = part.get_payload(0)
        return inner.as_bytes() if isinstance(inner, Message) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _html(part: Message) -> str:
    """Return the HTML of a part; one that names no charset in its header may name it inside."""
    return _text(part) if part.get_content_charset() else decoded_html(_bytes(part)).text or ""


def _text(part: Message) -> str:
    """Return the words of a part in the charset it names, else in the one its bytes tell."""
    data = _bytes(part)
    charset = part.get_content_charset()
    try:
        return data.decode(charset, "replace") if charset and charset != "us-ascii" else decoded(data).text or ""
    except LookupError:
        return decoded(data).text or ""


def _values(message: Message, name: str) -> list[str]:
    try:
        found = message.get_all(name, [])
        return [" ".join(str(value).split()) for value in found][:20]
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # headers that break their own parser
        return [" ".join(str(value).split()) for key, value in message.raw_items() if key.lower() == name.lower()]


def _attached(part: Message, number: int) -> Attached:
    try:
        name = part.get_filename() or ""
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        name = ""
    if not name:
        forwarded = part.get_content_type() == "message/rfc822"
        name = f"{number + 1}.{'eml' if forwarded else part.get_content_subtype()}"
    cid = str(part.get("Content-ID") or "").strip().strip("<>")
    return Attached(str(name), part.get_content_type(), _bytes(part), cid)
