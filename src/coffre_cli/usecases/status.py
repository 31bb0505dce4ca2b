"""How the vault is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coffre_cli.journal.event import Operation
from coffre_cli.store import documents, events
from coffre_cli.usecases.alarms import due_now
from coffre_cli.usecases.terms import terms
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
    last_seal: datetime | None
    """Last checkpoint timestamped by a third party."""
    alarms_due: int
    events: int


def status(vault: Vault) -> Status:
    """Return how *vault* is doing; asking is an event."""
    state = terms(vault)
    result = Status(
        name=vault.name,
        path=str(vault.parts.layout.root),
        documents=documents.count(vault.index),
        occupancy=documents.occupancy(vault.index),
        quota=state.integer("quota") if state.has("quota") else None,
        until=state.optional_text("until"),
        last_backup=_last(vault, "backup"),
        last_check=_last(vault, Operation.CHECK),
        last_seal=_last(vault, "timestamp"),
        alarms_due=len(due_now(vault)),
        events=vault.index.head().number,
    )
    vault.note(Operation.STATUS)
    return result


def _last(vault: Vault, operation: str) -> datetime | None:
    at = events.last_of(vault.index, operation)
    return None if at is None else datetime.fromisoformat(at)
