"""A change beside others: what two commands do at once both lasts, and nothing that is committed is taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import StorageFailedError
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document, RecordId, Rendition, RenditionKind
from coffre_cli.store import events
from coffre_cli.store.errors import BlobMissingError, LogUncertainError
from coffre_cli.store.fs import Disk
from coffre_cli.usecases.renditions import revealed
from coffre_cli.values import replace
from coffre_cli.vault.acts import merged
from coffre_cli.vault.errors import KeyMissingError
from coffre_cli.vault.opening import open_vault
from coffre_cli.vault.session import Vault
from tests.simulators.safe import Clock, Safe, add, content, delete, everything, put

Edit = Callable[[Document], Document]


def document_of(vault: Vault, record: RecordId) -> Document:
    found = vault.document(record)
    assert found is not None
    return found


def edited(vault: Vault, record: RecordId, edit: Edit, meanwhile: Callable[[], object]) -> None:
    """Edit a document as a command does, while another does something between its reading and its commit."""
    before = document_of(vault, record)
    with vault.change() as change:
        change.put_document(Operation.TAG, edit(before), before=before, reveal=revealed)
        meanwhile()


def convert(vault: Vault, record: RecordId, data: bytes) -> None:
    before = document_of(vault, record)
    with vault.change() as change:
        made = change.keep(io.BytesIO(data), record)
        archive = Rendition(RenditionKind.ARCHIVE, made.blob, "application/pdf", made.size, made.sha256, 1, "PDF")
        after = replace(before, renditions=(before.renditions[0], archive))
        change.put_document(Operation.CONVERT, after, before=before, reveal=revealed)


@pytest.fixture
def two(safe: Safe) -> tuple[Vault, Vault, RecordId]:
    """Two commands at work in one safe, and a document."""
    one, other = safe.open(), safe.open()
    record = add(one, "Quittance", b"receipt")
    other.catch_up()
    return one, other, record


def test_what_two_commands_change_of_one_document_both_lasts(two: tuple[Vault, Vault, RecordId]) -> None:
    one, other, record = two

    def move() -> None:
        edited(other, record, lambda found: replace(found, folder="Maison", tags=("b",)), lambda: None)

    edited(one, record, lambda found: replace(found, title="Bail", tags=("a",)), move)
    found = document_of(one, record)
    assert (found.title, found.folder, found.tags) == ("Bail", "Maison", ("b", "a"))


def test_an_archive_that_is_made_meanwhile_is_not_dropped_by_a_new_title(
    safe: Safe, two: tuple[Vault, Vault, RecordId]
) -> None:
    one, other, record = two
    convert(one, record, b"first archive")
    other.catch_up()
    edited(one, record, lambda found: replace(found, title="Bail"), lambda: convert(other, record, b"second archive"))
    one.close()
    other.close()
    vault = safe.open()
    found = document_of(vault, record)
    assert found.title == "Bail"
    assert content(vault, record) == b"second archive"
    vault.close()
    assert safe.check().findings == []


def test_what_was_deleted_meanwhile_stays_deleted(two: tuple[Vault, Vault, RecordId]) -> None:
    one, other, record = two
    with pytest.raises(KeyMissingError):
        edited(one, record, lambda found: replace(found, title="Bail"), lambda: delete(other, record))
    assert one.document(record) is None


def test_what_a_line_commits_to_is_what_the_record_came_to(two: tuple[Vault, Vault, RecordId]) -> None:
    one, other, record = two
    seen: list[str] = []

    def told(found: Document) -> dict[str, Json]:
        seen.append(f"{found.folder}/{found.title}")
        return {"title": found.title}

    before = document_of(one, record)
    with one.change() as change:
        change.put_document(Operation.RENAME, replace(before, title="Bail"), before=before, reveal=told)
        edited(other, record, lambda found: replace(found, folder="Maison"), lambda: None)
    assert seen == ["/Bail", "Maison/Bail"]


def test_a_deposit_whose_blob_was_put_aside_meanwhile_is_not_acknowledged(safe: Safe) -> None:
    safe = replace(safe, clock=Clock())
    vault = safe.open()

    def deposit() -> None:
        with vault.change() as change:
            put(change, vault, "Nouveau", b"slept over")
            safe.clock.moment = datetime.now(UTC) + timedelta(days=2)  # the computer slept
            safe.mend()

    with pytest.raises(BlobMissingError):
        deposit()
    vault.close()
    assert safe.check().findings == []


class LogBreaks(Disk):
    """Writes no log to the end, and cuts nothing off."""

    broken = False

    def sync(self, descriptor: int, path: Path) -> None:
        super().sync(descriptor, path)
        if self.broken and path.name == "log":
            raise StorageFailedError(path=path, reason="Input/output error")

    def truncate(self, descriptor: int, size: int, path: Path) -> None:
        if self.broken:
            raise StorageFailedError(path=path, reason="Input/output error")
        super().truncate(descriptor, size, path)


def test_a_commit_that_may_have_been_made_keeps_its_blobs(safe: Safe) -> None:
    disk = LogBreaks()
    vault = safe.on(disk).open()
    disk.broken = True
    with pytest.raises(LogUncertainError):
        add(vault, "Nouveau", b"the only copy")
    vault.close()
    vault = safe.open()
    assert ("Nouveau", b"the only copy") in {(title, held) for title, _, _, held in everything(vault).values()}
    vault.close()


WORDS = st.lists(st.sampled_from("abc"), unique=True, max_size=3)
STATES = st.fixed_dictionaries({"title": st.sampled_from("xyz"), "folder": st.sampled_from("xyz"), "tags": WORDS})


@given(STATES, STATES, STATES)
def test_a_merge_keeps_what_either_changed(
    before: dict[str, Json], after: dict[str, Json], newest: dict[str, Json]
) -> None:
    found = merged(before, after, newest)
    for name in ("title", "folder"):
        assert found[name] == (after[name] if after[name] != before[name] else newest[name])
    old, ours, theirs, both = (set(one["tags"]) for one in (before, after, newest, found))  # type: ignore[arg-type] # lists
    assert both == (theirs - (old - ours)) | (ours - old)


@given(STATES, STATES)
def test_a_merge_beside_nobody_is_what_was_asked(before: dict[str, Json], after: dict[str, Json]) -> None:
    found = merged(before, after, before)
    assert {**found, "tags": set(found["tags"])} == {**after, "tags": set(after["tags"])}  # type: ignore[arg-type] # lists


def test_a_reading_beside_a_lock_that_is_held_is_queued(safe: Safe) -> None:
    holder = safe.open()
    vault = open_vault(safe.located, safe.payload(), replace(safe.around, patience=0.01))
    with holder.parts.lock.exclusive():
        vault.note(Operation.READ)
    assert vault.owes_events
    vault.write_missed()
    lines = [event.operation for event in events.events(vault.index)]
    assert lines[-1] == Operation.READ
    vault.close()
    holder.close()
