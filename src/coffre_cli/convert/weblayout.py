"""Harmless HTML laid out by LibreOffice, and believed only when its words are there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import ConversionError
from coffre_cli.convert.fontlist import missing_glyphs
from coffre_cli.convert.model import Options, Product
from coffre_cli.convert.office import finished
from coffre_cli.convert.officefacts import OfficeFacts
from coffre_cli.convert.soffice import printed
from coffre_cli.errors import MissingProgramError
from coffre_cli.pages.glyphs import escaped

_WORD = re.compile(r"[^\W_]+")
_ENOUGH = 0.9
"""Of the words of the page must stand in the archive: LibreOffice prints some pages empty."""
_SECONDS = 15
"""Then words alone will do: a page that takes longer was made to."""
_MODIFIERS = (0xFE0E, 0xFE0F, 0x200D, *range(0x1F3FB, 0x1F400))
"""Marks that only change the sign before them."""
_NOTHING = OfficeFacts(frozenset(), (), 0)


def laid_out(page: str, words: str, options: Options, directory: Path) -> Product | None:
    """Return LibreOffice's pages of *page*, which says *words*; None when it is not there or lost words.

    Characters that no font shows become codes, so that no box stands for them.
    """
    missing = missing_glyphs(words, directory, None)
    safe = directory / "safe.html"
    visible = escaped(page.translate({code: None for code in _MODIFIERS if chr(code) in missing}), missing)
    safe.write_text(visible, encoding="utf-8", errors="replace")
    try:
        (made,) = printed([(safe, ".html")], directory, alone_seconds=_SECONDS)
        product = finished(made, _NOTHING, options, directory)
    except (MissingProgramError, ConversionError):
        return None
    finally:
        safe.unlink()
    found = (directory / product.text).read_text(encoding="utf-8") if product.text else ""
    asked = set(_WORD.findall(words.translate(dict.fromkeys(map(ord, missing)))))
    if len(asked & set(_WORD.findall(found))) < _ENOUGH * len(asked):
        return None
    if not missing:
        return product
    said = (*product.remarks, say.remark(say.GLYPHS, characters=" ".join(missing[:20])))
    return replace(product, remarks=said, record=replace(product.record, glyphs_missing=missing[:100]))
