"""Mail: a page with its headers and its words; what was attached becomes files beside. The message stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import reopened_lean, validator, write_archive
from coffre_cli.convert.errors import TooDeepError
from coffre_cli.convert.labels import label, put_child
from coffre_cli.convert.letterpage import letter_page
from coffre_cli.convert.message import Attached, Letter, read_eml, read_msg
from coffre_cli.convert.model import Child, Kind, Options, Product, Record, Source
from coffre_cli.convert.soffice import MEMORY
from coffre_cli.convert.text import typst_tools, wrapped
from coffre_cli.convert.weblayout import laid_out
from coffre_cli.convert.words import TEXT
from coffre_cli.model import Remark
from coffre_cli.pages.draw import Plain, draw_pages
from coffre_cli.pages.glyphs import shown

_COLUMNS = 88
_NARROW = 72
"""Beside the names of the headers."""


class MailConverter:
    """EML, and MSG with its extra."""

    needs_programs = True
    memory_bytes = MEMORY

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path, /) -> Product:
        """Draw the message, as its writer laid it out where that can be, and take its attachments out."""
        (source,) = sources
        letter = read_msg(source.path) if kind.label == "MSG" else read_eml(source.path)
        product, beside = _page(letter, options, directory) or _drawn(letter, source.name, options, directory)
        too_deep = options.depth >= options.bounds.depth
        children = (
            ()
            if too_deep
            else tuple(put_child(directory, number, one.name, one.data) for number, one in enumerate(beside))
        )
        said = [say.remark_of(TooDeepError(limit=options.depth))] if too_deep and beside else []
        return replace(
            product, text=TEXT, remarks=(*said, *_said(children), *product.remarks), children=children, wordless=()
        )


def _page(letter: Letter, options: Options, directory: Path) -> tuple[Product, Sequence[Attached]] | None:
    """Return the message laid out, and the attachments its body does not show; None when it is words only."""
    if not letter.is_laid_out:
        return None
    page = letter_page(letter)
    product = laid_out(page.html, f"{_heads(letter)}\n{page.words}", options, directory)
    if product is None:
        return None
    _save_words(letter, page.words, directory)
    said = (say.remark(say.EXTERNAL, what=", ".join(page.dropped)),) if page.dropped else ()
    beside = [one for one in letter.attached if one.cid not in page.shown]
    return replace(product, remarks=(*said, *product.remarks)), beside


def _drawn(letter: Letter, name: str, options: Options, directory: Path) -> tuple[Product, Sequence[Attached]]:
    """Return the words of the message as typed, and all its attachments."""
    drawn = draw_pages("mail", _data(letter, name), moment=options.moment, system_fonts=True, tagged=False)
    written = write_archive(reopened_lean(drawn.pdf), directory, options.moment)
    _save_words(letter, letter.body, directory)
    said = [say.remark(say.EXTERNAL, what=", ".join(letter.left_out))] if letter.left_out else []
    if drawn.replaced:
        said.append(say.remark(say.GLYPHS, characters=" ".join(drawn.replaced[:20])))
    product = Product(
        archive=written.path.name,
        format=written.format,
        reason=say.remark(say.PLAIN_PDF, reason=written.why) if written.why else None,
        pages=written.pages,
        remarks=tuple(said),
        record=Record(
            route="typst",
            tools=typst_tools(),
            pages_out=written.pages,
            verdict=written.verdict,
            validator=validator(),
            glyphs_missing=drawn.replaced,
        ),
    )
    return product, letter.attached


def _data(letter: Letter, name: str) -> dict[str, Plain]:
    return {
        "title": letter.subject or label(name),
        "headers": [[header, "\n".join(wrapped(shown(value), _NARROW))] for header, value in letter.headers],
        "lines": list(wrapped(shown(letter.body.replace("\r\n", "\n").replace("\r", "\n")), _COLUMNS)),
        "attached": [
            [label(one.name), one.media_type, f"{len(one.data):,} B".replace(",", " ")] for one in letter.attached
        ],
    }


def _heads(letter: Letter) -> str:
    return "\n".join(f"{name}: {value}" for name, value in letter.headers)


def _save_words(letter: Letter, body: str, directory: Path) -> None:
    names = "\n".join(one.name for one in letter.attached)
    words = f"{_heads(letter)}\n\n{body}\n\n{names}".rstrip() + "\n"
    (directory / TEXT).write_text(words, encoding="utf-8", errors="replace", newline="")


def _said(children: Sequence[Child]) -> Iterator[Remark]:
    if children:
        yield say.remark(say.CHILDREN, names=", ".join(child.name for child in children))
    for child in children:
        if child.size == 0:
            yield say.remark(say.CHILD_EMPTY, name=child.name)
