"""Who deposits locked files is asked for their passwords once each, where somebody can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from coffre_cli.model import Document
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.document_keys import DocumentKeys
from coffre_cli.usecases.intake import Wishes, inputs
from coffre_cli.vault.session import Vault
from tests.unit.convert.locks import locked_pdf, locked_zip
from tests.unit.convert.test_hostile import text_pdf


@dataclass
class Person:
    """Answers from a list."""

    answers: list[str]
    asked: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> str:
        self.asked.append(name)
        return self.answers.pop(0) if self.answers else ""


def kept(vault: Vault, folder: Path, person: Person) -> list[Document]:
    wishes = Wishes(keys=DocumentKeys(person))
    return [one.document for one in deposit(vault, inputs(sorted(folder.iterdir()), ""), wishes) if one.document]


def locked(folder: Path, **passwords: str) -> Path:
    place = folder / "in"
    place.mkdir()
    for name, password in passwords.items():
        padded = text_pdf() + name.encode()
        (place / f"{name}.pdf").write_bytes(locked_pdf(padded, password))
    return place


def test_one_answer_opens_every_file_it_fits(vault: Vault, tmp_path: Path) -> None:
    person = Person(["clé"])
    found = kept(vault, locked(tmp_path, a="clé", b="clé"), person)
    assert person.asked == ["a.pdf"]
    assert [document.lacks_archive for document in found] == [False, False]


def test_each_file_with_another_password_is_asked_for_once(vault: Vault, tmp_path: Path) -> None:
    person = Person(["un", "faux", "trois"])
    found = kept(vault, locked(tmp_path, a="un", b="deux", c="trois"), person)
    assert person.asked == ["a.pdf", "b.pdf", "c.pdf"]
    assert [document.lacks_archive for document in found] == [False, True, False]


def test_no_answer_leaves_the_file_locked_and_ends_the_questions(vault: Vault, tmp_path: Path) -> None:
    person = Person([])
    found = kept(vault, locked(tmp_path, a="un", b="deux"), person)
    assert person.asked == ["a.pdf"]
    assert all(document.lacks_archive for document in found)


def test_a_locked_zip_gives_its_members(vault: Vault, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.zip").write_bytes(locked_zip("lettre.txt", b"Bonjour", "clé"))
    found = kept(vault, place, Person(["clé"]))
    assert [document.source.name for document in found] == ["a.zip", "lettre.txt"]
