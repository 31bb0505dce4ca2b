"""Deletion for good, after its `destroy` event: keys out of the packs, traces out of the index, blobs off the disk.

Every step may be repeated; whatever a crash left is finished at the next open (DESIGN section 3).
"""

from __future__ import annotations

from coffre_cli.store import events
from coffre_cli.store.blobs import BlobId, blob_path
from coffre_cli.store.index import Index
from coffre_cli.store.keys import PackId
from coffre_cli.vault.fold import learn_packs
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.sweep import sweep


def has_unfinished(index: Index) -> bool:
    """Tell whether a deletion is still to be finished."""
    return index.one("SELECT 1 FROM pending") is not None


def finish_deletions(parts: Parts, index: Index) -> bool:
    """Finish what deletions left to do, the lock being held; False when a reader still prevents the last step.

    1. Packs that hold a dead key, those the index has not read yet included: a new pack without it, then the old one
    unlinked; old copies of packs and indexes gone. 2. The index emptied of what
    it forgot, its write-ahead log truncated and that verified. 3. Blobs unlinked and their folders fsynced.
    4. Only then is nothing pending.
    """
    with index.transaction():
        learn_packs(parts, index)
    sweep(parts)
    _rewrite_packs(parts, index, [PackId(name) for name in events.pending(index, events.PACKS)])
    if not index.checkpoint():
        return False
    blobs = [BlobId(name) for name in events.pending(index, events.BLOBS)]
    for blob in blobs:
        parts.blobs.remove(blob)
    for folder in sorted({blob_path(parts.layout.blobs, blob).parent for blob in blobs}):
        if folder.is_dir():
            parts.around.disk.sync_folder(folder)
    with index.transaction():
        events.clear_pending(index)
    return index.checkpoint()


def _rewrite_packs(parts: Parts, index: Index, packs: list[PackId]) -> None:
    present = parts.keys.packs()
    for pack in packs:
        if pack in present:
            living = [entry for entry in parts.keys.read(pack) if not events.is_destroyed(index, entry.record)]
            replacement = parts.keys.write(living) if living else None
            parts.keys.remove([pack])
            with index.transaction():
                if replacement is not None:
                    events.put_keys(index, replacement, living)
                events.forget_packs(index, [pack])
