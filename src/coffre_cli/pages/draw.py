"""Fill a template and get a PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from coffre_cli.i18n import N_
from coffre_cli.pages.errors import PageError
from coffre_cli.pages.glyphs import escaped, shown, undrawable

if TYPE_CHECKING:
    import typst

Standard = Literal["a-2b", "a-2u", "a-2a", "a-3b", "a-3u", "a-3a", "1.7"]
Plain: TypeAlias = bool | int | float | str | bytes | Sequence["Plain"] | Mapping[str, "Plain"] | None

_TEMPLATES = Path(__file__).parent / "templates"
_ATTEMPTS = 4
"""Each attempt replaces what the last one could not draw; typst names every missing character at once."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pages, and what they could not show."""

    pdf: bytes
    replaced: tuple[str, ...]
    """The characters shown as escapes."""


def draw(
    template: str,
    data: Mapping[str, Plain],
    *,
    moment: datetime,
    standard: Standard = "a-2b",
    system_fonts: bool = False,
    tagged: bool = True,
) -> bytes:
    """Return the PDF of *template* filled with *data*; *moment* is its creation date.

    Raises:
        PageError: The template is not there, or does not accept the data.
    """
    drawn = draw_pages(template, data, moment=moment, standard=standard, system_fonts=system_fonts, tagged=tagged)
    return drawn.pdf


def draw_pages(
    template: str,
    data: Mapping[str, Plain],
    *,
    moment: datetime,
    standard: Standard = "a-2b",
    system_fonts: bool = False,
    tagged: bool = True,
) -> Drawn:
    """Do as `draw`, and say which characters had to be replaced.

    Raises:
        PageError: The template is not there, or does not accept the data.
    """
    import typst

    source = _source(template)
    compiler = _compiler(template, system_fonts=system_fonts)
    replaced: set[str] = set()
    for _attempt in range(_ATTEMPTS):
        inputs = {"data": json.dumps(_plain(data, frozenset(replaced)), ensure_ascii=False)}
        try:
            pdf = compiler.compile(
                source,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=[standard],
                timestamp=int(moment.timestamp()),
                pdf_tags=tagged,
            )
        except typst.TypstError as error:
            missing = undrawable(error.diagnostic) - replaced
            if not missing:
                raise PageError(template=template, reason=error.message[:200]) from error
            replaced |= missing
            continue
        if not isinstance(pdf, bytes):
            raise PageError(template=template, reason=N_("no document"))
        return Drawn(pdf, tuple(sorted(replaced)))
    raise PageError(template=template, reason=N_("characters without a font"))


def _source(template: str) -> bytes:
    try:
        return (_TEMPLATES / f"{template}.typ").read_bytes()
    except OSError as error:
        raise PageError(template=template, reason=error.strerror or "?") from error


@cache
def _compiler(template: str, *, system_fonts: bool) -> typst.Compiler:
    import typst

    return typst.Compiler(_source(template), ignore_system_fonts=not system_fonts)


def _plain(value: Plain, replaced: frozenset[str]) -> object:
    match value:
        case str():
            text = shown(value)
            return escaped(text, replaced) if replaced else text
        case bytes():
            return list(value)
        case Mapping():
            return {key: _plain(item, replaced) for key, item in value.items()}
        case Sequence():
            return [_plain(item, replaced) for item in value]
        case _:
            return value
