"""Level 1, keys: every pack readable, every living key in a pack, no dead key in one, none lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from coffre_cli.model import RecordId
from coffre_cli.store import events, inspection
from coffre_cli.store.errors import KeyPackAlteredError
from coffre_cli.store.index import Index
from coffre_cli.store.keys import PackId
from coffre_cli.vault.check_model import KEY_LOST, KEY_UNDEAD, KEYS_ALONE, PACK, Finding, finding
from coffre_cli.vault.parts import Parts


@dataclass
class PackView:
    """What the packs on the disk hold."""

    damaged: list[PackId] = field(default_factory=list)
    missing: list[PackId] = field(default_factory=list)
    """Known to the index, with a key that no other pack holds."""
    undead: list[PackId] = field(default_factory=list)
    alone: list[RecordId] = field(default_factory=list)
    """Records whose key only the index holds."""


def read_packs(parts: Parts, index: Index) -> PackView:
    """Read every pack and compare it with the index."""
    view, held = PackView(), dict[RecordId, int]()
    destroyed = inspection.destroyed_records(index)
    pending = frozenset(
        events.pending(index, events.PACKS)
    )  # a deletion at work, or to be finished by the next command
    present = parts.keys.packs()
    for pack in sorted(present):
        try:
            keys = parts.keys.read(pack)
        except KeyPackAlteredError:
            view.damaged.append(pack)
            continue
        held |= {entry.record: max(entry.number, held.get(entry.record, 0)) for entry in keys}
        if pack not in pending and any(entry.record in destroyed for entry in keys):
            view.undead.append(pack)
    view.alone = [entry.record for entry in events.record_keys(index) if held.get(entry.record, -1) < entry.number]
    lonely_packs = events.packs_of(index, view.alone)
    view.missing = sorted(lonely_packs - present)
    return view


def check_keys(parts: Parts, index: Index) -> Iterator[Finding]:
    """Yield what is wrong with the keys."""
    view = read_packs(parts, index)
    lost = inspection.records_without_key(index)
    for pack in (*view.damaged, *view.missing):
        yield finding(PACK, pack=pack.hex())
    if view.alone and not view.damaged and not view.missing:
        yield finding(KEYS_ALONE, count=len(view.alone))
    for pack in view.undead:
        yield finding(KEY_UNDEAD, pack=pack.hex())
    for record in lost:
        yield finding(KEY_LOST, record=record.hex(), vault=parts.vault_id.hex())
