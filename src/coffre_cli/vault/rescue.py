"""Before an index is thrown away: the keys that it alone still holds go into packs.

A key pack may have been lost since the index read it, or just now. A fold reads packs only: what stood in the index
and in no pack would be gone with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from coffre_cli.errors import CoffreError
from coffre_cli.journal.event import Operation, read_line
from coffre_cli.model import RecordId
from coffre_cli.store import events
from coffre_cli.store.errors import IndexDamagedError, KeyPackAlteredError
from coffre_cli.store.index import open_index
from coffre_cli.store.keys import PACK_CAPACITY, RecordKey
from coffre_cli.vault.parts import Parts


def rescue_keys(parts: Parts) -> None:
    """Write into new packs what only the present index holds, as far as that can be read; the lock is held.

    Raises:
        StorageFullError: There is no room: the index must stay.
    """
    if parts.is_read_only:
        return
    held = _held(parts)
    alone = [key for key in _readable(parts) if held.get(key.record, -1) < key.number]
    if not alone:
        return
    dead = _destroyed(parts)
    living = [key for key in alone if key.record not in dead]
    for start in range(0, len(living), PACK_CAPACITY):
        parts.keys.write(living[start : start + PACK_CAPACITY])


def _readable(parts: Parts) -> Iterator[RecordKey]:
    with contextlib.suppress(IndexDamagedError):  # what can be read of it before its first bad page
        index = open_index(parts.index, parts.keychain.index, parts.vault_id, of_any_version=True)
        try:
            yield from events.record_keys(index)
        finally:
            index.close()


def _held(parts: Parts) -> dict[RecordId, int]:
    """Return the records whose keys the packs hold, each with the number from which its newest key holds."""
    held = dict[RecordId, int]()
    for pack in parts.keys.packs():
        with contextlib.suppress(KeyPackAlteredError):
            for entry in parts.keys.read(pack):
                held[entry.record] = max(entry.number, held.get(entry.record, 0))
    return held


def _destroyed(parts: Parts) -> frozenset[RecordId]:
    """Return what the log destroys: an older index may not have heard of it."""
    found = set[RecordId]()
    with contextlib.suppress(CoffreError):
        for frame in parts.log.frames():
            lines = (read_line(event.line) for event in frame.events)
            found |= {line.record for line in lines if line.operation == Operation.DESTROY}
    return frozenset(found)
