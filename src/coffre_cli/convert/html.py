"""HTML: decoded and made harmless first, then laid out by LibreOffice where it is installed, else drawn as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.charset import Decoded
from coffre_cli.convert.errors import DamagedFileError, TextTooLongError
from coffre_cli.convert.model import Kind, Options, Product, Source
from coffre_cli.convert.soffice import MEMORY
from coffre_cli.convert.text import drawn_text
from coffre_cli.convert.weblayout import laid_out
from coffre_cli.convert.webtext import decoded_html, harmless
from coffre_cli.convert.words import TEXT


class HtmlConverter:
    """Web pages saved as files."""

    needs_programs = True
    memory_bytes = MEMORY

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path, /) -> Product:
        """Lay out the page without anything from outside it."""
        (source,) = sources
        if source.path.stat().st_size > options.bounds.text_bytes:
            raise TextTooLongError(limit=options.bounds.text_bytes)
        read = decoded_html(source.path.read_bytes())
        if read.text is None:
            raise DamagedFileError(reason=kind.label)
        page, words, dropped = harmless(read.text)
        product = laid_out(page, words, options, directory)
        if product is None:
            product = drawn_text(Decoded(words, read.charset, certain=True), source.name, options, directory)
        if words.strip():
            (directory / TEXT).write_text(words, encoding="utf-8", errors="replace", newline="")
        said = [] if read.certain else [say.remark(say.CHARSET, charset=read.charset)]
        if dropped:
            said.append(say.remark(say.EXTERNAL, what=", ".join(dropped)))
        return replace(
            product,
            text=TEXT if words.strip() else None,
            remarks=(*said, *product.remarks),
            record=replace(product.record, charset=read.charset),
        )
