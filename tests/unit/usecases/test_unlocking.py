"""Which secret opens a safe, and which opens it no longer."""

from __future__ import annotations

import pytest

from coffre_cli.access.errors import LockedError
from coffre_cli.access.held import Session
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.usecases.unlocking import offered_payload, payload_by_password
from coffre_cli.vault.rekey import NewKeys, rekey
from tests.unit.usecases.conftest import CHEAP, PASSWORD, House


def test_a_session_whose_keys_another_account_replaced_has_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def ignore(_code: Secret) -> None:
        """Let the test forget the code."""

    held = payload_by_password(house.door(), password_secret(PASSWORD))
    vault = house.open()
    rekey(vault.parts, vault.index, NewKeys(password_secret(PASSWORD), ignore, CHEAP))
    vault.close()
    ended: list[bytes] = []
    monkeypatch.setattr(Session, "payload", lambda _session, _now: held)
    monkeypatch.setattr(Session, "end", lambda session: ended.append(session.vault_id))
    with pytest.raises(LockedError):  # and not: `vault.json` is damaged
        offered_payload(house.door())
    assert ended == [house.door().located.descriptor.vault_id]
