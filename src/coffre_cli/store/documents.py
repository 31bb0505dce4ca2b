"""Rows of documents: what the index folds from their states, and how they are found again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from coffre_cli.model import Document, RecordId, Sha256
from coffre_cli.store.index import Index, Row, blob, text
from coffre_cli.values import frozen

MAXIMUM_CANDIDATES = 10
DOCUMENT_TABLES = frozenset({"document", "document_tag", "blob", "words"})
INSERT_DOCUMENT = (
    "INSERT OR REPLACE INTO document(record, title, folder, added, size, sha256, source, source_size, name) "
    "VALUES (?,?,?,?,?,?,?,?,?)"
)
INSERT_BLOB = (
    "INSERT INTO blob(id, record, kind, size, sha256) VALUES (?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
    "record = excluded.record, kind = excluded.kind, size = excluded.size, sha256 = excluded.sha256"
)


@frozen
class Filter:
    """Which documents to list."""

    folder: str | None = None
    """This folder and those under it."""
    tag: str | None = None
    since: str | None = None
    """Deposited on or after this ISO day."""
    sort: str = "added"
    newest_first: bool = True


_SORTS = {"added": "added, rowid", "title": "title COLLATE NOCASE, rowid", "size": "size, rowid"}
"""Rows are written anew at each change: their order is that of the changes."""


def put_document(index: Index, document: Document, words: str | None) -> None:
    """Write the rows of *document*; *words* is its text, None when it did not change."""
    index.run(INSERT_DOCUMENT, document_row(document))
    index.run("DELETE FROM document_tag WHERE record = ?", (document.id,))
    index.run_many("INSERT INTO document_tag(record, tag) VALUES (?, ?)", [(document.id, t) for t in document.tags])
    index.run_many(INSERT_BLOB, blob_rows(document))
    _put_words(index, document, words)


def drop_replaced(index: Index, document: Document) -> list[bytes]:
    """Forget the blobs of renditions that *document* no longer has; return their ids."""
    now = {one.blob for one in document.renditions}
    known = [blob(row[0]) for row in index.rows("SELECT id FROM blob WHERE record = ?", (document.id,))]
    replaced = [name for name in known if name not in now]
    index.run_many("DELETE FROM blob WHERE id = ?", [(name,) for name in replaced])
    return replaced


def document_row(document: Document) -> Row:
    """Return what `INSERT_DOCUMENT` takes."""
    source, shown = document.source, document.shown
    moment = document.added.isoformat()
    own = (document.id, document.title, document.folder, moment, shown.size, shown.sha256)
    return (*own, source.sha256, source.size, source.name)


def blob_rows(document: Document) -> list[Row]:
    """Return what `INSERT_BLOB` takes, for each rendition."""
    return [(one.blob, document.id, one.kind, one.size, one.sha256) for one in document.renditions]


def forget_document(index: Index, record: RecordId) -> None:
    """Remove every row of a document; its words leave the full-text index byte by byte (`secure-delete`)."""
    _forget_words(index, record)
    for table in ("document", "document_tag", "blob"):
        index.run(f"DELETE FROM {table} WHERE record = ?", (record,))  # noqa: S608 - names from the tuple above


def labels(document: Document) -> str:
    """Return what is searched beside title and text: folder, tags, file name, dates."""
    return " ".join((document.folder, *document.tags, document.source.name, document.date or ""))


def listed(index: Index, wanted: Filter) -> list[RecordId]:
    """Return the documents that *wanted* lets through, in the order it asks for."""
    where, parameters = _conditions(wanted)
    direction = "DESC" if wanted.newest_first else "ASC"
    order = ", ".join(f"{column} {direction}" for column in _SORTS[wanted.sort].split(", "))
    sql = f"SELECT record FROM document {where} ORDER BY {order}"  # noqa: S608 - columns from the table above, values bound
    return _ids(index.rows(sql, parameters))


def count(index: Index) -> int:
    """Return how many documents there are."""
    row = index.one("SELECT count(*) FROM document")
    return int(row[0] or 0) if row else 0


def find_by_prefix(index: Index, prefix: str) -> list[RecordId]:
    """Return the documents whose id begins with the hexadecimal *prefix*, a few at most."""
    if not re.fullmatch(r"[0-9a-fA-F]{1,32}", prefix):
        return []
    bounds = (bytes.fromhex(prefix.ljust(32, digit)) for digit in "0f")
    sql = "SELECT record FROM document WHERE record BETWEEN ? AND ? ORDER BY record LIMIT ?"
    return _ids(index.rows(sql, (*bounds, MAXIMUM_CANDIDATES)))


def find_by_title(index: Index, title: str) -> list[RecordId]:
    """Return the documents of exactly this title, a few at most."""
    rows = index.rows(
        "SELECT record FROM document WHERE title = ? ORDER BY added LIMIT ?",
        (unicodedata.normalize("NFC", title), MAXIMUM_CANDIDATES),
    )
    return _ids(rows)


def find_by_digests(index: Index, digests: Sequence[Sha256]) -> dict[Sha256, RecordId]:
    """Return the oldest document of each of *digests* that was received with these bytes; at most 1,000 are asked."""
    marks = ",".join("?" * len(digests))
    sql = f"SELECT source, record FROM document WHERE source IN ({marks}) ORDER BY added DESC"  # noqa: S608 - only marks
    return {Sha256(blob(row[0])): RecordId(blob(row[1])) for row in index.rows(sql, tuple(digests))}


def has_size(index: Index, size: int) -> bool:
    """Tell whether a document of this size was received: only then may a file be a duplicate."""
    return index.one("SELECT 1 FROM document WHERE source_size = ?", (size,)) is not None


def digests_of_size(index: Index, size: int, limit: int) -> list[Sha256]:
    """Return the digests of the documents that were received with this size, at most *limit*."""
    rows = index.rows("SELECT source FROM document WHERE source_size = ? LIMIT ?", (size, limit))
    return [Sha256(blob(row[0])) for row in rows]


def find_by_source_name(index: Index, name: str) -> list[RecordId]:
    """Return the documents that were received under this file name, a few at most."""
    rows = index.rows(
        "SELECT d.record FROM document d WHERE d.name = ? ORDER BY added LIMIT ?", (name, MAXIMUM_CANDIDATES)
    )
    return _ids(rows)


def occupancy(index: Index) -> int:
    """Return how many bytes the renditions hold together."""
    row = index.one("SELECT coalesce(sum(size), 0) FROM blob")
    return int(row[0] or 0) if row else 0


def tags(index: Index) -> list[str]:
    """Return each tag that a document has."""
    return [text(row[0]) for row in index.rows("SELECT DISTINCT tag FROM document_tag ORDER BY tag")]


def folders(index: Index) -> list[tuple[str, int]]:
    """Return each folder with its number of documents."""
    rows = index.rows("SELECT folder, count(*) FROM document GROUP BY folder ORDER BY folder")
    return [(text(row[0]), int(row[1] or 0)) for row in rows]


def _put_words(index: Index, document: Document, words: str | None) -> None:
    kept = _forget_words(index, document.id)
    values = (document.id, document.title, labels(document), kept if words is None else words)
    index.run("INSERT INTO words(record, title, labels, text) VALUES (?,?,?,?)", values)
    index.run(
        "INSERT INTO words_fts(rowid, title, labels, text) "
        "SELECT number, title, labels, text FROM words WHERE record = ?",
        (document.id,),
    )


def _forget_words(index: Index, record: RecordId) -> str:
    row = index.one("SELECT number, title, labels, text FROM words WHERE record = ?", (record,))
    if row is None:
        return ""
    index.run("INSERT INTO words_fts(words_fts, rowid, title, labels, text) VALUES('delete', ?,?,?,?)", row)
    index.run("DELETE FROM words WHERE record = ?", (record,))
    return text(row[3])


def _conditions(wanted: Filter) -> tuple[str, Sequence[str]]:
    conditions, parameters = [], []
    if wanted.folder:
        conditions.append("(folder = ? OR folder BETWEEN ? AND ?)")
        parameters += [wanted.folder, f"{wanted.folder}/", f"{wanted.folder}0"]  # 0 is what follows the slash
    if wanted.tag:
        conditions.append("record IN (SELECT record FROM document_tag WHERE tag = ?)")
        parameters.append(wanted.tag)
    if wanted.since:
        conditions.append("added >= ?")
        parameters.append(wanted.since)
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), parameters


def _ids(rows: Iterable[Row]) -> list[RecordId]:
    return [RecordId(blob(row[0])) for row in rows]
