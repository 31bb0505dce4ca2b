"""The index: a SQLCipher database folded from the log; it may lag behind the log, never lead, and may be deleted.

It keeps every line and sealed body byte for byte (the log's second copy), every record key (the packs' second copy)
and the newest state of every record, spread over the tables of `schema`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.i18n import N_
from coffre_cli.store.errors import IndexDamagedError
from coffre_cli.store.schema import SCHEMA_VERSION, create_tables
from coffre_cli.values import frozen

if TYPE_CHECKING:
    import sqlcipher3.dbapi2 as sqlcipher

SqlValue = None | int | float | str | bytes
Row = tuple[SqlValue, ...]

OTHER_VERSION: Final = "of another version"
BUSY_TIMEOUT_MS: Final = 30_000
_CACHE_KIB: Final = 8 * 1024
_FOLD_CACHE_KIB: Final = 24 * 1024
_FOLD_HASH_BYTES: Final = 16 * 1024 * 1024


@frozen
class Head:
    """How far the index has followed the log."""

    log_size: int
    number: int
    """n of the last event; 0 when there is none."""
    leaf: bytes
    frame: int
    """Offset of the last frame."""
    tree: bytes
    """The Merkle frontier, as the journal writes it."""


class Index:
    """One open index."""

    def __init__(self, connection: sqlcipher.Connection, path: Path) -> None:
        """Use `open_index` or `create_index`."""
        self._connection = connection
        self.path = path

    def rows(self, sql: str, parameters: Sequence[SqlValue] = ()) -> list[Row]:
        """Return all rows of a query."""
        with _translated(self.path):
            return self._connection.execute(sql, parameters).fetchall()  # type: ignore[no-any-return] # untyped driver

    def iterate(self, sql: str, parameters: Sequence[SqlValue] = ()) -> Iterator[Row]:
        """Yield the rows of a query in constant memory."""
        with _translated(self.path):
            for row in self._connection.execute(sql, parameters):  # noqa: UP028 - `yield from` would close the cursor,
                yield row  # which a connection that is closed by then refuses: the reader went away

    def one(self, sql: str, parameters: Sequence[SqlValue] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        with _translated(self.path):
            return self._connection.execute(sql, parameters).fetchone()  # type: ignore[no-any-return] # untyped driver

    def run(self, sql: str, parameters: Sequence[SqlValue] = ()) -> None:
        """Execute one statement."""
        with _translated(self.path):
            self._connection.execute(sql, parameters)

    def run_many(self, sql: str, parameters: Sequence[Sequence[SqlValue]]) -> None:
        """Execute one statement for each of *parameters*."""
        with _translated(self.path):
            self._connection.executemany(sql, parameters)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Run what is inside as one write transaction."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            with contextlib.suppress(Exception):  # a full disk may have rolled back already
                self._connection.execute("ROLLBACK")
            raise

    def meta(self, name: str) -> bytes | None:
        """Return the value kept under *name*."""
        row = self.one("SELECT value FROM meta WHERE name = ?", (name,))
        return blob(row[0]) if row else None

    def set_meta(self, name: str, value: bytes) -> None:
        """Keep *value* under *name*."""
        self.run("INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)", (name, value))

    def head(self) -> Head:
        """Return how far the index has come."""
        return _read_head(self.meta("head"))

    def set_head(self, head: Head) -> None:
        """Remember how far the index has come."""
        numbers = b"".join(value.to_bytes(8, "big") for value in (head.log_size, head.number, head.frame))
        self.set_meta("head", numbers + head.leaf + head.tree)

    def checkpoint(self) -> bool:
        """Fold the write-ahead log into the file and empty it; False when a reader prevents it."""
        row = self.one("PRAGMA wal_checkpoint(TRUNCATE)")
        return row is not None and row[0] == 0

    def prepare_fold(self) -> None:
        """Make ready for many insertions into a file that is thrown away when they fail: nothing is written twice."""
        for setting in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF", f"cache_size=-{_FOLD_CACHE_KIB}"):
            self.run(f"PRAGMA {setting}")
        self.run(f"INSERT INTO words_fts(words_fts, rank) VALUES('hashsize', {_FOLD_HASH_BYTES})")

    def end_fold(self) -> None:
        """Merge the full-text index once, so that the first additions do not stall."""
        self.run("INSERT INTO words_fts(words_fts) VALUES('optimize')")
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", f"cache_size=-{_CACHE_KIB}"):
            self.run(f"PRAGMA {setting}")
        self.checkpoint()

    def close(self) -> None:
        """Close; what was committed stays."""
        with contextlib.suppress(Exception):
            self._connection.close()


def create_index(path: Path, key: Secret, vault_id: bytes) -> Index:
    """Make a new, empty index at *path*."""
    index = _connect(path, key)
    with _translated(path):
        index.run("PRAGMA journal_mode=WAL")
        with index.transaction():
            create_tables(index._connection)  # noqa: SLF001 - schema is this module's other half
            index.set_meta("vault_id", vault_id)
            index.set_meta("schema", SCHEMA_VERSION.encode())
    return index


def open_index(path: Path, key: Secret, vault_id: bytes, *, of_any_version: bool = False) -> Index:
    """Open the index at *path*; *of_any_version*, to take from it what every version has.

    Raises:
        IndexDamagedError: It is missing, unreadable, of another schema or of another vault.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise IndexDamagedError(reason=N_("missing"))
    try:
        return _opened(path, key, vault_id, of_any_version=of_any_version)
    except (StorageFullError, StorageFailedError):
        # A full disk has no room for the memory that processes share; one process alone needs none.
        return _opened(path, key, vault_id, alone=True, of_any_version=of_any_version)


def _opened(path: Path, key: Secret, vault_id: bytes, *, alone: bool = False, of_any_version: bool = False) -> Index:
    index = _connect(path, key, alone=alone)
    try:
        _verify_identity(index, vault_id, of_any_version=of_any_version)
    except BaseException:
        index.close()
        raise
    return index


def remove_index(path: Path) -> None:
    """Remove the index and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def blob(value: SqlValue) -> bytes:
    """Return *value* as the bytes it must be.

    Raises:
        IndexDamagedError: It is something else.
    """
    if not isinstance(value, bytes):
        raise IndexDamagedError(reason=N_("a value is not what was written"))
    return value


def text(value: SqlValue) -> str:
    """Return *value* as the text it must be."""
    if not isinstance(value, str):
        raise IndexDamagedError(reason=N_("a value is not what was written"))
    return value


def integer(value: SqlValue) -> int:
    """Return *value* as the integer it must be."""
    if not isinstance(value, int):
        raise IndexDamagedError(reason=N_("a value is not what was written"))
    return value


def real(value: SqlValue) -> float:
    """Return *value* as the number it must be."""
    if not isinstance(value, float):
        raise IndexDamagedError(reason=N_("a value is not what was written"))
    return value


def _verify_identity(index: Index, vault_id: bytes, *, of_any_version: bool) -> None:
    if index.meta("vault_id") != vault_id:
        raise IndexDamagedError(reason=N_("of another safe"))
    if not of_any_version and index.meta("schema") != SCHEMA_VERSION.encode():
        raise IndexDamagedError(reason=OTHER_VERSION)
    index.head()


def _connect(path: Path, key: Secret, *, alone: bool = False) -> Index:
    import sqlcipher3.dbapi2 as sqlcipher

    with _translated(path):
        connection = sqlcipher.connect(str(path), timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
        index = Index(connection, path)
        try:
            for statement in (
                "PRAGMA cipher_log_level=NONE",
                "PRAGMA cipher_default_hmac_algorithm=HMAC_SHA256",
                f"PRAGMA key=\"x'{key.reveal().hex()}'\"",
                *(("PRAGMA locking_mode=EXCLUSIVE",) if alone else ()),
                "PRAGMA synchronous=NORMAL",
                "PRAGMA secure_delete=ON",
                "PRAGMA temp_store=MEMORY",
                f"PRAGMA cache_size=-{_CACHE_KIB}",
            ):
                connection.execute(statement)
        except BaseException:
            index.close()
            raise
    return index


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    import sqlcipher3.dbapi2 as sqlcipher

    try:
        yield
    except sqlcipher.OperationalError as error:
        if "full" in str(error):
            raise StorageFullError(path=path) from error
        if any(word in str(error) for word in ("locked", "busy", "readonly", "unable to open", "disk I/O")):
            raise StorageFailedError(path=path, reason=str(error)) from error
        raise IndexDamagedError(reason=str(error)) from error
    except (sqlcipher.DatabaseError, MemoryError, OverflowError) as error:
        raise IndexDamagedError(reason=str(error)) from error


def _read_head(value: bytes | None) -> Head:
    if value is None:
        return Head(0, 0, bytes(32), 0, bytes(8))
    numbers = [int.from_bytes(value[start : start + 8], "big") for start in (0, 8, 16)]
    return Head(numbers[0], numbers[1], value[24:56], numbers[2], value[56:])
