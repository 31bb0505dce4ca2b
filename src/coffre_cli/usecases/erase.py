"""Deleting for good."""

from __future__ import annotations

from coffre_cli.errors import StorageFullError
from coffre_cli.journal.event import RecordKind
from coffre_cli.model import Document
from coffre_cli.usecases.alarms import alarms
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
    """Destroy *documents*, and the alarms that quote their titles; an alarm in words of its own stays."""
    titles = {document.id: document.title for document in documents}
    quoting = [
        alarm.id
        for alarm in alarms(vault)
        if alarm.plan.document in titles and titles[alarm.plan.document] in alarm.plan.label
    ]
    with vault.change() as change:
        for document in documents:
            change.destroy(document)
        for alarm in quoting:
            change.destroy_record(alarm, RecordKind.ALARM)
