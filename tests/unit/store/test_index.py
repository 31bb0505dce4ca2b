"""The index opens under its own key, for its own vault, and no other file is taken for it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.secret import Secret
from coffre_cli.store.errors import IndexDamagedError
from coffre_cli.store.index import Head, Index, blob, create_index, integer, open_index, remove_index, text

KEY, VAULT = Secret(b"k" * 32), b"v" * 16
CANARY = "canary canari kanari"


def fill(index: Index) -> None:
    with index.transaction():
        for number in range(200):
            values = (os.urandom(16), f"{CANARY} {number}", CANARY, CANARY * 20)
            index.run("INSERT INTO words(record, title, labels, text) VALUES (?,?,?,?)", values)
        index.set_meta("canary", CANARY.encode())


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index with words in it."""
    index = create_index(tmp_path / "index.db", KEY, VAULT)
    fill(index)
    yield index
    index.close()


def test_what_was_kept_is_there_again(index: Index) -> None:
    head = Head(1234, 5, b"l" * 32, 1000, b"t" * 40)
    assert index.head() == Head(0, 0, bytes(32), 0, bytes(8))
    index.set_head(head)
    index.close()
    again = open_index(index.path, KEY, VAULT)
    assert again.head() == head
    assert again.meta("canary") == CANARY.encode()
    assert again.meta("nothing") is None
    again.close()


def test_no_file_beside_it_is_readable_or_begins_as_a_plain_database(index: Index) -> None:
    files = [path for path in index.path.parent.iterdir() if path.is_file()]
    assert {path.name for path in files} == {"index.db", "index.db-wal", "index.db-shm"}
    for path in files:
        data = path.read_bytes()
        assert not data.startswith(b"SQLite format 3")
        assert b"SQLite format 3" not in data
        assert CANARY.encode() not in data
        assert b"CREATE TABLE" not in data


def closed(index: Index) -> Path:
    assert index.checkpoint()
    index.close()
    return index.path


def plain_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB)")
        connection.execute("INSERT INTO meta VALUES ('vault_id', ?), ('schema', ?)", (VAULT, b"1"))
    connection.close()


def other_key(path: Path) -> None:
    other = create_index(path, Secret(b"o" * 32), VAULT)
    fill(other)
    closed(other)


def other_vault(path: Path) -> None:
    closed(create_index(path, KEY, b"w" * 16))


def other_schema(path: Path) -> None:
    other = create_index(path, KEY, VAULT)
    other.set_meta("schema", b"999")
    closed(other)


IMPOSTORS: dict[str, Callable[[Path], object]] = {
    "plain database": plain_database,
    "another key": other_key,
    "another vault": other_vault,
    "another schema": other_schema,
    "missing": Path.exists,
    "empty": Path.touch,
    "zeros": lambda path: path.write_bytes(bytes(65536)),
    "garbage": lambda path: path.write_bytes(os.urandom(65536)),
    "short garbage": lambda path: path.write_bytes(b"x"),
    "folder": Path.mkdir,
}


@pytest.mark.parametrize("impostor", IMPOSTORS)
def test_nothing_else_is_taken_for_the_index(impostor: str, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    IMPOSTORS[impostor](path)
    with pytest.raises(IndexDamagedError):
        open_index(path, KEY, VAULT)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed index with words in it."""
    made = create_index(tmp_path_factory.mktemp("index") / "index.db", KEY, VAULT)
    fill(made)
    return closed(made)


@given(data=st.data())
def test_a_flipped_bit_is_never_returned_as_data(whole: Path, data: st.DataObject) -> None:
    path = whole.with_name("flipped.db")
    remove_index(path)
    flipped = bytearray(whole.read_bytes())
    flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(flipped)
    try:
        index = open_index(path, KEY, VAULT)
        try:
            rows = index.rows("SELECT title FROM words ORDER BY number")
        finally:
            index.close()
    except IndexDamagedError:
        return
    assert rows == [(f"{CANARY} {number}",) for number in range(200)]


def test_a_transaction_that_fails_keeps_nothing(index: Index) -> None:
    def fail() -> None:
        with index.transaction():
            index.set_meta("canary", b"changed")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert index.meta("canary") == CANARY.encode()
    index.set_meta("canary", b"changed")  # the next one is not hindered
    assert index.meta("canary") == b"changed"


def test_emptying_the_write_ahead_log_waits_for_readers(index: Index) -> None:
    other = open_index(index.path, KEY, VAULT)
    rows = other.iterate("SELECT title FROM words")
    next(rows)
    index.set_meta("canary", b"changed")
    index.run("PRAGMA busy_timeout=10")
    assert not index.checkpoint()
    list(rows)
    assert index.checkpoint()
    assert (index.path.parent / "index.db-wal").stat().st_size == 0
    other.close()


def test_nothing_is_left_of_a_removed_index(index: Index) -> None:
    index.close()
    index.path.with_name("index.db-journal").touch()
    remove_index(index.path)
    assert not list(index.path.parent.iterdir())
    remove_index(index.path)


def test_a_value_of_another_type_is_damage_and_not_a_crash() -> None:
    assert (blob(b"b"), text("t"), integer(1)) == (b"b", "t", 1)
    for read in (lambda: blob("t"), lambda: text(b"b"), lambda: integer(None)):
        with pytest.raises(IndexDamagedError):
            read()


def test_a_statement_that_makes_no_sense_is_an_error_of_ours(index: Index) -> None:
    with pytest.raises(IndexDamagedError):
        index.run("SELECT nothing FROM nowhere")


def test_deleted_words_leave_the_file(index: Index) -> None:
    record = os.urandom(16)
    index.run("INSERT INTO words(record, title, labels, text) VALUES (?,?,?,?)", (record, "forgotten", "", ""))
    index.run("INSERT INTO words_fts(rowid, title) SELECT number, title FROM words WHERE record = ?", (record,))
    assert index.one("SELECT 1 FROM words_fts WHERE words_fts MATCH 'forgotten'")
    row = index.one("SELECT number, title, labels, text FROM words WHERE record = ?", (record,))
    assert row is not None
    index.run("INSERT INTO words_fts(words_fts, rowid, title, labels, text) VALUES('delete',?,?,?,?)", row)
    index.run("DELETE FROM words WHERE record = ?", (record,))
    pages = index.rows("SELECT block FROM words_fts_data")
    assert not any(b"forgotten" in blob(page[0]) for page in pages)
