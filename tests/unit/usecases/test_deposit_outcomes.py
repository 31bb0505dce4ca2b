"""What is said of a deposit, and what is written down of a refusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from coffre_cli.model import RenditionKind
from coffre_cli.store.documents import Filter
from coffre_cli.usecases.deposit import deposit, deposit_together
from coffre_cli.usecases.find import list_documents
from coffre_cli.usecases.intake import Input, Wishes, inputs
from coffre_cli.usecases.journal import list_events
from coffre_cli.vault.session import Vault
from tests.unit.usecases.given import KEEP_ONLY, deposited, file


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


def test_a_deposit_interrupted_before_its_conversion_says_so(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coffre_cli.usecases.deposit._Desk._convert", killed)
    with pytest.raises(KeyboardInterrupt):
        list(deposit(vault, inputs([file(tmp_path, "a.txt", "a")], ""), Wishes()))
    (kept,) = list_documents(vault, Filter())
    assert "not made yet" in kept.remarks[0].message


def test_what_came_of_a_conversion_replaces_that_it_was_not_made_yet(vault: Vault, tmp_path: Path) -> None:
    text = deposited(vault, file(tmp_path, "a.txt", "a"), Wishes())
    other = deposited(vault, file(tmp_path, "a.bin", "\x00\x01\x02"), Wishes())
    said = [remark.message for remark in (*text.remarks, *other.remarks)]
    assert not any("not made yet" in message for message in said)
