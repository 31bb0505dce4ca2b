"""Characters that cannot be drawn as they are: which, and what stands for them."""

from __future__ import annotations

import re
from collections.abc import Collection

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Controls, direction marks, invisible tags, halves of pairs: what would act on the page instead of showing."""
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)", re.DOTALL)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def shown(text: str) -> str:
    """Return *text* with every character that acts instead of showing as a visible escape; newline and tab stay."""
    return _HIDDEN.sub(lambda found: _escape(found[0]), text)


def escaped(text: str, characters: Collection[str]) -> str:
    """Return *text* with each of *characters* as a visible escape."""
    return text.translate({ord(character): _escape(character) for character in characters})


def undrawable(diagnostic: str) -> set[str]:
    """Return the characters that typst's *diagnostic* says no font can show."""
    found: set[str] = set()
    for quoted in _MISSING.findall(diagnostic):
        text = _ESCAPE.sub(lambda part: chr(int(part[1], 16)) if part[1] else _NAMED.get(part[2], part[2]), quoted)
        found.update(character for character in text if character > "~")
    return found


def _escape(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"
