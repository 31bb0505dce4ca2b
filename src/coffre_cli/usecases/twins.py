"""Exact duplicates: files that are in the vault already, or were deposited a moment ago."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from coffre_cli.errors import CoffreError
from coffre_cli.model import Document, RecordId, Sha256
from coffre_cli.store import documents
from coffre_cli.usecases.intake import Input
from coffre_cli.values import field, frozen
from coffre_cli.vault.errors import DuplicateDocumentError
from coffre_cli.vault.session import Vault


@frozen
class Twins:
    """What is known while one group is deposited."""

    vault: Vault
    allowed: bool
    """Deposit a duplicate all the same."""
    _known: dict[bytes, Document] = field(factory=dict)
    _asked: dict[Sha256, RecordId | None] = field(factory=dict)

    def add(self, document: Document) -> None:
        """Remember what was just kept."""
        self._known[document.source.sha256] = document

    def expect(self, digests: Sequence[Sha256]) -> None:
        """Ask for all of *digests* at once: one by one they take a fifth of a large deposit's own time."""
        found = documents.find_by_digests(self.vault.index, digests)
        self._asked.update({digest: found.get(digest) for digest in digests})

    def refuse_likely(self, source: Input) -> None:
        """Refuse a duplicate before it is encrypted, when a document of its size makes it likely.

        Raises:
            DuplicateDocumentError: It is one.
        """
        if self.allowed or not documents.has_size(self.vault.index, source.path.stat().st_size):
            return
        with source.path.open("rb") as file:
            self.refuse(source, Sha256(hashlib.file_digest(file, "sha256").digest()))

    def refuse(self, source: Input, digest: Sha256) -> None:
        """Refuse *source*, whose digest is *digest*, when it is a duplicate.

        Raises:
            DuplicateDocumentError: It is one.
        """
        if self.allowed:
            return
        twin = self.twin(digest)
        if twin is not None:
            self._known[digest] = twin
            raise DuplicateDocumentError(
                name=source.name, title=twin.title, document=twin.id.hex(), sha256=digest.hex()
            )

    def twin(self, digest: Sha256) -> Document | None:
        """Return the document that was received with these very bytes, if there is one."""
        known = self._known.get(digest)
        if known is not None:
            return known
        if digest not in self._asked:
            self.expect([digest])
        record = self._asked[digest]
        return self.vault.document(record) if record else None

    def of(self, error: CoffreError) -> Document | None:
        """Return the document that *error* names as the twin."""
        found = error.facts.get("sha256")
        return self._known.get(bytes.fromhex(found)) if isinstance(found, str) else None
