"""Deleting for good."""

from __future__ import annotations

from coffre_cli.errors import StorageFullError
from coffre_cli.model import Document
from coffre_cli.vault.session import Vault


def erase(vault: Vault, documents: list[Document]) -> bool:
    """Delete *documents* for good; False when a reader delays the last step until the next command.

    On a full disk the ballast makes the room that a deletion needs.
    """
    try:
        _destroy(vault, documents)
        return vault.finish_deletions()
    except StorageFullError:
        vault.parts.around.disk.unlink(vault.parts.layout.ballast)
        vault.catch_up()
        _destroy(vault, [document for document in documents if vault.document(document.id) is not None])
    return vault.finish_deletions()


def _destroy(vault: Vault, documents: list[Document]) -> None:
    with vault.change() as change:
        for document in documents:
            change.destroy(document)
