"""Changing the password, recovering with the code, failing aloud."""

from __future__ import annotations

import pytest

from coffre_cli.access.errors import LockedError, PasswordTooWeakError, WrongPasswordError, WrongRecoveryCodeError
from coffre_cli.access.slots import Payload, SlotKind
from coffre_cli.crypto.secret import password_secret
from coffre_cli.journal.event import Operation
from coffre_cli.usecases import passwords
from coffre_cli.usecases.journal import list_events
from coffre_cli.usecases.unlocking import enter, payload_by_password
from coffre_cli.vault.errors import VaultChangedError
from coffre_cli.vault.missed import missed, remember_missed
from coffre_cli.vault.opening import Located, open_vault
from coffre_cli.vault.parts import Surroundings
from coffre_cli.vault.repair_log import put_aside
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import PASSWORD, House

NEW = "une toute autre phrase, plus longue"


@pytest.fixture(autouse=True)
def cheap_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.usecases.conftest import CHEAP

    monkeypatch.setattr(passwords, "DEFAULT_ARGON2", CHEAP)


def test_a_new_password_opens_and_the_old_one_no_longer_c13(house: House) -> None:
    passwords.change_password(house.door(), password_secret(PASSWORD), password_secret(NEW))
    house.open(NEW).close()
    with pytest.raises(AssertionError, match="opens nothing"):
        house.open(PASSWORD)
    assert len(list(house.door().ways_in.slots(SlotKind.PASSWORD))) == 1


def test_the_recovery_code_sets_a_new_password_however_it_is_typed_c14(house: House) -> None:
    typed = house.code.lower().replace("-", " ").replace("0", "o")
    passwords.recover(house.door(), typed, password_secret(NEW))
    house.open(NEW).close()


def test_a_wrong_code_changes_nothing(house: House) -> None:
    with pytest.raises(WrongRecoveryCodeError):
        passwords.recover(house.door(), "0000-0000-0000-0000-0000-0000-0000-0000-00", password_secret(NEW))
    house.open().close()


def test_a_weak_password_is_refused_before_the_old_one_is_touched(house: House) -> None:
    for weak in ("12345", "azertyuiop", "maison", "aaaaaaaaaaaa"):
        with pytest.raises(PasswordTooWeakError):
            passwords.change_password(house.door(), password_secret(PASSWORD), password_secret(weak))
    house.open().close()


def test_a_failed_attempt_is_in_the_journal_from_the_next_opening_on(house: House) -> None:
    with pytest.raises(WrongPasswordError):
        payload_by_password(house.door(), password_secret("faux"))
    vault = house.open()
    vault.write_missed()
    assert [entry.operation for entry in list_events(vault, name=None, operation="open_failed", since=None)] == [
        "open_failed"
    ]
    vault.close()


def test_a_locked_safe_with_nobody_to_ask_says_so(house: House) -> None:
    with pytest.raises(LockedError):
        enter(house.door())


def test_of_two_changes_at_once_the_second_is_refused_and_the_first_opens(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_vault

    def beside(located: Located, payload: Payload, around: Surroundings) -> Vault:
        monkeypatch.setattr(passwords, "open_vault", opened)
        passwords.change_password(house.door(), password_secret(PASSWORD), password_secret(NEW))
        return opened(located, payload, around)

    monkeypatch.setattr(passwords, "open_vault", beside)
    with pytest.raises(VaultChangedError):
        passwords.change_password(house.door(), password_secret(PASSWORD), password_secret("encore une autre phrase"))
    house.open(NEW).close()
    assert len(list(house.door().ways_in.slots(SlotKind.PASSWORD))) == 1


def test_no_copy_of_a_slot_that_the_old_password_opens_is_left(house: House) -> None:
    vault = house.open()
    quarantine = vault.parts.layout.quarantine
    (slot,) = house.door().ways_in.slots(SlotKind.PASSWORD)
    put_aside(vault.parts, vault.parts.layout.slots / f"{slot.id.hex()}.json")  # as a repair does
    assert list(quarantine.glob("*.json"))
    vault.close()
    passwords.change_password(house.door(), password_secret(PASSWORD), password_secret(NEW))
    assert list(quarantine.glob("*.json")) == []


def test_attempts_without_number_are_counted_and_those_that_come_meanwhile_wait(house: House) -> None:
    vault = house.open()
    clock = vault.parts.around.clock
    for _ in range(1_003):
        remember_missed(vault.parts.around.state, vault.id, Operation.OPEN_FAILED, clock())
    taken = missed(vault.parts.around.state, vault.id)
    remember_missed(vault.parts.around.state, vault.id, Operation.OPEN_FAILED, clock())
    assert (len(taken), taken[-1].times) == (1_001, 3)
    vault.write_missed()
    vault.write_missed()
    entries = list_events(vault, name=None, operation="open_failed", since=None)
    assert len(entries) == 1_002
    assert missed(vault.parts.around.state, vault.id) == []
    vault.close()
