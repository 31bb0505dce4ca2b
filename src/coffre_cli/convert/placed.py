"""The words of a page and where they are seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.convert.hidden import Placed

if TYPE_CHECKING:
    import pypdfium2

_MOST = 200_000
"""Characters of a page."""
_APART = 1.5
"""Heights of a line: farther from the letter before is another word."""
_NO_LETTERS = frozenset({0, 2, 0xAD, 0xFFFE, 0xFFFF})
"""What pdfium gives for a hyphen at the end of a line, and for what has no meaning."""
Box = tuple[float, float, float, float]


def placed_words(page: pypdfium2.PdfPage) -> list[Placed]:
    """Return the words of *page*, each with a space behind, and their boxes, as the page is shown."""
    import pypdfium2

    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    box, turn = page.get_bbox(), page.get_rotation()
    found = []
    for word in _words(text):
        place = _around([place for _letter, place in word])
        found.append(Placed(_joined([letter for letter, _place in word]) + " ", *shown_at(place, box, turn)))
    text.close()
    return found


def _words(text: pypdfium2.PdfTextPage) -> Iterator[list[tuple[str, Box]]]:
    """Yield the letters of each word; pdfium gives the spaces, guessed from gaps where the page has none."""
    word: list[tuple[str, Box]] = []
    for letter, place in _letters(text):
        if word and (letter.isspace() or _is_apart(word[-1][1], place)):
            yield word
            word = []
        if not letter.isspace():
            word.append((letter, place))
    if word:
        yield word


def _joined(letters: list[str]) -> str:
    """Return *letters* as one word; those beyond the first plane come in halves."""
    return "".join(letters).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _letters(text: pypdfium2.PdfTextPage) -> Iterator[tuple[str, Box]]:
    import pypdfium2
    from pypdfium2.raw import FPDFText_GetUnicode

    for number in range(min(text.count_chars(), _MOST)):
        code = FPDFText_GetUnicode(text, number)
        letter = " " if code in _NO_LETTERS else chr(code)
        try:
            yield letter, text.get_charbox(number, loose=True)
        except (pypdfium2.PdfiumError, ValueError):
            yield " ", (0.0, 0.0, 0.0, 0.0)


def _is_apart(before: Box, after: Box) -> bool:
    """Whether a letter lies too far from the one *before* it to belong to the same word, in any direction."""
    reach = _APART * max(before[3] - before[1], after[3] - after[1], before[2] - before[0], after[2] - after[0])
    across = max(after[0] - before[2], before[0] - after[2])
    down = max(after[1] - before[3], before[1] - after[3])
    return across > reach or down > reach


def _around(places: list[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*places, strict=True)
    return (min(lefts), min(bottoms), max(rights), max(tops))


def shown_at(place: Box, page: Box, turn: int) -> Box:
    """Return where *place* (left, bottom, right, top) of a *page* turned clockwise is seen, from its lower left."""
    left, bottom, right, top = place
    match turn:
        case 90:
            return (bottom - page[1], page[2] - right, top - page[1], page[2] - left)
        case 180:
            return (page[2] - right, page[3] - top, page[2] - left, page[3] - bottom)
        case 270:
            return (page[3] - top, left - page[0], page[3] - bottom, right - page[0])
        case _:
            return (left - page[0], bottom - page[1], right - page[0], top - page[1])
