"""What is said of a deposit, and what is written down of a refusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from coffre_cli.model import Document, RenditionKind
from coffre_cli.store import documents
from coffre_cli.store.documents import Filter
from coffre_cli.ui.failures import sentence
from coffre_cli.usecases.deposit import deposit, deposit_together
from coffre_cli.usecases.find import list_documents
from coffre_cli.usecases.intake import Input, Wishes, inputs
from coffre_cli.usecases.journal import list_events
from coffre_cli.usecases.sealing import MANY
from coffre_cli.vault.errors import DuplicateDocumentError
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import House
from tests.unit.usecases.given import KEEP_ONLY, deposited, file


def killed(*_: object) -> None:
    """Be killed between the originals and what is made of them."""
    raise KeyboardInterrupt


def test_a_duplicate_that_was_asked_for_names_its_twin(vault: Vault, tmp_path: Path) -> None:
    path = file(tmp_path, "a.txt", "pareil")
    first = deposited(vault, path)
    (outcome,) = deposit(vault, inputs([path], ""), replace(KEEP_ONLY, duplicates=True))
    assert outcome.document is not None
    assert outcome.duplicate_of == first


def test_a_file_that_is_not_the_one_announced_is_refused_and_that_is_in_the_journal(
    vault: Vault, tmp_path: Path
) -> None:
    path = file(tmp_path, "contrat.txt", "autre")
    (outcome,) = deposit(vault, inputs([path], ""), replace(KEEP_ONLY, digest=bytes(32)))
    assert outcome.error is not None
    assert outcome.error.exit_code == 20
    (event,) = list_events(vault, name=None, operation="deposit.refused", since=None)
    assert dict(event.told)["name"] == "contrat.txt"
    assert list(vault.parts.blobs.ids()) == []


def test_pictures_joined_to_one_document_are_one_pdf_a(vault: Vault, tmp_path: Path) -> None:
    sources = []
    for number in range(3):
        path = tmp_path / f"page{number}.png"
        Image.new("RGB", (200, 300), (number * 80, 90, 120)).save(path)
        sources.append(Input(path, path.name, "Maison"))
    outcome = deposit_together(vault, sources, Wishes(title="Bail"))
    assert outcome.document is not None, outcome.error
    shown = outcome.document.shown
    assert (outcome.document.title, outcome.document.folder) == ("Bail", "Maison")
    assert (shown.kind, shown.format, shown.pages) == (RenditionKind.ARCHIVE, "PDF/A-2b", 3)


def test_what_is_no_picture_is_named_when_pictures_are_to_be_joined(vault: Vault, tmp_path: Path) -> None:
    Image.new("RGB", (200, 300)).save(tmp_path / "page.png")
    sources = [Input(path, path.name, "") for path in (tmp_path / "page.png", file(tmp_path, "a.txt", "a"))]
    error = deposit_together(vault, sources, Wishes()).error
    assert error is not None
    assert (error.facts["name"], error.facts["reason"]) == ("a.txt", "not a picture")
    assert "{" not in sentence(error)


def test_a_deposit_interrupted_before_its_conversion_says_so(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coffre_cli.usecases.deposit._Desk._made", killed)
    with pytest.raises(KeyboardInterrupt):
        list(deposit(vault, inputs([file(tmp_path, "a.txt", "a")], ""), Wishes()))
    (kept,) = list_documents(vault, Filter())
    assert "not made yet" in kept.remarks[0].message


def test_an_interrupted_deposit_that_is_typed_again_is_taken_up(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [file(tmp_path, "a.txt", "a"), file(tmp_path, "b.txt", "b")]
    with monkeypatch.context() as patch:
        patch.setattr("coffre_cli.usecases.deposit._Desk._made", killed)
        with pytest.raises(KeyboardInterrupt):
            list(deposit(vault, inputs(paths, ""), Wishes()))
    again = list(deposit(vault, inputs([*paths, file(tmp_path, "c.txt", "a")], ""), Wishes()))
    assert [one.error is None for one in again] == [True, True, False]
    assert all(one.rendition(RenditionKind.ARCHIVE) for one in list_documents(vault, Filter()))
    assert documents.count(vault.index) == 2


def test_each_document_is_told_once_it_lasts_not_when_all_do(house: House, tmp_path: Path) -> None:
    vault = house.open()
    paths = [file(tmp_path, f"{name}.txt", name) for name in "abc"]

    def time_passes(done: int, total: int | None, label: str) -> None:
        del done, total, label
        house.clock.advance(seconds=1)

    telling = deposit(vault, inputs(paths, ""), Wishes(), time_passes)
    first = next(telling)
    other = house.open()
    made = {one.title: one.rendition(RenditionKind.ARCHIVE) is not None for one in list_documents(other, Filter())}
    assert (first.name, made) == ("a.txt", {"a": True, "b": False, "c": False})
    other.close()
    assert [one.name for one in telling] == ["b.txt", "c.txt"]
    vault.close()


@pytest.mark.parametrize("number", [1, MANY + 1], ids=["one", "many"])
def test_of_two_deposits_of_one_file_at_once_the_later_is_refused(house: House, tmp_path: Path, number: int) -> None:
    one, other = house.open(), house.open()
    paths = [file(tmp_path, f"{name:02}.txt", str(name)) for name in range(number)]
    begun: list[Document] = []

    def meanwhile(done: int, total: int | None, label: str) -> None:
        del total, label
        if done == number and not begun:  # all is sealed, nothing committed
            begun.append(deposited(other, paths[0]))

    found = list(deposit(one, inputs(paths, ""), KEEP_ONLY, meanwhile))
    assert [type(outcome.error) for outcome in found] == [DuplicateDocumentError] + [type(None)] * (number - 1)
    assert documents.count(one.index) == number
    assert set(one.parts.blobs.ids()) == {kept.renditions[0].blob for kept in list_documents(one, Filter())}
    one.close()
    other.close()


def test_what_came_of_a_conversion_replaces_that_it_was_not_made_yet(vault: Vault, tmp_path: Path) -> None:
    text = deposited(vault, file(tmp_path, "a.txt", "a"), Wishes())
    other = deposited(vault, file(tmp_path, "a.bin", "\x00\x01\x02"), Wishes())
    said = [remark.message for remark in (*text.remarks, *other.remarks)]
    assert not any("not made yet" in message for message in said)
