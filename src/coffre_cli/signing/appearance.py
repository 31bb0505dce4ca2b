"""The mark of a visible signature: drawn by typst, so that any font has its right widths, and put on the page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO

from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from coffre_cli.pages.draw import Plain, draw_pages
from coffre_cli.signing.errors import BoxTooSmallError
from coffre_cli.signing.identity import Identity, IdentityKind
from coffre_cli.signing.placement import Placed
from coffre_cli.signing.request import SigningRequest

LEAST_FOR_CODE = (150.0, 48.0)
"""Points: a code of 45 dots a side, read from paper, and some words beside it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Which document the mark is drawn for: a code tells it."""

    name: str
    digest: str
    """SHA-256 of the file as it was before, hexadecimal."""


@dataclass(frozen=True, slots=True)
class _Words:
    signature: str
    seal: str
    reason: str
    place: str
    date: str
    day: str


_WORDS = {
    "fr": _Words("Signature électronique", "Cachet électronique", "Motif : {}", "Fait à {}", "Le {} à {}", "%d/%m/%Y"),
    "en": _Words("Electronic signature", "Electronic seal", "Reason: {}", "Signed at {}", "{} at {}", "%Y-%m-%d"),
}
"""Written on the document itself, in the language asked for it, whatever language the program speaks."""


def stamp_style(identity: Identity, request: SigningRequest, placed: Placed, document: Signed) -> StaticStampStyle:
    """Return the mark of *identity* for the place *placed* of *document*.

    Raises:
        BoxTooSmallError: There is no room for the code that is asked for.
    """
    title, name, lines = wording(identity, request)
    width, height = round(placed.width, 2), round(placed.height, 2)
    code = None
    if request.qr:
        if width < LEAST_FOR_CODE[0] or height < LEAST_FOR_CODE[1]:
            raise BoxTooSmallError(width=round(width), height=round(height))
        code = _code(code_text(identity, request, document))
    data: dict[str, Plain] = {"title": title, "name": name, "lines": list(lines), "image": request.image, "code": code}
    data |= {"width": width, "height": height, "turn": placed.rotation}
    drawn = _drawn(_Sheet(data, (title, name, lines, width, height, placed.rotation, request.image, code)), request.now)
    return StaticStampStyle(
        background=_DrawnPage(drawn),
        background_opacity=1.0,
        background_layout=_FILLED,
        border_width=0,
    )


def wording(identity: Identity, request: SigningRequest) -> tuple[str, str, tuple[str, ...]]:
    """Return the title, the name and the lines of the mark, in the language of the request."""
    words = _WORDS[request.language if request.language in _WORDS else "en"]
    local = request.now.astimezone()
    lines: list[str] = []
    name = identity.name
    if identity.organisation and identity.organisation.startswith(name):
        name = identity.organisation  # a certificate's common name holds 64 bytes, and was cut
    elif identity.organisation:
        lines.append(identity.organisation)
    if request.reason:
        lines.append(words.reason.format(request.reason))
    if request.place:
        lines.append(words.place.format(request.place))
    lines.append(words.date.format(local.strftime(words.day), local.strftime("%H:%M %Z")))
    title = words.seal if identity.kind is IdentityKind.ORGANISATION else words.signature
    return title, name, tuple(lines)


def code_text(identity: Identity, request: SigningRequest, document: Signed) -> str:
    """Return what the QR code says: who, when (UTC), which file, and its digest before this signature.

    No code can hold the digest of what carries it; this one tells paper from another paper, and proves nothing alone.
    """
    moment = request.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "\n".join((identity.name, moment, document.name, f"sha256:{document.digest}"))


_FILLED = layout.SimpleBoxLayoutRule(
    x_align=layout.AxisAlignment.ALIGN_MID,
    y_align=layout.AxisAlignment.ALIGN_MID,
    margins=layout.Margins(0, 0, 0, 0),
)


def _code(text: str) -> str:
    import segno

    return str(segno.make(text, error="l", micro=False, boost_error=False).svg_inline(border=0, dark="#12305c"))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is drawn."""

    data: dict[str, Plain] = field(compare=False)
    key: tuple[object, ...]


@lru_cache(maxsize=32)
def _drawn(sheet: _Sheet, moment: datetime) -> bytes:
    """Draw once what the documents of a batch have in common; letters that our fonts lack come from the system's."""
    drawn = draw_pages("signature", sheet.data, moment=moment, tagged=False)
    if drawn.replaced:
        other = draw_pages("signature", sheet.data, moment=moment, tagged=False, system_fonts=True)
        drawn = other if len(other.replaced) < len(drawn.replaced) else drawn
    return drawn.pdf


class _DrawnPage(PdfContent):
    """A page of our own as the content of a stamp."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def render(self) -> bytes:
        """Put the page among the resources and name it."""
        reader = PdfFileReader(BytesIO(self._data))
        page = self._ensure_writer.import_page_as_xobject(reader)
        name = f"/Mark{uuid.uuid4().hex}"
        self.resources.xobject[name] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return f"{name} Do".encode("ascii")
