"""Opening a vault (DESIGN section 3, «Open»).

1. `vault.json` bears the signature of the log key that the slot names. 2. The index opens and is this vault's, else it
is folded anew. 3. The log's last frame is the one the index knows; a longer log is folded on, a torn tail set aside,
anything else named. 4. The head is not older than, and does not differ from, the one last seen. 5. Deletions that a
crash interrupted are finished, and a slot that it left without its spare gets one.
"""

from __future__ import annotations

from coffre_cli.access.slots import Payload
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import leaf_hash
from coffre_cli.store import events
from coffre_cli.store.errors import IndexDamagedError, LogDamagedError
from coffre_cli.store.index import Head, Index, create_index, open_index, remove_index
from coffre_cli.values import frozen
from coffre_cli.vault.begun import begun_rekey
from coffre_cli.vault.descriptor import Descriptor
from coffre_cli.vault.errors import DescriptorDamagedError, HistoryError
from coffre_cli.vault.fold import catch_up
from coffre_cli.vault.forget import finish_deletions, has_unfinished
from coffre_cli.vault.heads import SeenHead, remember_head, seen_head
from coffre_cli.vault.index_place import begin_outside, outside
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.parts import Parts, Surroundings, assemble
from coffre_cli.vault.session import Vault
from coffre_cli.vault.spool_key import remember_spool_key
from coffre_cli.vault.sweep import stale_generations


@frozen
class Located:
    """A vault found on the disk, closed."""

    descriptor: Descriptor
    layout: Layout


def open_vault(located: Located, payload: Payload, around: Surroundings) -> Vault:
    """Open the vault at *located* with what a slot or a session gave.

    Raises:
        DescriptorDamagedError: `vault.json` is not signed by this vault's log key.
        HistoryError: The log is older than, or differs from, what was last seen.
        LogDamagedError, JournalAlteredError: The log was altered.
    """
    if located.descriptor.log_key != payload.log_key:
        raise DescriptorDamagedError(reason=N_("another safe's"))
    parts = assemble(located.descriptor, located.layout, payload, around)
    # Read before the log is: another process may commit and remember its head while this one opens.
    seen = seen_head(around.state, parts.vault_id)
    index = _index(parts)
    try:
        _follow_log(parts, index)
        _compare_with_last_seen(parts, index, seen)
        if has_unfinished(index) and not parts.is_read_only:
            with parts.lock.exclusive():
                finish_deletions(parts, index)
    except BaseException:
        index.close()
        raise
    _tidy(parts)
    return Vault(parts, index)


def fold_index(parts: Parts) -> Index:
    """Make the index anew beside the old one and put it in its place, the lock being held."""
    from coffre_cli.vault.refold import fold_anew
    from coffre_cli.vault.rescue import rescue_keys

    rescue_keys(parts)
    parts.around.disk.make_folder(parts.index_staging)
    fresh = parts.index_staging / f"{parts.around.random(8).hex()}.db"
    index = create_index(fresh, parts.keychain.index, parts.vault_id)
    try:
        fold_anew(parts, index)
        if not index.head().number:
            raise LogDamagedError(offset=0, reason=N_("missing"))  # noqa: TRY301 - the fold is thrown away like any other
    except BaseException:
        index.close()
        remove_index(fresh)
        raise
    index.close()
    remove_index(parts.index)
    parts.around.disk.rename(fresh, parts.index)
    remove_index(fresh)
    parts.around.disk.sync_folder(parts.index.parent)
    return open_index(parts.index, parts.keychain.index, parts.vault_id)


def _index(parts: Parts) -> Index:
    try:
        return open_index(parts.index, parts.keychain.index, parts.vault_id)
    except IndexDamagedError:
        with parts.lock.exclusive():
            parts.verify_in_force()
            if parts.index != parts.layout.index:
                begin_outside(parts.layout, parts.index)
            try:  # another process may have folded it while we waited
                return open_index(parts.index, parts.keychain.index, parts.vault_id)
            except IndexDamagedError:
                _cut_torn_tail(parts, _end_of_log(parts))
                return fold_index(parts)


def _follow_log(parts: Parts, index: Index) -> None:
    head, size = index.head(), parts.log.size()
    if size < head.log_size:
        parts.verify_in_force()
        raise HistoryError(finding=N_("shorter"), number=head.number)
    if head.number and not _still_ends_with(parts, head):
        raise HistoryError(finding=N_("another history"), number=head.number)
    if size > head.log_size:
        with parts.lock.exclusive():
            if not parts.is_read_only:
                parts.log.sync()
            catch_up(parts, index)
            _cut_torn_tail(parts, index.head().log_size)


def _still_ends_with(parts: Parts, head: Head) -> bool:
    try:
        frame = next(parts.log.frames(head.frame), None)
    except LogDamagedError:
        frame = None
    if frame is None or frame.end != head.log_size:
        raise LogDamagedError(offset=head.frame, reason=N_("frame"))
    return bool(frame.events) and leaf_hash(frame.events[-1].line) == head.leaf


def _tidy(parts: Parts) -> None:
    """Give each slot its spare and the vault its ballast, and end a change of keys, when a command was interrupted."""
    layout = parts.layout
    if parts.is_read_only:
        return
    kept, spare = ({path.name for path in folder.glob("*.json")} for folder in (layout.slots, layout.spare_slots))
    stale = stale_generations(layout, begun_rekey(parts.around.state, parts.vault_id))
    whole = layout.ballast.exists() and all(folder.is_dir() for folder in layout.folders())
    moved = parts.index == layout.index and outside(layout, parts.vault_id, parts.around.state).exists()
    if kept != spare or stale or moved or not whole:
        from coffre_cli.vault.tidy import tidy

        tidy(parts)


def _end_of_log(parts: Parts) -> int:
    end = 0
    for frame in parts.log.frames():
        end = frame.end
    return end


def _cut_torn_tail(parts: Parts, end: int) -> None:
    if parts.log.size() > end and not parts.is_read_only:
        parts.log.cut_tail(end, parts.layout.quarantine / f"log-{end}-{parts.around.random(4).hex()}")


def _compare_with_last_seen(parts: Parts, index: Index, seen: SeenHead | None) -> None:
    head = index.head()
    if seen is not None and seen.number > head.number:
        raise HistoryError(finding=N_("older"), number=head.number + 1)
    if seen is not None and seen.number:
        event = events.event(index, seen.number)
        if event is None or leaf_hash(event.line) != seen.leaf:
            raise HistoryError(finding=N_("another history"), number=seen.number)
    if seen is None or seen.number < head.number:
        remember_head(parts.around.state, parts.vault_id, SeenHead(head.number, head.leaf))
    remember_spool_key(parts.around.state, parts.vault_id, parts.payload)
