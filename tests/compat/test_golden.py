"""A vault of every released format opens in every later release, with its index and without."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from coffre_cli.access.recovery import read_code
from coffre_cli.access.slots import SlotKind
from coffre_cli.store.search import search
from coffre_cli.store.spool import EntryId
from coffre_cli.usecases.intake import Input, Wishes
from coffre_cli.usecases.spooling import seal, take_in
from coffre_cli.vault.errors import SpoolKeyUnknownError
from coffre_cli.vault.rekey import NewKeys, rekey
from coffre_cli.vault.spool import letterbox
from tests.compat.make_golden import GOLDEN, RECOVERY_CODE
from tests.simulators.safe import QUICK, Safe, add, delete, everything

HELD = {
    ("Bail", "Maison/Bail", ("2026", "important"), b"lease " * 900),
    ("Facture d’électricité", "Maison/Énergie", (), b"invoice " * 4000),
}


@pytest.fixture
def golden(tmp_path: Path) -> Safe:
    with zipfile.ZipFile(GOLDEN) as archive:
        archive.extractall(tmp_path / "vault")
    return Safe(tmp_path / "vault", tmp_path / "state")


@pytest.mark.parametrize("index", ["as it was", "folded anew"])
def test_the_golden_vault_opens(index: str, golden: Safe) -> None:
    if index == "folded anew":
        (golden.root / "index.db").unlink()
    vault = golden.open()
    assert set(everything(vault).values()) == HELD
    assert [vault.document(hit.record) for hit in search(vault.index, "electricite", 10).hits] != []
    vault.close()
    assert golden.check().findings == []


def test_an_index_of_an_earlier_release_is_no_damage(golden: Safe) -> None:
    assert golden.check().findings == []


def test_its_recovery_code_opens_it(golden: Safe) -> None:
    code = read_code(RECOVERY_CODE.read_text())
    assert code is not None
    assert golden.payload(SlotKind.RECOVERY, code) == golden.payload()


def test_deposits_are_sealed_into_it_once_it_was_opened(golden: Safe, tmp_path: Path) -> None:
    found = golden.located
    with pytest.raises(SpoolKeyUnknownError):
        letterbox(found.descriptor, found.layout, golden.around)
    golden.open().close()
    (tmp_path / "avis.txt").write_bytes(b"avis")
    box = letterbox(found.descriptor, found.layout, golden.around)
    seal(box, Input(tmp_path / "avis.txt", "avis.txt", "Reçus"), Wishes(), EntryId(b"e" * 16))
    vault = golden.open()
    assert take_in(vault).left is None
    assert ("avis", "Reçus") in {(title, folder) for title, folder, _tags, _content in everything(vault).values()}
    vault.close()


def test_it_can_be_changed(golden: Safe) -> None:
    vault = golden.open()
    record = add(vault, "Nouveau", b"new", words="tout neuf")
    delete(vault, record)
    rekey(vault.parts, vault.index, NewKeys(golden.password, lambda _code: None, QUICK))
    vault.close()
    assert golden.check().findings == []
