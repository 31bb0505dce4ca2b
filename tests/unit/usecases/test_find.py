"""Finding documents by name, folder and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from coffre_cli.errors import AmbiguousNameError, InvalidValueError, NotFoundError
from coffre_cli.store.documents import Filter
from coffre_cli.usecases import find
from coffre_cli.usecases.intake import Wishes
from coffre_cli.usecases.journal import list_events
from coffre_cli.vault.session import Vault
from tests.unit.usecases.given import deposited, file


def test_a_document_answers_to_its_id_a_beginning_of_it_its_title_and_its_file_name(
    vault: Vault, tmp_path: Path
) -> None:
    kept = deposited(vault, file(tmp_path, "Facture d'électricité.txt", "240 euros"))
    for name in (kept.id.hex(), kept.id.hex()[:6].upper(), "Facture d'électricité", "Facture d'électricité.txt"):
        assert find.resolve(vault, name) == kept


def test_a_title_that_two_documents_share_lists_both(vault: Vault, tmp_path: Path) -> None:
    deposited(vault, file(tmp_path, "a/Bail.txt", "un"))
    deposited(vault, file(tmp_path, "b/Bail.txt", "deux"))
    with pytest.raises(AmbiguousNameError) as caught:
        find.resolve(vault, "Bail")
    assert len(caught.value.facts["candidates"]) == 2  # type: ignore[arg-type] # a tuple by contract of the error


def test_a_name_that_nothing_bears_is_not_found(vault: Vault) -> None:
    with pytest.raises(NotFoundError):
        find.resolve(vault, "rien")


def test_any_unique_beginning_of_an_id_will_do(vault: Vault, tmp_path: Path) -> None:
    first, second = (deposited(vault, file(tmp_path, name, name)) for name in ("note un.txt", "note deux.txt"))
    length = next(n for n in range(1, 33) if first.id.hex()[:n] != second.id.hex()[:n])
    assert find.resolve(vault, first.id.hex()[:length]) == first
    assert find.resolve(vault, second.id.hex()[:length]) == second


def test_an_exact_title_comes_before_a_beginning_of_an_id(vault: Vault, tmp_path: Path) -> None:
    other = deposited(vault, file(tmp_path, "a.txt", "a"))
    titled = deposited(vault, file(tmp_path, "b.txt", "b"), Wishes(archive=False, title=other.id.hex()[:4]))
    assert find.resolve(vault, other.id.hex()[:4]) == titled
    assert find.resolve(vault, other.id.hex()) == other


@pytest.mark.parametrize("name", ["", " "])
def test_no_name_at_all_is_typed_wrong(name: str, vault: Vault) -> None:
    with pytest.raises(InvalidValueError):
        find.resolve(vault, name)


def test_accents_do_not_matter_in_folders_and_tags(vault: Vault, tmp_path: Path) -> None:
    tagged = Wishes(archive=False, tags=("impôts",))
    summer = deposited(vault, file(tmp_path, "a.txt", "a"), tagged, folder="Maison/Été/2026")
    plainly = deposited(vault, file(tmp_path, "b.txt", "b"), folder="Maison/Ete")
    deposited(vault, file(tmp_path, "c.txt", "c"), folder="Maison/Étés")
    for typed in ("Maison/Ete", "Maison/Été"):
        assert [one.id for one in find.list_documents(vault, Filter(folder=typed))] == [plainly.id, summer.id]
    for typed in ("impots", "impôts"):
        assert [one.id for one in find.list_documents(vault, Filter(tag=typed))] == [summer.id]
    assert list(find.list_documents(vault, Filter(folder="Maison/Hiver"))) == []


def test_words_are_found_without_their_accents_and_by_their_beginnings(vault: Vault, tmp_path: Path) -> None:
    kept = deposited(vault, file(tmp_path, "note.txt", "La Chaudière a été révisée en février"), Wishes())
    for words in ("chaudiere", "CHAUDIÈRE revisee", "fevr", '"ete revisee"'):
        assert [hit.document.id for hit in find.search(vault, words).hits] == [kept.id], words
    assert find.search(vault, "absent").hits == ()


def test_a_folder_lists_what_lies_below_it_and_nothing_beside(vault: Vault, tmp_path: Path) -> None:
    inside = deposited(vault, file(tmp_path, "a.txt", "a"), folder="Maison/Assurance")
    deposited(vault, file(tmp_path, "b.txt", "b"), folder="Maisons")
    assert [one.id for one in find.list_documents(vault, Filter(folder="Maison"))] == [inside.id]


def test_every_look_is_an_event_and_no_word_of_a_search_is_kept(vault: Vault, tmp_path: Path) -> None:
    deposited(vault, file(tmp_path, "a.txt", "a"))
    find.list_documents(vault, Filter())
    find.search(vault, "secretissime")
    find.count(vault)
    find.show(vault, "a")
    entries = list_events(vault, name=None, operation=None, since=None)
    assert [entry.operation for entry in entries][-4:] == ["list", "search", "count", "show"]
    assert not any("secretissime" in value for entry in entries for _name, value in entry.told)
