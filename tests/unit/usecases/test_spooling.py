"""Deposits while the safe is locked: sealed, taken in once, by whatever opens it; strangers' files harm nobody."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.errors import StorageFullError
from coffre_cli.intake.watch import claims
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document
from coffre_cli.store import events
from coffre_cli.store.documents import Filter, listed
from coffre_cli.store.errors import EntryAlteredError
from coffre_cli.store.fs import Disk
from coffre_cli.store.spool import EntryId, Slip
from coffre_cli.usecases import spooling
from coffre_cli.usecases.arrivals import take
from coffre_cli.usecases.erase import erase
from coffre_cli.usecases.errors import QuotaReachedError
from coffre_cli.usecases.inbox import Refusal, Tray, ready, seal_files
from coffre_cli.usecases.intake import Wishes
from coffre_cli.usecases.spooling import Sealed, TakenIn, take_in
from coffre_cli.vault.check import Depth, examine
from coffre_cli.vault.errors import DuplicateDocumentError, SpoolKeyUnknownError, VaultChangedError
from coffre_cli.vault.rekey import NewKeys, rekey
from coffre_cli.vault.session import Vault
from coffre_cli.vault.spool import Letterbox, letterbox, record_of
from coffre_cli.vault.spool_key import count_waiting
from tests.unit.usecases.conftest import CHEAP, PASSWORD, House

NO_ARCHIVE = Wishes(archive=False)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Convert nothing: what is made of a document is tested elsewhere."""
    monkeypatch.setattr(spooling, "Wishes", lambda trust: Wishes(trust=trust, archive=False))


def _box(house: House) -> Letterbox:
    found = house.located()
    return letterbox(found.descriptor, found.layout, house.around)


def _tray(house: House, **files: str) -> Tray:
    folder = house.root / "tray"
    (folder / "Sous").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / "Sous" / f"{name}.txt").write_text(text)
    return Tray(folder, "Fax", NO_ARCHIVE, lambda error: error.code, house.clock)


def _seal(house: House, **files: str) -> list[Sealed | Refusal]:
    tray = _tray(house, **files)
    return list(seal_files(_box(house), tray, ready(tray, lambda: None)))


def _documents(vault: Vault) -> list[Document]:
    found = (vault.document(record) for record in listed(vault.index, Filter()))
    return [one for one in found if one is not None]


def _spool(house: House) -> Path:
    return house.located().layout.spool


def test_what_lands_while_the_safe_is_locked_is_a_document_after_the_next_opening(house: House) -> None:
    house.open().close()
    sealed = _seal(house, avis="avis d’impôt", bail="bail")
    assert [type(one) for one in sealed] == [Sealed, Sealed]
    assert claims(house.root / "tray") == []
    vault = house.open()
    assert count_waiting(vault.parts.layout)
    take_in(vault)
    assert {(one.title, one.folder, one.source.name) for one in _documents(vault)} == {
        ("avis", "Fax/Sous", "avis.txt"),
        ("bail", "Fax/Sous", "bail.txt"),
    }
    assert list(_spool(house).iterdir()) == []
    assert events.last_of(vault.index, Operation.SPOOL_TAKE) is not None
    assert take_in(vault) == TakenIn()
    vault.close()


def test_an_account_that_never_opened_the_safe_seals_nothing(house: House) -> None:
    shutil.rmtree(house.root / "state")
    with pytest.raises(SpoolKeyUnknownError):
        _box(house)
    house.open().close()
    assert _box(house).key == house.open().parts.payload.spool_key


def test_a_key_that_the_folder_was_given_by_somebody_else_is_never_used(house: House) -> None:
    """Whoever writes into the folder may replace `vault.json`, signed by a key of his own."""
    from coffre_cli.crypto.keypair import SigningKey
    from coffre_cli.vault.descriptor import write_descriptor

    own = SigningKey(Secret(os.urandom(32)))
    found = house.located()
    found.layout.descriptor.write_bytes(write_descriptor(replace(found.descriptor, log_key=own.public), own))
    with pytest.raises(SpoolKeyUnknownError):
        _box(house)


def test_a_file_that_is_there_already_is_not_deposited_twice_and_that_is_said(house: House) -> None:
    _seal(house, avis="avis")
    vault = house.open()
    take_in(vault)
    _seal(house, encore="avis")
    (taken,) = take_in(vault).taken
    assert isinstance(taken.problem, DuplicateDocumentError)
    assert len(_documents(vault)) == 1
    assert list(_spool(house).iterdir()) == []
    vault.close()


def test_an_entry_that_comes_back_is_taken_no_second_time_even_after_its_document_was_deleted(house: House) -> None:
    _seal(house, avis="avis")
    (entry,) = _spool(house).iterdir()
    copy = entry.read_bytes()
    vault = house.open()
    take_in(vault)
    erase(vault, _documents(vault))
    entry.write_bytes(copy)  # a sync tool brings it back
    (taken,) = take_in(vault).taken
    assert taken.outcomes == []
    assert _documents(vault) == []
    assert not entry.exists()
    vault.close()


@pytest.mark.parametrize("harm", ["flip", "cut", "stranger", "link", "folder"])
def test_what_is_no_entry_is_set_aside_and_keeps_nothing_else_out(house: House, harm: str) -> None:
    _seal(house, avis="avis")
    (entry,) = _spool(house).iterdir()
    bad = entry.with_name(f"{'0' * 32}.spool")
    data = entry.read_bytes()
    if harm == "link":
        bad.symlink_to("/dev/zero")
    elif harm == "folder":
        bad.mkdir()
    else:
        changed = {"flip": data[:-1] + bytes([data[-1] ^ 1]), "cut": data[:4200], "stranger": data}
        bad.write_bytes(changed[harm])
    vault = house.open()
    result = take_in(vault)
    assert [type(one) for one in result.aside] == [EntryAlteredError]
    assert [one.title for one in _documents(vault)] == ["avis"]
    assert [path.name[:32] for path in vault.parts.layout.quarantine.iterdir()] == ["0" * 32]
    assert not count_waiting(vault.parts.layout)
    vault.close()


def test_hostile_names_in_an_entry_stay_names(house: House) -> None:
    path = house.root / "x"
    path.write_text("x")
    slip = Slip("../../etc/\u202epasswd\n", "../../\x1b[2J/..", 1, 2**70, "never", "always!")
    with path.open("rb", buffering=0) as file:
        _box(house).put(file, slip, EntryId(b"e" * 16))
    vault = house.open()
    (taken,) = take_in(vault).taken
    (document,) = _documents(vault)
    assert (taken.problem, document.source.name) == (None, ".._.._etc_\u202epasswd\n")
    assert "/" not in document.title
    assert "\n" not in document.title
    assert ".." not in document.folder
    vault.close()


def test_a_full_quota_leaves_the_entry_for_another_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from coffre_cli.usecases import spooling
    from coffre_cli.usecases.terms import Room

    _seal(house, avis="avis")
    vault = house.open()
    with monkeypatch.context() as full:
        full.setattr(spooling, "room", lambda _vault: Room(1, 0))
        assert isinstance(take_in(vault).left, QuotaReachedError)
    assert count_waiting(vault.parts.layout)
    assert len(take_in(vault).taken) == 1
    vault.close()


def test_one_process_takes_in_at_a_time(house: House) -> None:
    from coffre_cli.vault.spool import taking_in

    _seal(house, avis="avis")
    vault = house.open()
    with taking_in(vault.parts):
        assert take_in(vault) == TakenIn()
    assert len(take_in(vault).taken) == 1
    vault.close()


def test_a_mistake_of_ours_over_one_entry_keeps_nobody_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _seal(house, un="un", deux="deux")
    vault = house.open()
    first = record_of(vault.id, EntryId(bytes.fromhex(min(_spool(house).iterdir()).stem)))

    def faulty(*arguments: object) -> object:
        sources = arguments[1]
        assert isinstance(sources, list)
        if any(one.record == first for one in sources):
            raise ZeroDivisionError
        return take(*arguments)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(spooling, "take", faulty)
    result = take_in(vault)
    assert (len(result.aside), len(result.taken), len(_documents(vault))) == (1, 1, 1)
    vault.close()


def test_a_change_of_keys_takes_the_entries_with_it(house: House) -> None:
    _seal(house, avis="avis")
    vault = house.open()
    box = _box(house)
    bad = _spool(house) / f"{'0' * 32}.spool"
    bad.write_bytes(b"no entry")
    rekey(vault.parts, vault.index, NewKeys(password_secret(PASSWORD), lambda _code: None, CHEAP))
    vault.close()
    assert not (house.root / "vault" / "spool").exists()
    vault = house.open()
    assert len(take_in(vault).taken) == 1
    assert [one.title for one in _documents(vault)] == ["avis"]
    assert any(path.name.startswith("0" * 32) for path in vault.parts.layout.quarantine.iterdir())
    path = house.root / "y"
    path.write_text("y")
    with path.open("rb", buffering=0) as file, pytest.raises(VaultChangedError):
        box.put(file, Slip("y", "", 1, 0, "", "auto"), EntryId(b"y" * 16))
    assert not count_waiting(vault.parts.layout)
    vault.close()


def test_a_file_stays_where_it_is_when_it_cannot_be_sealed(house: House) -> None:
    class Full(Disk):
        def create(self, path: Path) -> int:
            raise StorageFullError(path=path)

    tray = _tray(house, avis="avis")
    found = house.located()
    box = letterbox(found.descriptor, found.layout, replace(house.around, disk=Full()))
    with pytest.raises(StorageFullError):
        list(seal_files(box, tray, ready(tray, lambda: None)))
    assert (tray.folder / "Sous" / "avis.txt").read_text() == "avis"


def test_a_file_that_may_not_be_sealed_goes_to_rejected(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from coffre_cli.store import spool

    monkeypatch.setattr(spool, "MAXIMUM_SIZE", 3)
    (refusal,) = _seal(house, gros="gros")
    assert isinstance(refusal, Refusal)
    assert refusal.place.read_text() == "gros"
    assert refusal.place.with_name("gros.txt.txt").read_text() == "entry_too_large\n"


def test_a_check_tells_what_waits_and_what_was_set_aside(house: House) -> None:
    _seal(house, avis="avis")
    (_spool(house) / f"{'0' * 32}.spool").write_bytes(b"no entry")
    (_spool(house) / "notes.txt").write_bytes(b"whose?")
    vault = house.open()
    found = {one.kind.code: one for one in examine(vault.parts, Depth()).findings}
    assert set(found) == {"sealed_waiting", "unknown_file"}
    assert found["sealed_waiting"].fact("count") == "2"
    take_in(vault)
    codes = {one.kind.code for one in examine(vault.parts, Depth()).findings}
    assert codes == {"sealed_aside", "unknown_file"}
    vault.close()
