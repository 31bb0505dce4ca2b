"""From bytes to characters: a mark, then UTF-8, then the best guess, always said."""

from __future__ import annotations

import codecs
import unicodedata

from coffre_cli.values import frozen

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES = ("cp1252", "iso8859-15", "cp1250", "cp1251", "cp850", "mac-roman")
_SAMPLE = 65536
_USUAL = 0.5
"""What the commonest charset has in advance, for each character."""
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔŒÙ«»’“”–—…€°§áíóúñãõßåøÁÍÓÚÑÃÕÅØ·ºª¿¡")


@frozen
class Decoded:
    """Text, the charset it was read with, and whether that is certain."""

    text: str | None
    """None when the bytes are no text at all."""
    charset: str
    certain: bool


def decoded(data: bytes, *, final: bool = True) -> Decoded:
    """Return *data* as text; without *final* it may end in the middle of a character."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return Decoded(_partly(data[len(mark) :], charset, final=final, errors="replace"), charset, certain=True)
    wide = _without_mark(data)
    if wide:
        return Decoded(_partly(data, wide, final=final, errors="replace"), wide, certain=False)
    if b"\0" in data:
        return Decoded(None, "", certain=True)
    text = _partly(data, "utf-8", final=final, errors="strict")
    if text is not None:
        return Decoded(text, "utf-8", certain=True)
    charset = max(_GUESSES, key=lambda guess: _likeness(data[:_SAMPLE], guess))
    return Decoded(_partly(data, charset, final=final, errors="replace"), charset, certain=False)


def _partly(data: bytes, charset: str, *, final: bool, errors: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(charset)(errors).decode(data, final)
    except UnicodeDecodeError:
        return None


def _without_mark(data: bytes) -> str:
    """Return the UTF-16 in which mostly Latin text has every other byte zero, or nothing."""
    sample = data[:2000]
    if len(sample) < 4 or b"\0" not in sample:  # noqa: PLR2004 - two characters
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd < 0.05 * half else ""


def _likeness(data: bytes, charset: str) -> float:
    """Return how much *data* read as *charset* looks like writing; the first guess wins a tie."""
    text = data.decode(charset, "replace")
    score = 0.0
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if character >= "\x80":
            score += _weight(before, character, after)
            score += _USUAL if charset == _GUESSES[0] else 0
    return score


def _weight(before: str, character: str, after: str) -> float:
    category = unicodedata.category(character)
    if category in {"Cc", "Cn", "Co"} or character == "\ufffd":
        return -2
    if category[0] == "P" and character != "’" and before.isalpha() and after.isalpha():
        return -1
    if category[0] == "S":
        return 1 if character in _FRENCH else -0.5
    known = 1.0 if character in _FRENCH else 0.0
    if category[0] == "L":
        return known + (0.4 if before.isalpha() and before.islower() == character.islower() else 0.1)
    return known
