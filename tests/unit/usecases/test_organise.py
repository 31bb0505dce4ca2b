"""Moving, renaming, tagging, deleting."""

from __future__ import annotations

from pathlib import Path

import pytest

from coffre_cli.store.documents import Filter
from coffre_cli.usecases import find, organise
from coffre_cli.usecases.erase import erase
from coffre_cli.usecases.errors import QuotaReachedError, TermReachedError
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import title_of
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import House
from tests.unit.usecases.given import deposited, file


def test_what_is_moved_renamed_and_tagged_is_found_so_after_a_new_opening(house: House, tmp_path: Path) -> None:
    vault = house.open()
    deposited(vault, file(tmp_path, "Bail.txt", "loyer"))
    organise.move(vault, "Bail", " Maison // Location/.. ")
    organise.rename(vault, "Bail", "Bail signé")
    organise.tag(vault, "Bail signé", add=("#location", "2026"), remove=())
    organise.tag(vault, "Bail signé", add=(), remove=("2026",))
    vault.close()
    again = house.open()
    (found,) = find.list_documents(again, Filter(tag="location"))
    again.close()
    assert (found.title, found.folder, found.tags) == ("Bail signé", "Maison/Location", ("location",))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("/a//b/", "a/b"), ("a\\b", "a/b"), ("../../etc", "etc"), (" . / .. ", ""), ("Été", "Été")],
)
def test_a_folder_has_one_form(typed: str, kept: str) -> None:
    assert clean_folder(typed) == kept


@pytest.mark.parametrize(
    ("name", "title"),
    [("scan.tif", "scan"), ("a\nb.pdf", "a b"), (".bashrc", ".bashrc"), ("x" * 400 + ".txt", "x" * 250), ("\x00", "?")],
)
def test_a_title_is_one_line_whatever_the_file_was_called(name: str, title: str) -> None:
    assert title_of(name) == title


def test_a_deleted_document_is_gone_with_its_words_its_blobs_and_its_key(vault: Vault, tmp_path: Path) -> None:
    kept = deposited(vault, file(tmp_path, "Secret.txt", "motintrouvable"))
    assert erase(vault, [kept])
    assert find.search(vault, "motintrouvable").hits == ()
    assert vault.document(kept.id) is None
    assert list(vault.parts.blobs.ids()) == []
    keys = [entry for pack in vault.parts.keys.packs() for entry in vault.parts.keys.read(pack)]
    assert kept.id not in {entry.record for entry in keys}


def test_a_deposit_beyond_the_quota_is_refused_and_leaves_nothing_c2(house: House, tmp_path: Path) -> None:
    vault = house.open()
    _set_terms(vault, quota=5_000)
    with pytest.raises(AssertionError, match="quota_reached"):
        deposited(vault, file(tmp_path, "gros.txt", "x" * 6_000))
    assert QuotaReachedError.exit_code == 15
    assert list(vault.parts.blobs.ids()) == []
    vault.close()


def test_after_its_term_a_safe_is_read_and_emptied_but_not_added_to_c16(house: House, tmp_path: Path) -> None:
    vault = house.open()
    kept = deposited(vault, file(tmp_path, "a.txt", "a"))
    _set_terms(vault, until="2026-12-31")
    house.clock.advance(days=60)
    with pytest.raises(TermReachedError):
        deposited(vault, file(tmp_path, "b.txt", "b"))
    with pytest.raises(TermReachedError):
        organise.move(vault, "a", "ailleurs")
    assert find.resolve(vault, "a") == kept
    assert erase(vault, [kept])
    vault.close()


def _set_terms(vault: Vault, **terms: int | str) -> None:
    from coffre_cli.journal.event import Operation, RecordKind
    from coffre_cli.model import RecordId

    with vault.change() as change:
        change.put(Operation.CONFIGURE, RecordId(vault.id), RecordKind.VAULT, terms)
