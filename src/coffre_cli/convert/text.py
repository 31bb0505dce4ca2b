"""Plain text, Markdown and CSV: drawn as typed, nothing interpreted, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from unicodedata import combining, east_asian_width

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import reopened_lean, validator, write_archive
from coffre_cli.convert.charset import Decoded, decoded
from coffre_cli.convert.errors import DamagedFileError, TextTooLongError
from coffre_cli.convert.model import Kind, Options, Product, Record, Source
from coffre_cli.convert.words import TEXT
from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.pages.draw import Drawn, draw_pages
from coffre_cli.pages.glyphs import shown

COLUMNS = 88
"""What fits between the margins of `text.typ` in its size."""
_TAB = 8
_BREAKS = re.compile("\r\n|\r|\n|\x0b|\x85|\u2028|\u2029")


class TextConverter:
    """Plain text of any charset."""

    needs_programs = False
    memory_bytes = 3 << 30

    def __call__(self, sources: Sequence[Source], _kind: Kind, options: Options, directory: Path) -> Product:
        """Draw the text, in a fixed width, long lines wrapped."""
        (source,) = sources
        if source.path.stat().st_size > options.bounds.text_bytes:
            raise TextTooLongError(limit=options.bounds.text_bytes)
        read = decoded(source.path.read_bytes())
        if read.text is None:
            raise DamagedFileError(reason=N_("no text"))
        return drawn_text(read, source.name, options, directory)


def drawn_text(read: Decoded, title: str, options: Options, directory: Path) -> Product:
    """Return the product of drawing the text *read* under *title*."""
    text = "\n".join(_BREAKS.split(read.text or ""))
    visible = shown(text.replace("\f", "\n"))
    drawn = draw_pages(
        "text",
        {"title": shown(title), "lines": list(wrapped(visible, COLUMNS)), "footer": shown(title)},
        moment=options.moment,
        system_fonts=True,
        tagged=False,
    )
    written = write_archive(reopened_lean(drawn.pdf), directory, options.moment)
    (directory / TEXT).write_text(text, encoding="utf-8", errors="replace", newline="")
    return Product(
        archive=written.path.name,
        format=written.format,
        reason=say.remark(say.PLAIN_PDF, reason=written.why) if written.why else None,
        text=TEXT if text.strip() else None,
        pages=written.pages,
        remarks=tuple(_said(read, drawn, plain=visible == text)),
        record=Record(
            route="typst",
            tools=typst_tools(),
            pages_out=written.pages,
            verdict=written.verdict,
            validator=validator(),
            glyphs_missing=drawn.replaced,
            charset=read.charset,
        ),
    )


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Yield the lines of *text*, none wider than *columns*; broken at spaces where there are some, tabs expanded."""
    for line in text.split("\n"):
        rest = line.expandtabs(_TAB)
        while True:
            cut = _fitting(rest, columns)
            if cut >= len(rest):
                break
            space = rest.rfind(" ", cut // 2, cut + 1)
            at = space + 1 if space > 0 else cut
            yield rest[:at]
            rest = rest[at:]
        yield rest


def _fitting(text: str, columns: int) -> int:
    """Return how many characters of *text* fit; wide ones take two columns, combining ones none."""
    if len(text) <= columns // 2 or (text.isascii() and len(text) <= columns):
        return len(text)
    width = 0
    for number, character in enumerate(text):
        if not combining(character):
            width += 2 if east_asian_width(character) in "WF" else 1
        if width > columns:
            return max(number, 1)
    return len(text)


def _said(read: Decoded, drawn: Drawn, *, plain: bool) -> Iterator[Remark]:
    if not read.certain:
        yield say.remark(say.CHARSET, charset=read.charset)
    if not plain:
        yield say.remark(say.CONTROLS)
    if drawn.replaced:
        yield say.remark(say.GLYPHS, characters=" ".join(drawn.replaced[:20]))


def typst_tools() -> tuple[tuple[str, str], ...]:
    """Return what drew the page."""
    import pikepdf

    return (("typst", version("typst")), ("pikepdf", pikepdf.__version__))
