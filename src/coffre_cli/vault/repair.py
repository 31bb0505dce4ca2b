"""Repairing what has a second copy: spares, log from index, index from log, keys from index; nothing is deleted.

What is replaced goes to `quarantine/` first. Derived or disposable files (the index, staging) are simply made again.
The next deletion for good empties the quarantine of key packs, so that no old copy of a key outlives it.
"""

from __future__ import annotations

from collections.abc import Iterable

from coffre_cli.access.slots import write_slot
from coffre_cli.crypto.canonical import Json, b64
from coffre_cli.journal.event import Operation
from coffre_cli.store import events
from coffre_cli.store.errors import KeyPackAlteredError
from coffre_cli.store.fs import write_whole
from coffre_cli.store.index import Index, open_index
from coffre_cli.store.keys import PACK_CAPACITY
from coffre_cli.vault.change import Change
from coffre_cli.vault.check_files import leftovers
from coffre_cli.vault.check_keys import read_packs
from coffre_cli.vault.check_model import (
    BALLAST,
    DESCRIPTOR,
    HISTORY,
    INDEX,
    INDEX_DIFFERS,
    KEY_UNDEAD,
    KEYS_ALONE,
    LOG,
    ORPHAN,
    PACK,
    SLOT,
    Finding,
    Kind,
)
from coffre_cli.vault.check_ways import bad_descriptors, slot_copies
from coffre_cli.vault.create import write_ballast
from coffre_cli.vault.descriptor import write_descriptor
from coffre_cli.vault.fold import catch_up, learn_packs
from coffre_cli.vault.forget import finish_deletions
from coffre_cli.vault.heads import seen_head
from coffre_cli.vault.opening import fold_index
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.repair_log import put_aside, rebuild_log


def repair(parts: Parts, findings: Iterable[Finding]) -> None:
    """Repair what *findings* name and a second copy makes good, under the lock; the journal is told afterwards.

    Raises:
        VaultChangedError: The vault's keys were changed since; nothing was touched.
        CoffreError: A step failed; the steps before it stand, and the same command goes on from there.
    """
    found = tuple(findings)
    kinds = {one.kind for one in found}
    with parts.lock.exclusive():
        parts.verify_not_replaced()
        _repair_ways_in(parts, kinds)
        index = _repair_log_and_index(parts, kinds)
        try:
            if kinds & {PACK, KEYS_ALONE, KEY_UNDEAD}:
                _repair_packs(parts, index)
            _repair_files(parts, found)
        finally:
            index.close()
    _say_so(parts, found)


def _repair_ways_in(parts: Parts, kinds: set[Kind]) -> None:
    if DESCRIPTOR in kinds:
        data = write_descriptor(parts.descriptor, parts.keychain.signing)
        for path in bad_descriptors(parts):
            put_aside(parts, path)
            parts.around.disk.make_folder(path.parent)
            write_whole(parts.around.disk, path, data, staging=parts.layout.staging, random=parts.around.random)
    if SLOT not in kinds:
        return
    for name, copies in slot_copies(parts).items():
        for folder, copy in ((parts.layout.slots, copies.kept), (parts.layout.spare_slots, copies.spare)):
            if copies.good is not None and copy != copies.good:
                put_aside(parts, folder / f"{name}.json")
                parts.around.disk.make_folder(folder)
                write_whole(
                    parts.around.disk,
                    folder / f"{name}.json",
                    write_slot(copies.good),
                    staging=parts.layout.staging,
                    random=parts.around.random,
                )


def _repair_log_and_index(parts: Parts, kinds: set[Kind]) -> Index:
    """Return an index that follows the log."""
    if LOG in kinds:
        index = _own_index(parts)
        rebuild_log(parts, index)
        index.close()
    if kinds & {LOG, INDEX, INDEX_DIFFERS}:
        _put_damaged_packs_aside(parts)  # a fold takes their keys from the index, and goes on without what is nowhere
        return fold_index(parts)
    index = _own_index(parts)
    catch_up(parts, index)
    return index


def _own_index(parts: Parts) -> Index:
    return open_index(parts.index, parts.keychain.index, parts.vault_id)


def _put_damaged_packs_aside(parts: Parts) -> None:
    for pack in sorted(parts.keys.packs()):
        try:
            parts.keys.read(pack)
        except KeyPackAlteredError:
            put_aside(parts, parts.keys.path(pack))


def _repair_packs(parts: Parts, index: Index) -> None:
    """Write into new packs the keys that only the index holds; packs that cannot be read go to the quarantine."""
    view = read_packs(parts, index)
    for pack in view.damaged:
        put_aside(parts, parts.keys.path(pack))
    keys = [key for record in view.alone if (key := events.record_key(index, record)) is not None]
    for start in range(0, len(keys), PACK_CAPACITY):
        group = keys[start : start + PACK_CAPACITY]
        pack = parts.keys.write(group)
        with index.transaction():
            events.put_keys(index, pack, group)
    with index.transaction():
        events.forget_packs(index, [*view.damaged, *view.missing])
        learn_packs(parts, index)
        events.add_pending(index, events.PACKS, view.undead)
    if view.undead:
        finish_deletions(parts, index)


def _repair_files(parts: Parts, found: tuple[Finding, ...]) -> None:
    if any(one.kind is BALLAST for one in found):
        write_ballast(parts)
    for path in leftovers(parts):
        put_aside(parts, path)
    # A blob may go only when nothing that could name it is missing (DESIGN section 3, «Orphans»).
    if not any(one.is_grave for one in found):
        for one in found:
            if one.kind is ORPHAN:
                put_aside(parts, parts.layout.root / one.fact("path"))


def _say_so(parts: Parts, found: tuple[Finding, ...]) -> None:
    """Write into the journal that a repair was made, and that an older copy is the vault from now on."""
    index = open_index(parts.index, parts.keychain.index, parts.vault_id)
    try:
        change = Change(parts, index)
        if any(one.kind is HISTORY for one in found):
            change.act(Operation.RESUME, facts=_restored(parts, index))
        codes = sorted({one.kind.code for one in found})
        change.act(Operation.REPAIR, facts={"findings": codes})
        change.commit()
    finally:
        index.close()


def _restored(parts: Parts, index: Index) -> dict[str, Json]:
    """Return what is restored and what is lost: the head that is here, and the one that was seen."""
    head, seen = index.head(), seen_head(parts.around.state, parts.vault_id)
    facts: dict[str, Json] = {"number": head.number, "leaf": b64(head.leaf)}
    return facts if seen is None else {**facts, "seen_number": seen.number, "seen_leaf": b64(seen.leaf)}
