"""Opening a vault: by a session, by a password; holding and ending sessions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from coffre_cli.access.errors import LockedError, WrongPasswordError
from coffre_cli.access.held import Session
from coffre_cli.access.slots import Payload, SlotKind
from coffre_cli.access.unlock import Prompter, SecretSources
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.values import frozen
from coffre_cli.vault.descriptor import descriptor_of
from coffre_cli.vault.errors import DescriptorDamagedError
from coffre_cli.vault.missed import remember_missed
from coffre_cli.vault.opening import Located, open_vault
from coffre_cli.vault.parts import Surroundings
from coffre_cli.vault.session import Vault
from coffre_cli.vault.ways_in import WaysIn

PASSWORD_QUESTION = N_("Password of the safe {safe}:")


class PasswordWantedError(LockedError):
    """The password itself is needed, whatever session there is, and there is no way to ask for it."""

    code = "locked"
    message = N_("The password of the safe {safe} is needed, and there is no terminal to ask for it.")
    hint = N_("Give `--password-file`, or type the command in a terminal.")


@frozen
class Door:
    """A vault that is closed, and the means at hand to open it."""

    located: Located
    around: Surroundings
    sources: SecretSources
    prompter: Prompter
    question: str
    """The question for the password, in the user's language."""

    @property
    def session(self) -> Session:
        """Where this vault's session is held."""
        return Session(self.around.state / "sessions", self.located.descriptor.vault_id)

    @property
    def ways_in(self) -> WaysIn:
        """The slots."""
        located = self.located
        return WaysIn(self.around.disk, located.layout, self.around.random, located.descriptor.vault_id)


def enter(door: Door) -> Vault:
    """Open the vault by the first source that offers a secret.

    Raises:
        WrongPasswordError: The secret is not the one.
        LockedError: There is no source and nobody to ask.
    """
    vault = open_vault(door.located, offered_payload(door), door.around)
    vault.write_missed()
    return vault


def offered_payload(door: Door) -> Payload:
    """Return what the first source that offers a secret gives, the vault itself unopened.

    Raises:
        WrongPasswordError: The secret is not the one.
        LockedError: There is no source and nobody to ask.
    """
    secret = door.sources.explicit()
    payload = None if secret else _held(door)
    return payload or payload_by_password(door, secret or door.sources.ambient() or ask_password(door))


def _held(door: Door) -> Payload | None:
    """Return what the session holds; one whose keys another account has replaced since has ended."""
    payload = door.session.payload(door.around.clock())
    if payload is not None and payload.log_key != door.located.descriptor.log_key and _were_replaced(door, payload):
        door.session.end()
        return None
    return payload


def _were_replaced(door: Door, payload: Payload) -> bool:
    """Tell whether no copy of `vault.json` is signed by the log key of *payload* any more."""
    try:
        descriptor_of(door.around.disk, door.located.layout, payload.log_key)
    except DescriptorDamagedError:
        return True
    return False


def payload_by_password(door: Door, secret: Secret) -> Payload:
    """Return what the password slot gives.

    Raises:
        WrongPasswordError: *secret* opens none; the attempt will be in the journal.
    """
    found = door.ways_in.open(SlotKind.PASSWORD, secret)
    if found is None:
        vault_id = door.located.descriptor.vault_id
        remember_missed(door.around.state, vault_id, Operation.OPEN_FAILED, door.around.clock())
        raise WrongPasswordError(safe=door.located.descriptor.name)
    return found[1]


def ask_password(door: Door) -> Secret:
    """Ask the person at the terminal.

    Raises:
        LockedError: Nobody is there.
    """
    if not door.prompter.is_there():
        raise LockedError(safe=door.located.descriptor.name)
    return password_secret(door.prompter.password(door.question))


def given_password(door: Door) -> Secret:
    """Return the password from any source but the session: for those verbs that never take one for the other."""
    secret = door.sources.explicit() or door.sources.ambient()
    if secret is None and not door.prompter.is_there():
        raise PasswordWantedError(safe=door.located.descriptor.name)
    return secret or ask_password(door)


def unlock(door: Door, duration: timedelta) -> None:
    """Hold the vault open for *duration*, in every shell of this user.

    Raises:
        NoSessionKeeperError: This system cannot hold a session safely.
    """
    payload = payload_by_password(door, given_password(door))
    vault = open_vault(door.located, payload, door.around)
    try:
        now = door.around.clock()
        door.session.hold(payload, now + duration, now, door.around.random)
        vault.write_missed()
        vault.note(Operation.UNLOCK, facts={"seconds": int(duration.total_seconds())})
    finally:
        vault.close()


def lock(sessions: Path, vault_ids: tuple[bytes, ...]) -> None:
    """End the sessions of these vaults, at once and everywhere."""
    for vault_id in vault_ids:
        Session(sessions, vault_id).end()
