"""The mark of a visible signature: drawn by typst, so that any font has its right widths, and put on the page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from coffre_cli.pages.draw import Plain, draw
from coffre_cli.signing.identity import Identity, IdentityKind
from coffre_cli.signing.placement import Placed
from coffre_cli.signing.request import SigningRequest


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


def stamp_style(identity: Identity, request: SigningRequest, placed: Placed) -> StaticStampStyle:
    """Return the mark of *identity* for the place *placed*."""
    title, name, lines = wording(identity, request)
    data = _drawn(
        title, name, lines, round(placed.width, 2), round(placed.height, 2), placed.rotation, request.now
    )  # fmt: skip
    return StaticStampStyle(
        background=_DrawnPage(data),
        background_opacity=1.0,
        background_layout=_FILLED,
        border_width=0,
    )


def wording(identity: Identity, request: SigningRequest) -> tuple[str, str, tuple[str, ...]]:
    """Return the title, the name and the lines of the mark, in the language of the request."""
    words = _WORDS[request.language if request.language in _WORDS else "en"]
    local = request.now.astimezone()
    lines: list[str] = []
    if identity.organisation and identity.organisation != identity.name:
        lines.append(identity.organisation)
    if request.reason:
        lines.append(words.reason.format(request.reason))
    if request.place:
        lines.append(words.place.format(request.place))
    lines.append(words.date.format(local.strftime(words.day), local.strftime("%H:%M %Z")))
    title = words.seal if identity.kind is IdentityKind.ORGANISATION else words.signature
    return title, identity.name, tuple(lines)


_FILLED = layout.SimpleBoxLayoutRule(
    x_align=layout.AxisAlignment.ALIGN_MID,
    y_align=layout.AxisAlignment.ALIGN_MID,
    margins=layout.Margins(0, 0, 0, 0),
)


@lru_cache(maxsize=32)
def _drawn(
    title: str, name: str, lines: tuple[str, ...], width: float, height: float, turn: int, moment: datetime
) -> bytes:
    """Draw once what a batch of documents of one format all carry."""
    data: dict[str, Plain] = {"title": title, "name": name, "lines": list(lines)}
    data |= {"width": width, "height": height, "turn": turn}
    return draw("signature", data, moment=moment, tagged=False)


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
