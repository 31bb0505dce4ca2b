"""Who holds the vault: the account record."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import RecordId
from coffre_cli.signing.siren import checked_siren
from coffre_cli.store import events
from coffre_cli.usecases.addresses import checked_address
from coffre_cli.vault.session import Vault


@dataclass(frozen=True, slots=True)
class Account:
    """The holder's details, every one of them optional."""

    person: str | None = None
    organisation: str | None = None
    siren: str | None = None
    registration: str | None = None
    """The number in a professional register."""
    email: str | None = None
    phone: str | None = None
    address: str | None = None


FIELDS = tuple(asdict(Account()))


def account_of(vault: Vault) -> Account:
    """Return what is known of the holder."""
    return _found(vault)[1]


def show_account(vault: Vault) -> Account:
    """Return what is known of the holder; reading it is an event."""
    account = account_of(vault)
    vault.note(Operation.ACCOUNT_SHOW)
    return account


def edit_account(vault: Vault, changes: dict[str, str | None]) -> Account:
    """Change what *changes* names; an empty text removes it.

    Raises:
        InvalidSirenError: The SIREN is not one.
        InvalidValueError: The address for notices is none.
    """
    if changes.get("email"):
        changes = {**changes, "email": checked_address(str(changes["email"]), option="--email")}
    if changes.get("siren"):
        changes = {**changes, "siren": checked_siren(str(changes["siren"]))}
    record, before = _found(vault)
    after = replace(before, **{name: value or None for name, value in changes.items() if value is not None})
    with vault.change() as change:
        target = record or change.new_record()
        was = None if record is None else _state(before)
        change.put(Operation.ACCOUNT_EDIT, target, RecordKind.ACCOUNT, _state(after), before=was)
    return after


def _found(vault: Vault) -> tuple[RecordId | None, Account]:
    for state in events.states(vault.index, RecordKind.ACCOUNT):
        fields = Fields(canonical.decode(state.state, what="account"), what="account")
        return state.record, Account(**{name: fields.optional_text(name) for name in FIELDS})
    return None, Account()


def _state(account: Account) -> dict[str, Json]:
    return asdict(account)
