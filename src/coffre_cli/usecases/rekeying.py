"""New keys throughout, and a new recovery code."""

from __future__ import annotations

from collections.abc import Callable

from coffre_cli.access.recovery import write_code
from coffre_cli.crypto.secret import Secret
from coffre_cli.usecases.unlocking import Door, payload_by_password
from coffre_cli.vault.opening import open_vault
from coffre_cli.vault.rekey import NewKeys
from coffre_cli.vault.rekey import rekey as rekey_vault


def rekey(door: Door, password: Secret, hand_over: Callable[[str], None]) -> str:
    """Give the vault new keys under the same *password*, and end its sessions; return the new recovery code.

    *hand_over* takes the code before it is the one in force; when it raises, nothing is changed.

    Raises:
        WrongPasswordError: *password* is not the one.
    """
    told: list[str] = []

    def tell(code: Secret) -> None:
        told.append(write_code(code))
        hand_over(told[0])

    vault = open_vault(door.located, payload_by_password(door, password), door.around)
    try:
        rekey_vault(vault.parts, vault.index, NewKeys(password, tell))
    finally:
        vault.close()
    door.session.end()
    return told[0]
