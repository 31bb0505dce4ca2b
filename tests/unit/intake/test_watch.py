"""The watched folder: only complete files are taken, nothing is lost, what fails is put aside with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coffre_cli.intake.watch import claim, give_back, look, settled
from coffre_cli.usecases.inbox import Tray, empty_once
from coffre_cli.usecases.intake import Wishes
from coffre_cli.vault.session import Vault


@pytest.fixture
def tray(tmp_path: Path) -> Tray:
    folder = tmp_path / "tray"
    folder.mkdir()
    return Tray(folder, "Reçus", Wishes(archive=False), lambda error: error.code)


def _nothing() -> None:
    """Let no time pass."""


def test_what_lands_is_deposited_and_leaves_the_folder_c34(vault: Vault, tray: Tray) -> None:
    (tray.folder / "Impôts").mkdir()
    (tray.folder / "Impôts" / "avis.txt").write_text("avis")
    outcomes = list(empty_once(vault, tray, _nothing))
    assert [outcome.document.folder for outcome in outcomes if outcome.document] == ["Reçus/Impôts"]
    assert not (tray.folder / "Impôts" / "avis.txt").exists()
    assert not (tray.folder / ".coffre").exists()


def test_a_file_that_still_grows_waits_for_the_next_round(vault: Vault, tray: Tray) -> None:
    growing = tray.folder / "gros.txt"
    growing.write_text("début")

    def grow() -> None:
        growing.write_text("début et suite")

    assert list(empty_once(vault, tray, grow)) == []
    assert growing.read_text() == "début et suite"
    assert len(list(empty_once(vault, tray, _nothing))) == 1


def test_a_refused_file_goes_to_rejected_with_the_reason(vault: Vault, tray: Tray) -> None:
    for name in ("un.txt", "deux.txt"):
        (tray.folder / name).write_text("pareil")
    list(empty_once(vault, tray, _nothing))
    (name,) = [path.name for path in (tray.folder / "rejected").iterdir() if not path.name.endswith(".txt.txt")]
    assert (tray.folder / "rejected" / f"{name}.txt").read_text() == "duplicate_document\n"


@pytest.mark.parametrize("name", [".cache", "a.part", "b.crdownload", "c~", "rejected/x.txt"])
def test_hidden_unfinished_and_rejected_files_are_passed_over(tray: Tray, name: str) -> None:
    (tray.folder / name).parent.mkdir(exist_ok=True)
    (tray.folder / name).write_text("x")
    assert look(tray.folder) == {}


def test_what_a_killed_watcher_had_claimed_comes_back(tray: Tray) -> None:
    (tray.folder / ".coffre" / "999999999").mkdir(parents=True)
    (tray.folder / ".coffre" / "999999999" / "a.txt").write_text("x")
    give_back(tray.folder)
    assert (tray.folder / "a.txt").read_text() == "x"
    assert not (tray.folder / ".coffre").exists()


def test_a_file_is_claimed_once(tray: Tray) -> None:
    path = tray.folder / "a.txt"
    path.write_text("x")
    assert settled(look(tray.folder), look(tray.folder)) == [path]
    assert claim(tray.folder, path) is not None
    assert claim(tray.folder, path) is None


def test_a_hundred_files_dropped_while_watching_are_each_taken_once(vault: Vault, tray: Tray) -> None:
    def drop(start: int) -> Callable[[], None]:
        def now() -> None:
            for number in range(start, start + 50):
                (tray.folder / f"{number}.txt").write_text(str(number))

        return now

    drop(0)()
    first = list(empty_once(vault, tray, drop(50)))
    second = list(empty_once(vault, tray, _nothing))
    names = [outcome.name for outcome in (*first, *second) if outcome.document]
    assert len(names) == len(set(names)) == 100
