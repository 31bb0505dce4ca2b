"""A message, whatever its container: who, when, what about, what it says, what came with it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path

from coffre_cli.convert.charset import decoded
from coffre_cli.convert.webtext import decoded_html, harmless
from coffre_cli.errors import MissingProgramError

_HEADERS = ("From", "To", "Cc", "Bcc", "Date", "Subject")
_MOST_PARTS = 2_000
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with the message."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message read."""

    headers: tuple[tuple[str, str], ...]
    body: str
    attached: tuple[Attached, ...]
    left_out: tuple[str, ...] = ()
    """What of its HTML was not shown."""

    @property
    def subject(self) -> str:
        """The subject, or nothing."""
        return next((value for name, value in self.headers if name == "Subject"), "")


def read_eml(path: Path) -> Letter:
    """Return the message in the file at *path*, in the form of RFC 5322."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts = list(_leaves(message, 0))
    plain = [part for part in parts if _is_body(part, "text/plain")]
    html = [part for part in parts if _is_body(part, "text/html")]
    body = "\n\n".join(_text(part) for part in plain)
    left_out: tuple[str, ...] = ()
    if not body.strip() and html:
        pages = [
            harmless(decoded_html(_bytes(part)).text or "") if _raw(part) else harmless(_text(part)) for part in html
        ]
        body = "\n\n".join(words for _page, words, _dropped in pages)
        left_out = tuple(sorted({thing for _page, _words, dropped in pages for thing in dropped}))
    others = [part for part in parts if part not in plain and part not in html]
    headers = tuple((name, value) for name in _HEADERS for value in _values(message, name))
    return Letter(headers, body, tuple(_attached(part, number) for number, part in enumerate(others)), left_out)


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
    facts = {"From": message.sender, "Date": message.sent_date, "Subject": message.subject}
    recipients = ", ".join(f"{one.name} <{one.email_address}>" for one in message.recipients)
    known = {name: str(value) for name, value in facts.items() if value}
    values = {**({"To": recipients} if recipients else {}), **written, **known}
    body = str(message.body or "")
    left_out: tuple[str, ...] = ()
    if not body.strip() and message.html_body:
        _page, body, left_out = harmless(str(message.html_body))
    attached = tuple(
        Attached(str(one.file_name or ""), str(one.mime_type or "application/octet-stream"), one.file_bytes or b"")
        for one in message.attachments
    )
    return Letter(tuple((name, values[name]) for name in _HEADERS if name in values), body, attached, left_out)


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """Yield the parts that hold something, forwarded messages whole."""
    if not message.is_multipart() or message.get_content_maintype() == "message" or depth > _DEEPEST:
        yield message
        return
    for number, part in enumerate(message.iter_parts() if isinstance(message, EmailMessage) else message.get_payload()):
        if number >= _MOST_PARTS:
            return
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _is_body(part: Message, media_type: str) -> bool:
    return part.get_content_type() == media_type and part.get_content_disposition() != "attachment"


def _bytes(part: Message) -> bytes:
    if part.get_content_maintype() == "message" and part.is_multipart():
        inner = part.get_payload(0)
        return inner.as_bytes() if isinstance(inner, Message) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _raw(part: Message) -> bool:
    return part.get_content_charset() is None


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
    return Attached(str(name), part.get_content_type(), _bytes(part))
