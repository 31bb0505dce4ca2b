"""The index made anew is the index that grew with the vault."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coffre_cli.crypto.keypair import SigningKey
from coffre_cli.crypto.secret import Secret
from coffre_cli.journal.errors import CheckpointError
from coffre_cli.journal.event import READINGS, Operation, RecordKind
from coffre_cli.model import RecordId
from coffre_cli.store import documents, events
from coffre_cli.store.index import Index, create_index
from coffre_cli.store.inspection import differing_table, verify_structure
from coffre_cli.store.search import search
from coffre_cli.vault import refold
from coffre_cli.vault.change import Change
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.refold import fold_anew
from coffre_cli.vault.session import Vault
from tests.simulators.safe import Safe


@contextmanager
def folded(vault: Vault, path: Path, parts: Parts | None = None) -> Iterator[Index]:
    """The vault's log in a new index."""
    index = create_index(path, vault.parts.keychain.index, vault.id)
    try:
        fold_anew(parts or vault.parts, index)
        yield index
    finally:
        index.close()


def tables_and_indexes(index: Index) -> list[tuple[object, ...]]:
    return sorted(index.rows("SELECT name, sql FROM sqlite_master"), key=str)


@pytest.mark.parametrize("at_once", [1, 3, 512], ids=lambda at_once: f"{at_once} at once")
def test_a_fold_holds_what_grew_event_by_event(
    safe: Safe, tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_FRAMES_PER_TRANSACTION", "_EVENTS_PER_BATCH", "_DOCUMENTS_PER_BATCH"):
        monkeypatch.setattr(refold, limit, at_once)
    vault = safe.open()
    vault.note(Operation.LIST)
    with folded(vault, tmp_path / "fresh.db") as fresh:
        assert differing_table(vault.index, fresh) is None
        assert tables_and_indexes(fresh) == tables_and_indexes(vault.index)
        assert fresh.head() == vault.index.head()
        verify_structure(fresh)
        for word in ("bail", "electricite", "identite", "jeter"):
            ours, theirs = search(fresh, word, 10).hits, search(vault.index, word, 10).hits
            assert [hit.record for hit in ours] == [hit.record for hit in theirs]
        assert documents.count(fresh) == 3
    vault.close()


def test_a_fold_goes_on_where_documents_and_words_ended(safe: Safe, tmp_path: Path) -> None:
    vault = safe.open()
    with folded(vault, tmp_path / "fresh.db") as fresh:
        found = next(events.states(fresh, RecordKind.DOCUMENT))
        document = vault.document(found.record)
        assert document is not None
        other = dataclasses.replace(document, id=RecordId(b"o" * 16), title="Autre")
        documents.put_document(fresh, other, "tout neuf")
        events.put_state(fresh, other.id, RecordKind.DOCUMENT, 1_000, b"{}")
        assert [hit.record for hit in search(fresh, "neuf", 10).hits] == [other.id]
    vault.close()


def test_the_last_checkpoint_must_be_signed_by_the_log_key(safe: Safe, tmp_path: Path) -> None:
    vault = safe.open()
    stranger = dataclasses.replace(vault.parts.keychain, signing=SigningKey(Secret(b"x" * 32)))
    parts = dataclasses.replace(vault.parts, keychain=stranger)
    with pytest.raises(CheckpointError), folded(vault, tmp_path / "fresh.db", parts):
        pass
    vault.close()


def test_no_state_is_kept_under_an_act_whose_body_a_fold_leaves_closed(safe: Safe) -> None:
    vault = safe.open()
    for operation in READINGS:
        change = Change(vault.parts, vault.index)
        with pytest.raises(ValueError, match=operation.value):
            change.put(operation, change.new_record(), RecordKind.ALARM, {"label": "x"})
    vault.close()
