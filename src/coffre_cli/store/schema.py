"""The tables of the index; each says which record kind it folds, so that losing it loses nothing.

`meta`, `event`, `record`, `record_key`, `pack` and `pending` serve every kind. sqlite-utils makes the tables: it is
imported when an index is made, never when one is used.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from coffre_cli.values import frozen

if TYPE_CHECKING:
    import sqlcipher3.dbapi2 as sqlcipher

SCHEMA_VERSION: Final = "4"
"""An index of another version is thrown away and folded anew."""


@frozen
class Table:
    """One table of the index."""

    name: str
    folds: str
    """The record kind it is folded from; `*` for what serves every kind."""
    columns: dict[str, type]
    primary_key: str | tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()


TABLES: Final = (
    Table("meta", "*", {"name": str, "value": bytes}, "name"),
    Table(
        "event",
        "*",
        {"n": int, "at": str, "op": str, "record": bytes, "line": bytes, "body": bytes, "frame": int},
        "n",
        (("record", "n"), ("op", "n")),
    ),
    Table("record", "*", {"id": bytes, "kind": str, "n": int, "state": bytes}, "id", (("kind", "n"),)),
    Table("record_key", "*", {"record": bytes, "n": int, "key": bytes}, "record"),
    Table("pack", "*", {"id": bytes, "record": bytes}, ("id", "record"), (("record",),)),
    Table("pending", "*", {"what": str, "id": bytes}, ("what", "id")),
    Table(
        "document",
        "document",
        {
            "record": bytes,
            "title": str,
            "folder": str,
            "added": str,
            "size": int,
            "sha256": bytes,
            "source": bytes,
            "source_size": int,
            "name": str,
        },
        "record",
        (("source",), ("title",), ("name",), ("folder",), ("added",), ("source_size",)),
    ),
    Table("document_tag", "document", {"record": bytes, "tag": str}, ("record", "tag"), (("tag",),)),
    Table(
        "blob",
        "document",
        {"id": bytes, "record": bytes, "kind": str, "size": int, "sha256": bytes, "verified": str},
        "id",
        (("record",),),
    ),
    Table("words", "document", {"number": int, "record": bytes, "title": str, "labels": str, "text": str}, "number"),
    Table("alarm", "alarm", {"record": bytes, "state": bytes}, "record"),
    Table("identity", "identity", {"record": bytes, "kind": str, "name": str}, "record"),
    Table("account", "account", {"record": bytes}, "record"),
)
WORDS_COLUMNS: Final = ("title", "labels", "text")
TOKENIZER: Final = "unicode61 remove_diacritics 2"


def create_tables(connection: sqlcipher.Connection) -> None:
    """Make every table and the full-text index of a new, empty *connection*."""
    import sqlcipher3
    import sqlcipher3.dbapi2

    # sqlite-utils looks for pysqlite3 before the standard driver; its `except` clauses need the driver in use.
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)
    from sqlite_utils import Database

    database = Database(connection)
    for table in TABLES:
        made = database.table(table.name).create(table.columns, pk=table.primary_key, strict=True)
        for columns in table.indexes:
            made.create_index(list(columns))
    database.table("words").create_index(["record"], unique=True)
    database.table("words").enable_fts(list(WORDS_COLUMNS), tokenize=TOKENIZER)
    connection.execute("INSERT INTO words_fts(words_fts, rank) VALUES('secure-delete', 1)")
    connection.execute("INSERT INTO words_fts(words_fts, rank) VALUES('automerge', 0)")
