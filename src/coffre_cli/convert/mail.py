"""Mail: a page with its headers and its words; what was attached becomes files beside. The message stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import reopened_lean, validator, write_archive
from coffre_cli.convert.labels import label, put_child
from coffre_cli.convert.message import Letter, read_eml, read_msg
from coffre_cli.convert.model import Child, Kind, Options, Product, Record, Source
from coffre_cli.convert.text import typst_tools, wrapped
from coffre_cli.convert.words import TEXT
from coffre_cli.model import Remark
from coffre_cli.pages.draw import Plain, draw_pages
from coffre_cli.pages.glyphs import shown

_COLUMNS = 88
_NARROW = 72
"""Beside the names of the headers."""


class MailConverter:
    """EML, and MSG with its extra."""

    needs_programs = False
    memory_bytes = 3 << 30

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path, /) -> Product:
        """Draw the message and take its attachments out."""
        (source,) = sources
        letter = read_msg(source.path) if kind.label == "MSG" else read_eml(source.path)
        children = tuple(put_child(directory, number, one.name, one.data) for number, one in enumerate(letter.attached))
        drawn = draw_pages(
            "mail", _data(letter, children, source.name), moment=options.moment, system_fonts=True, tagged=False
        )
        written = write_archive(reopened_lean(drawn.pdf), directory, options.moment)
        (directory / TEXT).write_text(_words(letter), encoding="utf-8", errors="replace", newline="")
        return Product(
            archive=written.path.name,
            format=written.format,
            reason=say.remark(say.PLAIN_PDF, reason=written.why) if written.why else None,
            text=TEXT,
            pages=written.pages,
            remarks=tuple(_said(letter, children, drawn.replaced)),
            children=children,
            record=Record(
                route="typst",
                tools=typst_tools(),
                pages_out=written.pages,
                verdict=written.verdict,
                validator=validator(),
                glyphs_missing=drawn.replaced,
            ),
        )


def _data(letter: Letter, children: Sequence[Child], name: str) -> dict[str, Plain]:
    return {
        "title": letter.subject or label(name),
        "headers": [[header, "\n".join(wrapped(shown(value), _NARROW))] for header, value in letter.headers],
        "lines": list(wrapped(shown(letter.body.replace("\r\n", "\n").replace("\r", "\n")), _COLUMNS)),
        "attached": [
            [child.name, one.media_type, f"{child.size:,} B".replace(",", " ")]
            for child, one in zip(children, letter.attached, strict=True)
        ],
    }


def _words(letter: Letter) -> str:
    heads = "\n".join(f"{name}: {value}" for name, value in letter.headers)
    names = "\n".join(one.name for one in letter.attached)
    return f"{heads}\n\n{letter.body}\n\n{names}".rstrip() + "\n"


def _said(letter: Letter, children: Sequence[Child], replaced: Sequence[str]) -> Iterator[Remark]:
    if letter.left_out:
        yield say.remark(say.EXTERNAL, what=", ".join(letter.left_out))
    if children:
        yield say.remark(say.CHILDREN, names=", ".join(child.name for child in children))
    for child in children:
        if child.size == 0:
            yield say.remark(say.CHILD_EMPTY, name=child.name)
    if replaced:
        yield say.remark(say.GLYPHS, characters=" ".join(replaced[:20]))
