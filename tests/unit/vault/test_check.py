from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.access.slots import NewSlot, SlotKind, make_slot
from coffre_cli.crypto.secret import password_secret
from coffre_cli.errors import StorageFullError
from coffre_cli.journal.event import Operation
from coffre_cli.model import Rendition, RenditionKind
from coffre_cli.store import events
from coffre_cli.store.documents import find_by_title
from coffre_cli.store.index import Index, open_index
from coffre_cli.usecases.renditions import revealed
from coffre_cli.vault.errors import HistoryError
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.ways_in import WaysIn
from tests.simulators.safe import QUICK, Safe, add, delete, everything


def state_of(safe: Safe) -> tuple[object, object]:
    vault = safe.open()
    try:
        lines = [event.line for event in events.events(vault.index)]
        return everything(vault), lines
    finally:
        vault.close()


def test_a_vault_that_nobody_touched_is_clean(safe: Safe) -> None:
    report = safe.check()
    assert report.findings == []
    assert report.documents == 3
    assert report.verified == 5


def test_a_file_that_a_writer_removes_while_it_is_looked_at_is_no_error(
    safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = safe.root / "blobs" / "ab" / f"{'ab' * 16}.cof"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"of a deposit that is taken back")
    listed = os.scandir

    def removed_once_listed(folder: Path) -> contextlib.AbstractContextManager[Iterator[os.DirEntry[str]]]:
        with listed(folder) as entries:
            kept = list(entries)
        if Path(folder) == stray.parent:
            stray.unlink(missing_ok=True)
        return contextlib.nullcontext(iter(kept))

    monkeypatch.setattr(os, "scandir", removed_once_listed)
    assert safe.check(data=False, full=False).findings == []
    assert not stray.exists()


def _flip(path: Path, position: int, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= bit
    path.write_bytes(data)


@pytest.mark.parametrize("harm", ["deleted", "emptied", "older", "another vault's", "garbage"])
def test_the_index_is_folded_again_with_everything(harm: str, safe: Safe, full_safe: Safe, tmp_path: Path) -> None:
    older = safe.root / "index.db"
    kept = older.read_bytes()
    vault = safe.open()
    add(vault, "Plus tard", b"later" * 100, folder="Après", words="plus tard")
    vault.close()
    before, lines = state_of(safe)
    if harm == "deleted":
        older.unlink()
    else:
        stranger = Safe(tmp_path / "stranger", tmp_path / "strange-state")
        stranger.make()
        harmed = {
            "emptied": b"",
            "older": kept,
            "another vault's": (stranger.root / "index.db").read_bytes(),
            "garbage": os.urandom(len(kept)),
        }
        older.write_bytes(harmed[harm])
    documents, journal = state_of(safe)
    assert documents == before
    assert journal == lines
    assert safe.check().findings == []


def test_an_older_copy_of_the_whole_vault_is_named_and_accepted_by_an_explicit_event(
    safe: Safe, tmp_path: Path
) -> None:
    shutil.copytree(safe.root, tmp_path / "older")
    vault = safe.open()
    add(vault, "Perdu", b"lost" * 100)
    vault.close()
    shutil.rmtree(safe.root)
    shutil.copytree(tmp_path / "older", safe.root)
    with pytest.raises(HistoryError):
        safe.open()
    report = safe.check()
    assert [one.kind.code for one in report.findings] == ["history"]
    assert safe.mend().findings == []
    vault = safe.open()
    operations = [event.operation for event in events.events(vault.index)]
    assert operations[-2:] == [Operation.RESUME, Operation.REPAIR]
    note = list(vault.parts.log.frames())[-1].note
    assert note.startswith(f"{vault.id.hex()}/2\n")
    vault.close()


@pytest.mark.parametrize("cut", [1, 100, 3000])
def test_a_log_cut_short_is_rebuilt_line_by_line(cut: int, safe: Safe) -> None:
    before, lines = state_of(safe)
    log = safe.root / "log"
    data = log.read_bytes()
    log.write_bytes(data[:-cut])
    assert [one.kind.code for one in safe.check(data=False, full=False).findings] == ["log_damaged"]
    assert safe.mend().findings == []
    documents, journal = state_of(safe)
    assert documents == before
    assert journal[: len(lines)] == lines  # type: ignore[index, arg-type] # lists of lines


@pytest.mark.parametrize(
    "harm", ["log flipped", "log gone", "index of another release", "index damaged at its end", "slots gone"]
)
@pytest.mark.parametrize("pack", ["gone", "damaged"])
def test_a_lost_pack_comes_back_whatever_else_is_harmed(harm: str, pack: str, safe: Safe) -> None:
    before, lines = state_of(safe)
    for path in (safe.root / "keys").iterdir():
        path.unlink() if pack == "gone" else _flip(path, 60, 1)
    if harm == "log flipped":
        _flip(safe.root / "log", 2000, 1)
    elif harm == "log gone":
        (safe.root / "log").unlink()
    elif harm == "index of another release":
        index = open_index(safe.root / "index.db", safe.parts().keychain.index, safe.parts().vault_id)
        index.set_meta("schema", b"0")
        index.close()
    elif harm == "index damaged at its end":
        _flip(safe.root / "index.db", (safe.root / "index.db").stat().st_size - 3000, 1)
    else:
        shutil.rmtree(safe.root / "slots")
    assert safe.mend().findings == []
    documents, journal = state_of(safe)
    assert documents == before
    assert journal[: len(lines)] == lines  # type: ignore[index, arg-type] # lists of lines


def test_an_older_index_brings_no_key_back_that_was_destroyed_since(safe: Safe) -> None:
    older = (safe.root / "index.db").read_bytes()
    vault = safe.open()
    (record, *_) = everything(vault)
    delete(vault, record)
    vault.close()
    (safe.root / "index.db").write_bytes(older)
    index = open_index(safe.root / "index.db", safe.parts().keychain.index, safe.parts().vault_id)
    index.set_meta("schema", b"0")
    index.close()
    safe.open().close()
    parts = safe.parts()
    assert all(entry.record != record for pack in parts.keys.packs() for entry in parts.keys.read(pack))
    assert safe.check().findings == []


def test_a_log_of_another_vault_is_replaced_by_ours(safe: Safe, tmp_path: Path) -> None:
    before, _ = state_of(safe)
    stranger = Safe(tmp_path / "stranger", tmp_path / "strange-state")
    stranger.make()
    shutil.copy(stranger.root / "log", safe.root / "log")
    assert not safe.check(data=False, full=False).is_clean
    assert safe.mend().findings == []
    assert state_of(safe)[0] == before


def test_a_damaged_log_without_an_index_is_called_a_loss(safe: Safe) -> None:
    log = safe.root / "log"
    _flip(log, 2000, 1)
    (safe.root / "index.db").unlink()
    codes = {one.kind.code for one in safe.check(data=False, full=False).findings}
    assert {"log_lost", "index_damaged"} <= codes


def test_what_was_verified_longest_ago_comes_first(safe: Safe) -> None:
    from fractions import Fraction

    from coffre_cli.vault.check import Depth, examine
    from coffre_cli.vault.check_data import Share

    third = Depth(Share(fraction=Fraction(2, 5)))
    assert examine(safe.parts(), third).verified == 2
    assert examine(safe.parts(), third).verified == 2
    vault = safe.open()
    unverified = vault.index.rows("SELECT 1 FROM blob WHERE verified IS NULL")
    vault.close()
    assert len(unverified) == 1


def test_a_copy_that_went_its_own_way_is_named_and_accepted_by_an_explicit_event(safe: Safe, tmp_path: Path) -> None:
    shutil.copytree(safe.root, tmp_path / "other")
    vault = safe.open()
    add(vault, "Ici", b"here" * 100)
    vault.close()
    elsewhere = Safe(tmp_path / "other", tmp_path / "other-state")
    vault = elsewhere.open()
    add(vault, "Ailleurs", b"there" * 100)
    add(vault, "Et encore", b"there" * 100)
    vault.close()
    shutil.rmtree(safe.root)
    shutil.copytree(elsewhere.root, safe.root)
    with pytest.raises(HistoryError):
        safe.open()
    (finding,) = safe.check().findings
    assert (finding.kind.code, finding.fact("reason")) == ("history", "other")
    assert safe.mend().findings == []
    titles = {title for title, *_ in everything(safe.open()).values()}
    assert "Ailleurs" in titles
    assert "Ici" not in titles


RENDITIONS = (
    ({"text"}, {"text": "rendition_lost"}),
    ({"archive"}, {"archive": "rendition_lost"}),
    ({"original"}, {"original": "original_lost"}),
    ({"original", "text"}, {"original": "original_lost", "text": "rendition_gone"}),
    ({"original", "archive"}, {"original": "blob_lost", "archive": "blob_lost"}),
)


@pytest.mark.parametrize("how", ["deleted", "flipped"])
@pytest.mark.parametrize(("lost", "said"), RENDITIONS)
def test_what_is_said_of_a_lost_rendition_is_true_of_the_others(
    lost: set[str], said: dict[str, str], how: str, safe: Safe
) -> None:
    names = _three_renditions(safe)
    for kind in lost:
        path = safe.root / "blobs" / names[kind][:2] / f"{names[kind]}.cof"
        path.unlink() if how == "deleted" else _flip(path, 2000, 1)
    found = safe.check(full=False).findings
    assert {one.fact("rendition"): one.kind.code for one in found} == said
    assert {one.fact("rendition"): one.fact("file") for one in found} == {kind: f"{names[kind]}.cof" for kind in lost}


def test_a_rendition_made_again_takes_the_place_of_the_older_one_and_leaves_no_file(safe: Safe) -> None:
    names = _three_renditions(safe)
    vault = safe.open()
    record = find_by_title(vault.index, "Triple")[0]
    document = vault.document(record)
    assert document is not None
    with vault.change() as change:
        made = change.keep(io.BytesIO(b"better" * 1500), record)
        better = Rendition(
            RenditionKind.ARCHIVE, made.blob, "application/pdf", made.size, made.sha256, None, "PDF/A-2b"
        )
        others = tuple(one for one in document.renditions if one.kind is not RenditionKind.ARCHIVE)
        after = replace(document, renditions=(better, *others))
        change.put_document(Operation.CONVERT, after, reveal=revealed)
    vault.close()
    safe.open().close()
    assert not (safe.root / "blobs" / names["archive"][:2] / f"{names['archive']}.cof").exists()
    assert safe.check().findings == []


def _three_renditions(safe: Safe) -> dict[str, str]:
    """Deposit a document with three renditions; return the names of their blobs."""
    vault = safe.open()
    record = add(vault, "Triple", b"triple" * 2000, words="trois fois")
    document = vault.document(record)
    assert document is not None
    with vault.change() as change:
        archive = change.keep(io.BytesIO(b"archive" * 1500), record)
        facts = (archive.blob, "application/pdf", archive.size, archive.sha256, None, "PDF/A-2b")
        three = (Rendition(RenditionKind.ARCHIVE, *facts), *document.renditions)
        document = replace(document, renditions=three)
        change.put_document(Operation.CONVERT, document, reveal=revealed)
    vault.close()
    return {one.kind.value: one.blob.hex() for one in document.renditions}


def test_a_loss_found_by_a_deep_look_stays_named_until_it_is_made_good(safe: Safe) -> None:
    (path, *_) = (path for path in sorted(safe.root.glob("blobs/*/*.cof")) if path.stat().st_size > 9_000)
    good = path.read_bytes()
    _flip(path, 5000, 1)
    assert safe.check(data=False, full=False).findings == []  # its size is right
    (found,) = safe.check().findings
    (safe.root / "index.db").unlink()  # the index is derived, and nothing that lasts stands in it alone
    safe.open().close()
    assert safe.check(data=False, full=False).findings == [found]
    path.write_bytes(good)
    assert safe.check(data=False, full=False).findings == []
    assert safe.check(data=False, full=False).findings == []


def test_two_password_slots_after_an_interrupted_change_are_named(safe: Safe) -> None:
    parts = safe.parts()
    wanted = NewSlot(SlotKind.PASSWORD, password_secret("another good long password"), parts.vault_id, QUICK)
    slot = make_slot(wanted, parts.payload, created="2026-05-04T08:00:00Z", random=os.urandom)
    WaysIn(parts.around.disk, parts.layout, os.urandom).add(slot)
    (found,) = safe.check(data=False, full=False).findings
    assert (found.kind.code, found.fact("count")) == ("several_passwords", "2")
    assert found.kind.command == "{coffre} password change"


def test_several_processes_find_what_one_does_and_remember_what_was_whole(
    safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coffre_cli.vault import check_data

    (path, *_) = (path for path in sorted(safe.root.glob("blobs/*/*.cof")) if path.stat().st_size > 9_000)
    _flip(path, 5000, 1)
    alone = safe.check()
    monkeypatch.setattr(check_data, "_WORTH_PROCESSES", 0)
    together = safe.check()
    assert (together.findings, together.verified, together.verified_bytes) == (
        alone.findings,
        alone.verified,
        alone.verified_bytes,
    )
    assert len(together.findings) == 1
    vault = safe.open()
    assert vault.index.one("SELECT count(*) FROM blob WHERE verified IS NULL") == (1,)
    vault.close()


def test_a_comparison_that_had_no_room_is_not_said_to_be_made(safe: Safe, monkeypatch: pytest.MonkeyPatch) -> None:
    from coffre_cli.vault import check_index

    def full(parts: Parts, _index: Index) -> None:
        raise StorageFullError(path=parts.index)

    monkeypatch.setattr(check_index, "fold_anew", full)
    with pytest.raises(StorageFullError):
        safe.check()
