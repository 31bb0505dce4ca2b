"""Fonts that a page chooses and never shows a letter with: many programs begin every page so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.prune import prune

if TYPE_CHECKING:
    import pikepdf

_SHOWING = frozenset({"Tj", "TJ", "'", '"', "Do"})
"""A form may show letters in the font its page has chosen."""


def without_idle_fonts(pdf: pikepdf.Pdf) -> bool:
    """Take such choices out of the pages of *pdf*, and what pages do not name out of their resources."""
    import pikepdf

    changed = False
    for page in pdf.pages:
        instructions = pikepdf.parse_content_stream(page)
        idle = _idle(instructions)
        if idle:
            kept = [one for number, one in enumerate(instructions) if number not in idle]
            page.obj["/Contents"] = pdf.make_stream(pikepdf.unparse_content_stream(kept))
            changed = True
    return prune(pdf) or changed


def _idle(instructions: Sequence[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage]) -> set[int]:
    """Return the places of the choices of a font that no letter follows before another choice or the state's end."""
    idle: set[int] = set()
    chosen: list[int | None] = [None]
    for number, instruction in enumerate(instructions):
        word = str(instruction.operator)
        if word == "q":
            chosen.append(chosen[-1])
        elif word == "Q" and len(chosen) > 1:
            chosen.pop()
        elif word == "Tf":
            idle.add(number)
            chosen[-1] = number
        elif word in _SHOWING and chosen[-1] is not None:
            idle.discard(chosen[-1])
    return idle
