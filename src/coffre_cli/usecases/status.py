"""How the vault is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coffre_cli.journal.event import Operation
from coffre_cli.store import documents, events
from coffre_cli.usecases.alarms import due_now
from coffre_cli.usecases.terms import terms
from coffre_cli.vault.checked import last_check
from coffre_cli.vault.session import Vault


@dataclass(frozen=True, slots=True)
class Status:
    """Numbers and dates."""

    name: str
    path: str
    documents: int
    occupancy: int
    """Bytes of all renditions."""
    quota: int | None
    until: str | None
    last_backup: datetime | None
    last_check: datetime | None
    last_check_wrong: int
    """How many grave things the last check found that this account made."""
    last_seal: datetime | None
    """Last checkpoint timestamped by a third party."""
    alarms_due: int
    events: int


def status(vault: Vault) -> Status:
    """Return how *vault* is doing; asking is an event."""
    state = terms(vault)
    checked = last_check(vault.parts.around.state, vault.id)
    result = Status(
        name=vault.name,
        path=str(vault.parts.layout.root),
        documents=documents.count(vault.index),
        occupancy=documents.occupancy(vault.index),
        quota=state.integer("quota") if state.has("quota") else None,
        until=state.optional_text("until"),
        last_backup=_last(vault, "backup"),
        last_check=_later(_last(vault, Operation.CHECK), None if checked is None else checked.moment),
        last_check_wrong=0 if checked is None else checked.wrong,
        last_seal=_last(vault, "timestamp"),
        alarms_due=len(due_now(vault)),
        events=vault.index.head().number,
    )
    vault.note(Operation.STATUS)
    return result


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def _last(vault: Vault, operation: str) -> datetime | None:
    at = events.last_of(vault.index, operation)
    return None if at is None else datetime.fromisoformat(at)
