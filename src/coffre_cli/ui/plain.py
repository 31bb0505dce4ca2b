"""Hostile text made harmless: no control characters, no bidirectional tricks, no end of line."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping

from coffre_cli.crypto.canonical import Json

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_INNOCENT = frozenset("\N{SOFT HYPHEN}\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")


def plain(text: str) -> str:
    """Return *text* on one line, without characters that act on a terminal or turn the reading direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def width(text: str) -> int:
    """Return how many columns *text* takes in a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(bool(unicodedata.combining(character)) for character in text)


def fitted(text: str, columns: int) -> str:
    """Return *text* padded or shortened to *columns*."""
    if width(text) > columns:
        while text and width(text) >= columns:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def json_line(value: Mapping[str, Json]) -> str:
    """Return *value* as JSON on one line: letters stay readable, what acts on a terminal is escaped."""
    return re.sub("[^ -~]", _escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return json.dumps(character)[1:-1] if unicodedata.category(character) in _HIDDEN else character


def _shown(character: str) -> str:
    if character in _INNOCENT:
        return ""
    return _REPLACEMENT if unicodedata.category(character) in _HIDDEN else character
