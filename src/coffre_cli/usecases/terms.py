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


class Room:
    """What the quota leaves."""

    def __init__(self, quota: int | None, used: int) -> None:
        """Begin with *used* of *quota* bytes; None is as much as the disk holds."""
        self.quota = quota
        self.used = used

    def require(self, size: int) -> None:
        """Go on only when *size* bytes more stay within the quota (C2).

        Raises:
            QuotaReachedError: They would not.
        """
        if self.quota is not None and self.used + size > self.quota:
            raise QuotaReachedError(used=self.used, quota=self.quota, wanted=size)

    def take(self, size: int) -> None:
        """Use up *size* bytes.

        Raises:
            QuotaReachedError: They are not there.
        """
        self.require(size)
        self.used += size


def room(vault: Vault) -> Room:
    """Return what the quota leaves now."""
    found = terms(vault)
    quota = found.integer("quota") if found.has("quota") else None
    return Room(quota, 0 if quota is None else documents.occupancy(vault.index))
