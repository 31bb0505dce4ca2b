"""Full-text search: accents and case do not matter; the last word may be a beginning.

The commonest word of a large vault is ranked over its newest matches only (95 ms over 100,000, 4 ms over 2,000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coffre_cli.model import RecordId
from coffre_cli.store.index import Index, blob, integer, real, text
from coffre_cli.values import frozen

NEWEST_MATCHES = 2_000
MARK_START, MARK_END = "\x02", "\x03"
"""Around the words found, in snippets; control characters cannot come from a text we show."""
_SNIPPET_WORDS = 12
_PHRASE_OR_WORD = r'"([^"]*)"|([^\s"]+)'
_NO_TEXT = "[\0-\x1f\x7f\ud800-\udfff]"
"""What ends a query early (NUL) or cannot be handed over (bytes of an argument that are no UTF-8)."""
_NEWEST = """
    SELECT rowid, bm25(words_fts, 8.0, 4.0, 1.0) FROM words_fts WHERE words_fts MATCH ? ORDER BY rowid DESC LIMIT ?
"""
_SHOWN = """
    SELECT words_fts.rowid, w.record, r.state, snippet(words_fts, -1, ?, ?, '…', ?)
    FROM words_fts JOIN words w ON w.number = words_fts.rowid JOIN record r ON r.id = w.record
    WHERE words_fts MATCH ? AND words_fts.rowid >= ? AND +words_fts.rowid IN ({})
"""
"""Snippets of the best alone: of 2,000 candidates they cost 100 ms. `+` keeps FTS5 from seeking each row anew."""


@frozen
class Hit:
    """A document found, the best first."""

    record: RecordId
    state: bytes
    snippet: str


@frozen
class Matches:
    """What a search found, the best first."""

    hits: tuple[Hit, ...]
    cut: bool
    """More documents match than were ranked: the newest."""


def search(index: Index, words: str, limit: int) -> Matches:
    """Return the documents that hold all of *words* (a phrase in quotation marks holds together), at most *limit*.

    The last word is taken for the beginning of one only when as a whole it gives fewer: all that begins with a common
    short word takes a second to gather in a large vault.
    """
    whole, beginning = match_query(words)
    if not whole:
        return Matches((), cut=False)
    newest = _newest(index, whole)
    query = whole
    if len(newest) < limit and beginning != whole:
        query, newest = beginning, _newest(index, beginning)
    ranked = sorted(newest[:NEWEST_MATCHES], key=lambda match: (match[1], -match[0]))
    return Matches(tuple(_shown(index, query, [number for number, _ in ranked[:limit]])), len(newest) > NEWEST_MATCHES)


def _newest(index: Index, query: str) -> list[tuple[int, float]]:
    """Return row and score (the lowest is the best) of the newest matches, one more than are ranked."""
    return [(integer(row[0]), real(row[1])) for row in index.rows(_NEWEST, (query, NEWEST_MATCHES + 1))]


def _shown(index: Index, query: str, best: Sequence[int]) -> Iterator[Hit]:
    if not best:
        return
    sql = _SHOWN.format(",".join("?" * len(best)))
    found = {row[0]: row for row in index.rows(sql, (MARK_START, MARK_END, _SNIPPET_WORDS, query, min(best), *best))}
    for row in (found[number] for number in best if number in found):
        yield Hit(RecordId(blob(row[1])), blob(row[2]), text(row[3]))


def match_query(words: str) -> tuple[str, str]:
    """Return the FTS5 queries for what a person typed: of whole words, and with the last one a beginning."""
    parts = re.findall(_PHRASE_OR_WORD, re.sub(_NO_TEXT, " ", words))
    kept = [(phrase or word, bool(word)) for phrase, word in parts if re.search(r"\w", phrase or word)]
    whole = " ".join(f'"{text}"' for text, _ in kept)
    return whole, f"{whole}*" if kept and kept[-1][1] else whole
