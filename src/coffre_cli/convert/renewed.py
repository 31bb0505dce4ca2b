"""Scans with words behind them in a font that is not embedded: the pictures stay, the words are laid anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.hidden import Placed, put_behind
from coffre_cli.convert.placed import placed_words
from coffre_cli.convert.prune import prune
from coffre_cli.convert.words import open_pdf

if TYPE_CHECKING:
    import pikepdf

_SHOWING = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE = 3
_MOST_PAGES = 2_000


def with_words_renewed(pdf: pikepdf.Pdf, path: Path, passwords: tuple[str, ...]) -> bool:
    """Lay the words of *pdf*, read from *path*, anew; False, and nothing done, when one of them is visible."""
    import pikepdf

    if len(pdf.pages) > _MOST_PAGES:
        return False
    streams = [_without_hidden_words(page) for page in pdf.pages]
    if any(stream is None for stream in streams):
        return False
    layers = _layers(path, passwords)
    for page, stream in zip(pdf.pages, streams, strict=True):
        if stream is not None:
            page.obj["/Contents"] = pdf.make_stream(pikepdf.unparse_content_stream(stream))
    prune(pdf)
    put_behind(pdf, layers)
    return True


def _layers(path: Path, passwords: tuple[str, ...]) -> list[list[Placed]]:
    document = open_pdf(path, passwords)
    try:
        layers = []
        for page in document:
            layers.append(placed_words(page))
            page.close()
        return layers
    finally:
        document.close()


def _without_hidden_words(page: pikepdf.Page) -> Sequence[pikepdf.ContentStreamInstruction] | None:
    """Return the contents of *page* without its text; None when some of it is visible, or in a form."""
    import pikepdf

    if _draws_words_in_forms(page):
        return None
    kept: list[pikepdf.ContentStreamInstruction] = []
    modes, mode, inside = [], 0, False
    for instruction in pikepdf.parse_content_stream(page):
        word = str(instruction.operator)
        if word == "q":
            modes.append(mode)
        elif word == "Q" and modes:
            mode = modes.pop()
        elif word == "Tr":
            mode = int(instruction.operands[0])
        elif word in _SHOWING and mode != _INVISIBLE:
            return None
        inside = word == "BT" or (inside and word != "ET")
        if not inside and word != "ET" and isinstance(instruction, pikepdf.ContentStreamInstruction):
            kept.append(instruction)
        elif not isinstance(instruction, pikepdf.ContentStreamInstruction):
            return None  # an inline picture: rare in scans, and not worth a guess
    return kept


def _draws_words_in_forms(page: pikepdf.Page) -> bool:
    import pikepdf

    forms = page.resources.get("/XObject")
    if not isinstance(forms, pikepdf.Dictionary):
        return False
    drawn = [form for _name, form in forms.items() if form.get("/Subtype") == "/Form"]
    return any(form.get("/Resources") is None or "/Font" in form["/Resources"] for form in drawn)
