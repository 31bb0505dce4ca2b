"""New keys throughout: a new generation built whole beside the old one, then put in force by one rename.

Record keys, lines, sealed bodies and blobs stay byte for byte; master key, log sealing, checkpoints' signatures, packs,
index and slots are new (DESIGN section 3, «Keys»). Killed before the rename, the old generation is the vault; after
it, the new one. Whatever is left of the other one goes at the next opening on the computer that left it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from coffre_cli.access.recovery import new_code
from coffre_cli.access.slots import NewSlot, SlotKind, make_slot
from coffre_cli.crypto.canonical import b64
from coffre_cli.crypto.kdf import DEFAULT_ARGON2, Argon2Parameters
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import KEY_SIZE
from coffre_cli.journal.chain import Frontier, leaf_hash
from coffre_cli.journal.checkpoint import read_checkpoint, sign_checkpoint
from coffre_cli.journal.event import Operation, moment
from coffre_cli.store import events
from coffre_cli.store.fs import remove_tree
from coffre_cli.store.index import Index, create_index
from coffre_cli.store.keys import PACK_CAPACITY
from coffre_cli.store.log import NewFrame
from coffre_cli.vault.begun import begun_rekey, forget_begun, remember_begun
from coffre_cli.vault.change import Change
from coffre_cli.vault.create import write_spares
from coffre_cli.vault.errors import VaultChangedError
from coffre_cli.vault.fold import catch_up, learn_packs
from coffre_cli.vault.heads import SeenHead, remember_head
from coffre_cli.vault.index_place import begin_outside
from coffre_cli.vault.keychain import payload_of
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.parts import Parts, assemble
from coffre_cli.vault.refold import fold_anew
from coffre_cli.vault.spool import reseal_entries
from coffre_cli.vault.spool_key import remember_spool_key
from coffre_cli.vault.sweep import generations, sweep
from coffre_cli.vault.ways_in import WaysIn


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What new keys are to open with."""

    password: Secret
    """The present one, or another."""
    hand_over: Callable[[Secret], None]
    """Takes the new recovery code before the keys are in force; when it raises, nothing is changed."""
    argon2: Argon2Parameters = DEFAULT_ARGON2


def rekey(parts: Parts, index: Index, new: NewKeys) -> Parts:
    """Give the vault new keys; return its parts as they are then.

    Raises:
        VaultBusyError: Another process kept the lock.
        VaultChangedError: The keys were changed meanwhile.
        StorageFullError: There is no room for a second generation; nothing was changed.
    """
    with parts.lock.exclusive():
        parts.verify_in_force()
        catch_up(parts, index)
        with index.transaction():
            learn_packs(parts, index)
        state = parts.around.state
        fresh = _new_parts(parts)
        remove_tree(parts.around.disk, fresh.layout.home)
        remember_begun(state, parts.vault_id, fresh.layout.generation)
        try:
            head = _build(parts, index, fresh, new)
        except BaseException:
            remove_tree(parts.around.disk, fresh.layout.home)
            if not fresh.layout.home.exists():
                forget_begun(state, parts.vault_id)
            raise
        _put_in_force(fresh)
        forget_begun(state, parts.vault_id)
        remember_head(parts.around.state, parts.vault_id, head)
        remember_spool_key(parts.around.state, parts.vault_id, fresh.payload)
        sweep(fresh)
    return fresh


def _new_parts(parts: Parts) -> Parts:
    payload = payload_of(Secret(parts.around.random(KEY_SIZE)), parts.vault_id)
    generation = parts.descriptor.generation + 1
    strangers = generations(parts.layout).keys() - {begun_rekey(parts.around.state, parts.vault_id)}
    if any(number >= generation for number in strangers):
        raise VaultChangedError  # another computer's new keys, of which a sync tool has brought half
    descriptor = replace(parts.descriptor, generation=generation, log_key=payload.log_key)
    return assemble(descriptor, Layout(parts.layout.root, generation), payload, parts.around)


def _build(parts: Parts, index: Index, fresh: Parts, new: NewKeys) -> SeenHead:
    """Build the generation of *fresh*, all of it durable; return its head."""
    layout, disk = fresh.layout, fresh.around.disk
    for folder in (layout.home, layout.slots, layout.keys, layout.spool, layout.spare, layout.spare_slots):
        disk.make_folder(folder)
    keys = list(events.record_keys(index))
    for start in range(0, len(keys), PACK_CAPACITY):
        fresh.keys.write(keys[start : start + PACK_CAPACITY])
    fresh.log.write_all(_resealed(parts, fresh))
    reseal_entries(parts, fresh)
    _add_slots(fresh, new)
    if fresh.index != layout.index:
        begin_outside(layout, fresh.index)
    built = create_index(fresh.index, fresh.keychain.index, fresh.vault_id)
    try:
        fold_anew(fresh, built)
        change = Change(fresh, built)
        change.act(Operation.REKEY, facts={"generation": layout.generation, "replaced": b64(parts.payload.log_key)})
        head = change.commit_before_in_force()
        built.checkpoint()
    finally:
        built.close()
    for folder in (layout.spare, layout.home, layout.root):
        disk.sync_folder(folder)
    return SeenHead(head.number, head.leaf)


def _resealed(parts: Parts, fresh: Parts) -> Iterator[NewFrame]:
    """Yield the frames of the old log with their checkpoints signed by the new key, over the same trees."""
    tree, size = Frontier(), parts.log.size()
    for frame in parts.log.frames():
        tree = tree.append([leaf_hash(event.line) for event in frame.events])
        name = read_checkpoint(frame.note, parts.keychain.signing.public).origin
        yield NewFrame(frame.first, frame.events, sign_checkpoint(name, tree, fresh.keychain.signing))
        parts.around.progress(frame.end, size, "log")


def _add_slots(fresh: Parts, new: NewKeys) -> None:
    around = fresh.around
    code = new_code(around.random)
    ways_in, created = WaysIn(around.disk, fresh.layout, around.random), moment(around.clock())
    for slot in (
        NewSlot(SlotKind.PASSWORD, new.password, fresh.vault_id, new.argon2),
        NewSlot(SlotKind.RECOVERY, code, fresh.vault_id),
    ):
        ways_in.add(make_slot(slot, fresh.payload, created=created, random=around.random))
    new.hand_over(code)


def _put_in_force(fresh: Parts) -> None:
    """Replace `vault.json`: this rename is the change of keys."""
    write_spares(fresh.around.disk, fresh)
