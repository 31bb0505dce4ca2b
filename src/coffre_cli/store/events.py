"""Rows that serve every kind of record: events, states, keys, packs, deletions to be finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coffre_cli.crypto.secret import Secret
from coffre_cli.model import RecordId
from coffre_cli.store.index import Index, blob, integer, text
from coffre_cli.store.keys import PackId, RecordKey
from coffre_cli.values import frozen


@frozen
class IndexedEvent:
    """What the index keeps of an event."""

    number: int
    at: str
    operation: str
    record: RecordId
    line: bytes
    sealed_body: bytes | None
    """None once the record's key is dead."""
    frame: int


@frozen
class RecordState:
    """The newest state of a record."""

    record: RecordId
    kind: str
    number: int
    state: bytes


BLOBS, PACKS = "blob", "pack"
"""What a deletion still has to remove."""

_PACKS = """
    WITH RECURSIVE found(id) AS (
        SELECT min(id) FROM pack
        UNION ALL SELECT (SELECT min(id) FROM pack WHERE id > found.id) FROM found WHERE id IS NOT NULL
    ) SELECT id FROM found WHERE id IS NOT NULL
"""
"""From one pack to the next: DISTINCT would pass by every key."""
EVENT_COLUMNS = "n, at, op, record, line, body, frame"


def put_event(index: Index, event: IndexedEvent) -> None:
    """Keep *event*."""
    index.run(
        f"INSERT INTO event({EVENT_COLUMNS}) VALUES (?,?,?,?,?,?,?)",  # noqa: S608 - a constant
        (event.number, event.at, event.operation, event.record, event.line, event.sealed_body, event.frame),
    )


def event(index: Index, number: int) -> IndexedEvent | None:
    """Return event *number*."""
    return next(_events(index, "WHERE n = ?", (number,)), None)


def events(index: Index, first: int = 1) -> Iterator[IndexedEvent]:
    """Yield the events from number *first*, in order."""
    yield from _events(index, "WHERE n >= ? ORDER BY n", (first,))


def events_of(index: Index, record: RecordId) -> Iterator[IndexedEvent]:
    """Yield the events on *record*, in order."""
    yield from _events(index, "WHERE record = ? ORDER BY n", (record,))


def put_state(index: Index, record: RecordId, kind: str, number: int, state: bytes) -> None:
    """Keep *state* as the newest of *record*."""
    index.run("INSERT OR REPLACE INTO record(id, kind, n, state) VALUES (?,?,?,?)", (record, kind, number, state))


def state(index: Index, record: RecordId) -> RecordState | None:
    """Return the newest state of *record*."""
    return next(_states(index, "WHERE id = ?", (record,)), None)


def states(index: Index, kind: str) -> Iterator[RecordState]:
    """Yield the newest states of the records of *kind*, oldest change first."""
    yield from _states(index, "WHERE kind = ? ORDER BY n", (kind,))


def states_of(index: Index, records: Sequence[RecordId]) -> list[RecordState]:
    """Return the newest states of *records*, in their order; what is not there is left out."""
    where = f"WHERE id IN ({','.join('?' * len(records))})"
    found = {one.record: one for one in _states(index, where, records)}
    return [found[record] for record in records if record in found]


def count_records(index: Index, kind: str) -> int:
    """Return how many records of *kind* there are."""
    row = index.one("SELECT count(*) FROM record WHERE kind = ?", (kind,))
    return integer(row[0]) if row else 0


def forget_record(index: Index, record: RecordId) -> None:
    """Remove a record's state, rows and key, and the sealed bodies that its key opened.

    The packs that hold the key are pending until they are rewritten without it.
    """
    add_pending(index, PACKS, sorted(packs_of(index, [record])))
    index.run("UPDATE event SET body = NULL WHERE record = ? AND op <> 'destroy'", (record,))
    index.run("DELETE FROM record WHERE id = ?", (record,))
    for table in ("record_key", "alarm", "identity", "account"):
        index.run(f"DELETE FROM {table} WHERE record = ?", (record,))  # noqa: S608 - names from the tuple above


def put_keys(index: Index, pack: PackId, keys: Sequence[RecordKey]) -> None:
    """Keep *keys* and in which pack they lie; the newest key of a record wins."""
    index.run_many(
        "INSERT INTO record_key(record, n, key) VALUES (?,?,?) "
        "ON CONFLICT(record) DO UPDATE SET n = excluded.n, key = excluded.key WHERE excluded.n > record_key.n",
        [(entry.record, entry.number, entry.key.reveal()) for entry in keys],
    )
    index.run_many("INSERT OR IGNORE INTO pack(id, record) VALUES (?,?)", [(pack, entry.record) for entry in keys])


def record_key(index: Index, record: RecordId) -> RecordKey | None:
    """Return the key of *record*."""
    row = index.one("SELECT n, key FROM record_key WHERE record = ?", (record,))
    return RecordKey(record, integer(row[0]), Secret(blob(row[1]))) if row else None


def record_keys(index: Index) -> Iterator[RecordKey]:
    """Yield every key."""
    for row in index.iterate("SELECT record, n, key FROM record_key ORDER BY record"):
        yield RecordKey(RecordId(blob(row[0])), integer(row[1]), Secret(blob(row[2])))


def known_packs(index: Index) -> frozenset[PackId]:
    """Return the packs the index has read."""
    return frozenset(PackId(blob(row[0])) for row in index.rows(_PACKS))


def packs_of(index: Index, records: Sequence[RecordId]) -> frozenset[PackId]:
    """Return the packs that hold a key of *records*."""
    found: set[PackId] = set()
    for record in records:
        found |= {PackId(blob(row[0])) for row in index.rows("SELECT id FROM pack WHERE record = ?", (record,))}
    return frozenset(found)


def forget_packs(index: Index, packs: Sequence[PackId]) -> None:
    """Remove *packs* from what the index knows."""
    index.run_many("DELETE FROM pack WHERE id = ?", [(pack,) for pack in packs])


def add_pending(index: Index, what: str, names: Sequence[bytes]) -> None:
    """Remember blobs or packs whose removal is still to be finished."""
    index.run_many("INSERT OR IGNORE INTO pending(what, id) VALUES (?, ?)", [(what, name) for name in names])


def pending(index: Index, what: str) -> list[bytes]:
    """Return the blobs or packs whose removal is still to be finished."""
    return [blob(row[0]) for row in index.rows("SELECT id FROM pending WHERE what = ? ORDER BY id", (what,))]


def compact(index: Index) -> None:
    """Write the file anew from what is in it, so that nothing of what was removed stays in its free space."""
    index.run("VACUUM")


def clear_pending(index: Index) -> None:
    """Forget what was to be removed: it is gone."""
    index.run("DELETE FROM pending")


def last_of(index: Index, operation: str) -> str | None:
    """Return when *operation* was last done."""
    row = index.one("SELECT at FROM event WHERE op = ? ORDER BY n DESC LIMIT 1", (operation,))
    return text(row[0]) if row else None


def destroyed_among(index: Index, records: Sequence[RecordId]) -> frozenset[RecordId]:
    """Return those of *records* that were destroyed (`+`: a few records among many acts, not the other way round)."""
    sql = f"SELECT record FROM event WHERE +op = 'destroy' AND record IN ({','.join('?' * len(records))})"  # noqa: S608 - question marks; values bound
    return frozenset(RecordId(blob(row[0])) for row in index.rows(sql, records))


def is_destroyed(index: Index, record: RecordId) -> bool:
    """Tell whether *record* was destroyed."""
    return index.one("SELECT 1 FROM event WHERE record = ? AND op = 'destroy'", (record,)) is not None


def _events(index: Index, where: str, parameters: Sequence[int | bytes]) -> Iterator[IndexedEvent]:
    for row in index.iterate(f"SELECT {EVENT_COLUMNS} FROM event {where}", parameters):  # noqa: S608 - constants; values bound
        body = None if row[5] is None else blob(row[5])
        record, line = RecordId(blob(row[3])), blob(row[4])
        yield IndexedEvent(integer(row[0]), text(row[1]), text(row[2]), record, line, body, integer(row[6]))


def _states(index: Index, where: str, parameters: Sequence[str | bytes]) -> Iterator[RecordState]:
    for row in index.iterate(f"SELECT id, kind, n, state FROM record {where}", parameters):  # noqa: S608 - constants; values bound
        yield RecordState(RecordId(blob(row[0])), text(row[1]), integer(row[2]), blob(row[3]))
