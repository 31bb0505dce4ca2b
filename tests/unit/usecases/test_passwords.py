"""Changing the password, recovering with the code, failing aloud."""

from __future__ import annotations

import pytest

from coffre_cli.access.errors import LockedError, PasswordTooWeakError, WrongPasswordError, WrongRecoveryCodeError
from coffre_cli.access.slots import SlotKind
from coffre_cli.crypto.secret import password_secret
from coffre_cli.usecases import passwords
from coffre_cli.usecases.journal import list_events
from coffre_cli.usecases.unlocking import enter, payload_by_password
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
