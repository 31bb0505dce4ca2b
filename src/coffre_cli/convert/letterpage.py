"""A message as one page of HTML: its headers, its body as its writer laid it out, the names of what was attached."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from coffre_cli.convert.labels import label
from coffre_cli.convert.message import Attached, Letter, Piece
from coffre_cli.convert.webtext import Cleaned, Picture, cleaned, page_around
from coffre_cli.pages.glyphs import shown

_MOST_PIXELS = 40_000_000
_MOST_PICTURES = 200
_LOOK = (
    "<style>body, td { font-family: 'Liberation Sans', 'DejaVu Sans', sans-serif; font-size: 10pt }"
    " p { margin-top: 0; margin-bottom: 0.2cm }</style>"
)


@dataclass(frozen=True, slots=True)
class LetterPage:
    """What goes to the printer of pages."""

    html: str
    words: str
    dropped: tuple[str, ...]
    shown: frozenset[str]
    """The attachments that the body shows, by their content ids."""


def letter_page(letter: Letter) -> LetterPage:
    """Return *letter* as a page."""
    pictures = dict(_pictures(letter.attached))
    pieces = [_piece(piece, pictures) for piece in letter.pieces]
    seen = frozenset().union(*(piece.shown for piece in pieces))
    beside = [one for one in letter.attached if one.cid not in seen]
    html = f"{_headers(letter)}<hr>{'<hr>'.join(piece.body for piece in pieces)}{_beside(beside)}"
    dropped = tuple(sorted({thing for piece in pieces for thing in piece.dropped}))
    return LetterPage(page_around(html, _LOOK), "\n\n".join(piece.words for piece in pieces), dropped, seen)


def _piece(piece: Piece, pictures: dict[str, Picture]) -> Cleaned:
    if piece.is_html:
        return cleaned(piece.text, pictures)
    lines = piece.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return Cleaned(f"<p>{'<br>'.join(map(_line, lines))}</p>", piece.text, (), frozenset())


def _line(line: str) -> str:
    text = escape(shown(line.expandtabs(8))).replace("  ", "&nbsp; ")
    return f'<font color="#555555">{text}</font>' if line.startswith(">") else text


def _headers(letter: Letter) -> str:
    rows = "".join(
        f'<tr><td width="13%" valign="top"><b>{escape(name)}</b></td><td width="87%">{escape(shown(value))}</td></tr>'
        for name, value in letter.headers
    )
    return f'<table width="100%" cellpadding="1" cellspacing="0">{rows}</table>'


def _beside(attached: Sequence[Attached]) -> str:
    if not attached:
        return ""
    rows = "".join(
        f"<li>{escape(label(one.name) or '?')} ({escape(one.media_type)}, {_size(one)})</li>" for one in attached
    )
    return f"<hr><ul>{rows}</ul>"


def _size(one: Attached) -> str:
    return f"{len(one.data):,} B".replace(",", "&nbsp;")


def _pictures(attached: Sequence[Attached]) -> Iterator[tuple[str, Picture]]:
    """Yield content id and picture for each that can be decoded."""
    for one in attached[:_MOST_PICTURES]:
        found = _data_picture(one.data) if one.cid else None
        if found is not None:
            yield one.cid, found


def _data_picture(data: bytes) -> Picture | None:
    """Return the picture that *data* are; None when they are none, or too large."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return None
                kind, width = str(image.format).lower(), image.width
                if kind not in {"png", "jpeg", "gif"}:
                    output = io.BytesIO()
                    image.convert("RGBA").save(output, "PNG")
                    kind, data = "png", output.getvalue()
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, EOFError, IndexError, OverflowError):
        return None
    return Picture(f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}", width)
