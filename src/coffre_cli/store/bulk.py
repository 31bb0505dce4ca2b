"""Many rows at once, of records that are new to the index: nothing is looked up that cannot be there yet.

A row of its own statement costs three times as much, and an index that is kept while 100,000 random ids come in is
decrypted and encrypted again page by page: sorted at the end it costs a fifth.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from coffre_cli.model import Document
from coffre_cli.store.documents import DOCUMENT_TABLES, INSERT_BLOB, INSERT_DOCUMENT, blob_rows, document_row, labels
from coffre_cli.store.events import EVENT_COLUMNS, IndexedEvent, RecordState
from coffre_cli.store.index import Index, integer, text


class SetAside:
    """The indexes that only queries need, dropped from *index* until they are made again."""

    def __init__(self, index: Index) -> None:
        """Drop them."""
        self._index = index
        sql = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        self._made = [(text(row[0]), text(row[2])) for row in index.rows(sql)]
        for row in index.rows(sql):
            index.run(f'DROP INDEX "{text(row[1])}"')

    def make_again(self, *, of_documents: bool) -> None:
        """Make those of the tables of documents, or those of all others."""
        for table, sql in self._made:
            if (table in DOCUMENT_TABLES) is of_documents:
                self._index.run(sql)


def put_events(index: Index, events: Sequence[IndexedEvent]) -> None:
    """Keep *events*."""
    index.run_many(
        f"INSERT INTO event({EVENT_COLUMNS}) VALUES (?,?,?,?,?,?,?)",  # noqa: S608 - a constant
        [(one.number, one.at, one.operation, one.record, one.line, one.sealed_body, one.frame) for one in events],
    )


def put_states(index: Index, states: Sequence[RecordState]) -> None:
    """Keep *states*, in their order: the newest of a record wins."""
    index.run_many(
        "INSERT OR REPLACE INTO record(id, kind, n, state) VALUES (?,?,?,?)",
        [(one.record, one.kind, one.number, one.state) for one in states],
    )


def next_number(index: Index) -> int:
    """Return the number of the next document's words."""
    row = index.one("SELECT coalesce(max(number), 0) + 1 FROM words")
    return integer(row[0]) if row else 1


def put_documents(index: Index, first: int, batch: Sequence[tuple[Document, str]]) -> None:
    """Write the rows of documents that have none yet, each with its words, numbered from *first*."""
    index.run_many(INSERT_DOCUMENT, [document_row(document) for document, _ in batch])
    tags = [(document.id, tag) for document, _ in batch for tag in document.tags]
    index.run_many("INSERT INTO document_tag(record, tag) VALUES (?, ?)", tags)
    index.run_many(INSERT_BLOB, list(chain.from_iterable(blob_rows(document) for document, _ in batch)))
    words = [
        (number, document.id, document.title, labels(document), said)
        for number, (document, said) in enumerate(batch, first)
    ]
    index.run_many("INSERT INTO words(number, record, title, labels, text) VALUES (?,?,?,?,?)", words)
    index.run_many(
        "INSERT INTO words_fts(rowid, title, labels, text) VALUES (?,?,?,?)",
        [(number, title, label, said) for number, _, title, label, said in words],
    )
