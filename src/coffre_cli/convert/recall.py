"""Are the words of a PDF still there? Page by page, however the copy parts and orders them."""

from __future__ import annotations

import re
import unicodedata

from coffre_cli.convert.words import Words

_WORD = re.compile(r"\w{2,}")


def recall(before: Words, after: Words) -> float:
    """Return the share of the words on a page of *before* that its copy *after* has, for the worst page."""
    if len(before.pages) != len(after.pages):
        return 0.0
    return min((_of_page(*pages) for pages in zip(before.pages, after.pages, strict=True)), default=1.0)


def _of_page(before: str, after: str) -> float:
    words = set(_WORD.findall(_plain(before)))
    if not words:
        return 1.0
    there = "".join(_plain(after).split())  # spaces are guessed from gaps, by each reader and writer in its own way
    return sum(word in there for word in words) / len(words)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
