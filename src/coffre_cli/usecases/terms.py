"""What the vault's own terms allow: a quota, and a day after which it is only read, exported and emptied."""

from __future__ import annotations

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields
from coffre_cli.model import RecordId
from coffre_cli.store import documents, events
from coffre_cli.usecases.errors import QuotaReachedError, TermReachedError
from coffre_cli.vault.session import Vault


def terms(vault: Vault) -> Fields:
    """Return the vault record's state: `quota` in bytes, `until` as an ISO day, each possibly null."""
    found = events.state(vault.index, RecordId(vault.id))
    return Fields(canonical.decode(found.state, what="vault") if found else {}, what="vault")


def require_term(vault: Vault) -> None:
    """Go on only while the term lasts (C16).

    Raises:
        TermReachedError: It is over: the vault is read, exported and emptied, nothing else.
    """
    until = terms(vault).optional_text("until")
    if until is not None and vault.parts.around.clock().date().isoformat() > until:
        raise TermReachedError(until=until)


def require_room(vault: Vault, size: int) -> None:
    """Go on only when *size* bytes more stay within the quota (C2).

    Raises:
        QuotaReachedError: They would not.
    """
    found = terms(vault)
    if not found.has("quota"):
        return
    quota, used = found.integer("quota"), documents.occupancy(vault.index)
    if used + size > quota:
        raise QuotaReachedError(used=used, quota=quota, wanted=size)
