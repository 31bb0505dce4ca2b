"""Merging key packs, so that their number does not grow with the number of commits (DESIGN section 3, «Packs»).

16 packs of 1–15 records, or of 16–255, become as few as hold them. The new packs last before the index knows them, and
the index knows them before the old ones go: a crash leaves duplicates, never a gap.
"""

from __future__ import annotations

from typing import Final

from coffre_cli.model import RecordId
from coffre_cli.store import events
from coffre_cli.store.index import Index
from coffre_cli.store.keys import PACK_CAPACITY, PackId, RecordKey
from coffre_cli.vault.parts import Parts

_CLASSES: Final = (range(1, 16), range(16, PACK_CAPACITY))
_ENOUGH: Final = 16


def merge_packs(parts: Parts, index: Index) -> None:
    """Merge small packs when there are enough of them; the lock is held and the index follows the log."""
    if len(parts.keys.packs()) < _ENOUGH:
        return
    sizes = parts.keys.sizes()
    for sizes_of_class in _CLASSES:
        group = sorted(pack for pack, size in sizes.items() if size in sizes_of_class)
        if len(group) >= _ENOUGH:
            _merge(parts, index, group)


def _merge(parts: Parts, index: Index, packs: list[PackId]) -> None:
    newest: dict[RecordId, RecordKey] = {}
    for pack in packs:
        for entry in parts.keys.read(pack):
            known = newest.get(entry.record)
            if (known is None or known.number < entry.number) and not events.is_destroyed(index, entry.record):
                newest[entry.record] = entry
    keys = list(newest.values())
    groups = [keys[start : start + PACK_CAPACITY] for start in range(0, len(keys), PACK_CAPACITY)]
    merged = [(parts.keys.write(group), group) for group in groups]
    with index.transaction():
        for pack, group in merged:
            events.put_keys(index, pack, group)
        events.forget_packs(index, packs)
    parts.keys.remove(packs)
