"""What `check` asks of an index: its integrity, and the rows that say what the other files must hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coffre_cli.crypto.secret import Secret
from coffre_cli.model import RecordId
from coffre_cli.store.blobs import BlobId
from coffre_cli.store.errors import IndexDamagedError
from coffre_cli.store.index import Index, Row, blob, integer, text

_FOLDED: Final = {
    "event": "n, at, op, record, line, body, frame",
    "record": "id, kind, n, state",
    "record_key": "record, n, key",
    "document": "record, title, folder, added, size, sha256, source, source_size, name",
    "document_tag": "record, tag",
    "blob": "id, record, kind, size, sha256",
    "words": "record, title, labels, text",
    "alarm": "record, state",
    "identity": "record, kind, name",
    "account": "record",
}
"""What two folds of one log have in common: not the order of rows, nor what was verified when."""
_PAGE: Final = 4096


@dataclass(frozen=True, slots=True)
class KnownBlob:
    """A blob that the index says must be there."""

    blob: BlobId
    record: RecordId
    kind: str
    size: int
    """Bytes of the rendition itself."""


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """A blob with what is needed to open it."""

    known: KnownBlob
    key: Secret
    sha256: bytes


def known_blobs(index: Index) -> Iterator[KnownBlob]:
    """Yield every blob, in the order of their ids, without keeping a writer from truncating its log meanwhile."""
    last = b""
    while rows := index.rows("SELECT id, record, kind, size FROM blob WHERE id > ? ORDER BY id LIMIT ?", (last, _PAGE)):
        for row in rows:
            yield _known(row)
        last = blob(rows[-1][0])


def is_pending_blob(index: Index, name: BlobId) -> bool:
    """Tell whether a deletion still has to remove this blob, or another process has just added it."""
    sql = "SELECT 1 FROM pending WHERE what = 'blob' AND id = ?1 UNION ALL SELECT 1 FROM blob WHERE id = ?1"
    return index.one(sql, (name,)) is not None


def blobs_to_verify(index: Index) -> list[BlobId]:
    """Return every blob, the longest unverified first."""
    rows = index.rows("SELECT id FROM blob ORDER BY verified IS NOT NULL, verified, id")
    return [BlobId(blob(row[0])) for row in rows]


def sealed_blobs(index: Index, names: Sequence[BlobId]) -> Iterator[SealedBlob]:
    """Yield those of *names* that are still there, with key and digest."""
    wanted = ",".join("?" * len(names))
    columns = "b.id, b.record, b.kind, b.size, k.key, b.sha256"
    sql = f"SELECT {columns} FROM blob b JOIN record_key k ON k.record = b.record WHERE b.id IN ({wanted})"  # noqa: S608 - question marks; values bound
    for row in index.rows(sql, names):
        yield SealedBlob(_known(row), Secret(blob(row[4])), blob(row[5]))


def mark_verified(index: Index, names: Sequence[BlobId], moment: str) -> None:
    """Remember that *names* were whole at *moment*."""
    with index.transaction():
        index.run_many("UPDATE blob SET verified = ? WHERE id = ?", [(moment, name) for name in names])


def records_without_key(index: Index) -> list[RecordId]:
    """Return the records that the log names and does not destroy, and whose key is nowhere."""
    sql = (
        "SELECT DISTINCT record FROM event WHERE record NOT IN (SELECT record FROM record_key) "
        "AND record NOT IN (SELECT record FROM event WHERE op = 'destroy')"
    )
    return [RecordId(blob(row[0])) for row in index.rows(sql)]


def destroyed_records(index: Index) -> frozenset[RecordId]:
    """Return the records that the log destroys."""
    rows = index.rows("SELECT record FROM event WHERE op = 'destroy'")
    return frozenset(RecordId(blob(row[0])) for row in rows)


def verify_pages(index: Index) -> None:
    """Verify the authentication of every page of the file.

    Raises:
        IndexDamagedError: A page is not what was written.
    """
    index.checkpoint()
    for row in index.rows("PRAGMA cipher_integrity_check"):
        raise IndexDamagedError(reason=str(row[0]))


def verify_structure(index: Index) -> None:
    """Verify tables, their indexes and the full-text index.

    Raises:
        IndexDamagedError: One is not whole.
    """
    for row in index.rows("PRAGMA integrity_check"):
        if row[0] != "ok":
            raise IndexDamagedError(reason=str(row[0]))
    index.run("INSERT INTO words_fts(words_fts, rank) VALUES('integrity-check', 1)")


def differing_table(one: Index, other: Index) -> str | None:
    """Return the first table in which two folds of one log differ, if any."""
    for table, columns in _FOLDED.items():
        sql = f"SELECT {columns} FROM {table} ORDER BY {columns.replace(', state', '').replace(', text', '')}"  # noqa: S608 - constants
        if not _same(one.iterate(sql), other.iterate(sql)):
            return table
    return None


def _known(row: Row) -> KnownBlob:
    return KnownBlob(BlobId(blob(row[0])), RecordId(blob(row[1])), text(row[2]), integer(row[3]))


def _same(one: Iterator[Row], other: Iterator[Row]) -> bool:
    end = object()
    while (mine := next(one, end)) == (theirs := next(other, end)):
        if mine is end and theirs is end:
            return True
    return False
