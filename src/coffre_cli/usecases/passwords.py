"""A new password: by the old one, or by the recovery code. It rewraps; it re-encrypts nothing."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.access.errors import SlotDamagedError, WrongPasswordError, WrongRecoveryCodeError
from coffre_cli.access.recovery import read_code
from coffre_cli.access.slots import NewSlot, Payload, Slot, SlotKind, make_slot, open_slot
from coffre_cli.access.strength import judge_password
from coffre_cli.crypto.kdf import DEFAULT_ARGON2
from coffre_cli.crypto.secret import Secret
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation, moment
from coffre_cli.model import Remark
from coffre_cli.usecases.unlocking import Door
from coffre_cli.vault.errors import VaultChangedError
from coffre_cli.vault.missed import remember_missed
from coffre_cli.vault.opening import open_vault
from coffre_cli.vault.sweep import sweep


def change_password(door: Door, old: Secret, new: Secret) -> tuple[Remark, ...]:
    """Replace the password *old* by *new*; return what to say of the new one.

    Raises:
        WrongPasswordError: *old* opens nothing.
        PasswordTooWeakError: *new* is refused.
    """
    remarks = _judged(door, new)
    opened = door.ways_in.open(SlotKind.PASSWORD, old)
    if opened is None:
        _note_failure(door)
        raise WrongPasswordError(safe=door.located.descriptor.name)
    _replace(door, opened, new, Operation.PASSWORD)
    return remarks


def recover(door: Door, typed: str, new: Secret) -> tuple[Remark, ...]:
    """Set the password *new* with the recovery code that a person *typed*.

    Raises:
        WrongRecoveryCodeError: It is mistyped, or of another vault.
        PasswordTooWeakError: *new* is refused.
    """
    remarks = _judged(door, new)
    code = read_code(typed)
    opened = None if code is None else door.ways_in.open(SlotKind.RECOVERY, code)
    if opened is None:
        _note_failure(door)
        raise WrongRecoveryCodeError(safe=door.located.descriptor.name)
    _replace(door, opened, new, Operation.RECOVER)
    return remarks


def _replace(door: Door, opened: tuple[Slot, Payload], new: Secret, operation: Operation) -> None:
    """Write the new slot, read it back, open it; only then remove the old ones and their copies; end the session.

    Raises:
        VaultChangedError: Another command changed the password, or the keys, since the slot was *opened*.
    """
    located, around, ways_in = door.located, door.around, door.ways_in
    way, payload = opened
    wanted = NewSlot(SlotKind.PASSWORD, new, located.descriptor.vault_id, DEFAULT_ARGON2)
    slot = make_slot(wanted, payload, created=moment(around.clock()), random=around.random)
    vault = open_vault(located, payload, around)
    try:
        with vault.parts.lock.exclusive():
            vault.parts.verify_in_force()
            if way.id.hex() not in ways_in.names():
                raise VaultChangedError
            old = [slot.id for slot in ways_in.slots(SlotKind.PASSWORD)]
            ways_in.add(slot)
            if open_slot(ways_in.read(slot.id.hex()), new) is None:
                raise SlotDamagedError(slot=slot.id.hex(), reason=N_("read back"))
            for one in old:
                ways_in.remove(one)
            sweep(vault.parts)
        vault.note(operation)
    finally:
        vault.close()
    door.session.end()


def _judged(door: Door, new: Secret) -> tuple[Remark, ...]:
    names = (door.located.descriptor.name, Path.home().name)
    return judge_password(new.reveal().decode(), names).remarks


def _note_failure(door: Door) -> None:
    vault_id = door.located.descriptor.vault_id
    remember_missed(door.around.state, vault_id, Operation.OPEN_FAILED, door.around.clock())
