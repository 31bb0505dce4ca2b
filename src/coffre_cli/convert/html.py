"""HTML: decoded and made harmless first, then laid out by LibreOffice where it is installed, else drawn as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.charset import Decoded
from coffre_cli.convert.errors import ConversionError, DamagedFileError, TextTooLongError
from coffre_cli.convert.model import Kind, Options, Product, Source
from coffre_cli.convert.office import finished
from coffre_cli.convert.officefacts import OfficeFacts
from coffre_cli.convert.soffice import MEMORY, printed
from coffre_cli.convert.text import drawn_text
from coffre_cli.convert.webtext import decoded_html, harmless
from coffre_cli.convert.words import TEXT
from coffre_cli.errors import MissingProgramError

_WORD = re.compile(r"\w+")
_ENOUGH = 0.9
"""Of the words of the page must stand in the archive: LibreOffice prints some charsets as an empty page."""


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
        product = self._laid_out(page, words, options, directory)
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

    def _laid_out(self, page: str, words: str, options: Options, directory: Path) -> Product | None:
        """Return LibreOffice's pages, or None when it is not there or lost words."""
        safe = directory / "safe.html"
        safe.write_text(page, encoding="utf-8", errors="replace")
        try:
            (made,) = printed([(safe, ".html")], directory)
            product = finished(made, OfficeFacts(frozenset(), (), 0), options, directory)
        except (MissingProgramError, ConversionError):
            return None
        shown = (directory / product.text).read_text(encoding="utf-8") if product.text else ""
        asked = set(_WORD.findall(words))
        return product if len(asked & set(_WORD.findall(shown))) >= _ENOUGH * len(asked) else None
