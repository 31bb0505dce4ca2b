"""The watched folder: only complete files are taken, nothing is lost, what fails is put aside with the reason."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.errors import StorageFailedError
from coffre_cli.intake.watch import claim, claims, finish, give_back, look, reject, settled, watching
from coffre_cli.model import Document, RecordId, RenditionKind
from coffre_cli.store.documents import Filter, listed
from coffre_cli.store.fs import Disk
from coffre_cli.usecases.arrivals import Taken
from coffre_cli.usecases.inbox import Refusal, Tray, deposit_files, is_anything_there, ready
from coffre_cli.usecases.intake import Deposited, Wishes
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import StillClock

LATER = datetime(2200, 1, 1, tzinfo=UTC)
DISK = Disk()


@pytest.fixture
def tray(tmp_path: Path, clock: StillClock) -> Tray:
    folder = tmp_path / "tray"
    folder.mkdir()
    return Tray(folder, "Reçus", Wishes(archive=False), lambda error: error.code, clock)


def _nothing() -> None:
    """Let no time pass."""


def _document(vault: Vault, record: RecordId) -> Document:
    found = vault.document(record)
    assert found is not None
    return found


def _empty(vault: Vault, tray: Tray, pause: Callable[[], None] = _nothing) -> list[Deposited]:
    taken = [one for one in deposit_files(vault, tray, ready(tray, pause)) if isinstance(one, Taken)]
    return [outcome for one in taken for outcome in one.outcomes]


def test_what_lands_is_deposited_and_leaves_the_folder_c34(vault: Vault, tray: Tray) -> None:
    (tray.folder / "Impôts").mkdir()
    (tray.folder / "Impôts" / "avis.txt").write_text("avis")
    outcomes = _empty(vault, tray)
    assert [outcome.document.folder for outcome in outcomes if outcome.document] == ["Reçus/Impôts"]
    assert not (tray.folder / "Impôts" / "avis.txt").exists()
    assert not is_anything_there(tray)


def test_several_files_are_deposited_in_one_commit(vault: Vault, tray: Tray) -> None:
    for number in range(5):
        (tray.folder / f"{number}.txt").write_text(str(number))
    before = vault.index.head()
    assert len(_empty(vault, tray)) == 5
    after = vault.index.head()
    assert (after.number - before.number, after.frame) == (5, before.log_size), "five events in one frame"


def test_a_file_that_still_grows_waits_for_the_next_round(vault: Vault, tray: Tray) -> None:
    growing = tray.folder / "gros.txt"
    growing.write_text("début")

    def grow() -> None:
        growing.write_text("début et suite")

    assert _empty(vault, tray, grow) == []
    assert growing.read_text() == "début et suite"
    assert len(_empty(vault, tray)) == 1


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="leases are Linux's")
def test_a_file_that_somebody_has_open_for_writing_is_not_complete(tray: Tray) -> None:
    path = tray.folder / "a.txt"
    with path.open("w") as writer:
        writer.write("page 1")
        writer.flush()
        assert settled(look(tray.folder), look(tray.folder), LATER) == []
    assert settled(look(tray.folder), look(tray.folder), LATER) == [path]
    with path.open() as _reader:
        assert settled(look(tray.folder), look(tray.folder), LATER) == [path], "a reader does no harm"


def test_an_empty_file_is_waited_for_because_scanners_make_it_first(tray: Tray) -> None:
    path = tray.folder / "scan.pdf"
    path.touch()
    made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert settled(look(tray.folder), look(tray.folder), made) == []
    assert settled(look(tray.folder), look(tray.folder), LATER) == [path]


def test_a_refused_file_goes_to_rejected_with_the_reason(vault: Vault, tray: Tray) -> None:
    for name in ("un.txt", "deux.txt"):
        (tray.folder / name).write_text("pareil")
    (refusal,) = [one for one in deposit_files(vault, tray, ready(tray, _nothing)) if isinstance(one, Refusal)]
    assert refusal.place.read_text() == "pareil"
    assert refusal.place.with_name(f"{refusal.place.name}.txt").read_text() == "duplicate_document\n"


@pytest.mark.parametrize(
    "name",
    [
        ".cache",
        "a.part",
        "b.crdownload",
        "c~",
        "~$lettre.docx",
        "D.TMP",
        "e.filepart",
        "Thumbs.db",
        ".caché/f.txt",
        "rejected/x.txt",
    ],
)
def test_hidden_unfinished_and_rejected_files_are_passed_over(name: str, tray: Tray) -> None:
    (tray.folder / name).parent.mkdir(exist_ok=True)
    (tray.folder / name).write_text("x")
    assert look(tray.folder) == {}


def test_links_and_pipes_are_no_files(tray: Tray, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text("x")
    (tray.folder / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    os.mkfifo(tray.folder / "pipe.txt")
    assert look(tray.folder) == {}


def test_what_a_killed_watcher_had_claimed_is_taken_up_under_the_same_id(tray: Tray) -> None:
    (tray.folder / "Sous").mkdir()
    (tray.folder / "Sous" / "a.txt").write_text("x")
    taken = claim(DISK, tray.folder, tray.folder / "Sous" / "a.txt", os.urandom)
    assert taken is not None
    assert claims(tray.folder) == [taken]
    give_back(DISK, tray.folder, taken)
    assert (tray.folder / "Sous" / "a.txt").read_text() == "x"
    assert claims(tray.folder) == []


def test_a_file_deposited_before_the_kill_is_not_deposited_again(vault: Vault, tray: Tray) -> None:
    (tray.folder / "a.txt").write_text("x")
    steps = deposit_files(vault, tray, ready(tray, _nothing))
    first = next(steps)
    steps.close()  # durable, and the file still lies there: the moment of the kill
    assert isinstance(first, Taken)
    assert first.outcomes
    assert is_anything_there(tray)
    (again,) = list(deposit_files(vault, tray, []))
    assert isinstance(again, Taken)
    assert again.outcomes == []
    assert not is_anything_there(tray)


def test_a_conversion_that_a_kill_interrupted_is_made_the_next_time(
    vault: Vault, tray: Tray, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def killed(*_arguments: object) -> None:
        raise KilledError

    converting = replace(tray, wishes=Wishes())
    (tray.folder / "a.txt").write_text("x")
    with monkeypatch.context() as dying, contextlib.suppress(KilledError):
        dying.setattr("coffre_cli.convert.convert.convert_all", killed)
        list(deposit_files(vault, converting, ready(converting, _nothing)))
    (record,) = listed(vault.index, Filter())
    assert is_anything_there(tray)
    assert _document(vault, record).rendition(RenditionKind.ARCHIVE) is None
    list(deposit_files(vault, converting, []))
    assert listed(vault.index, Filter()) == [record]
    assert _document(vault, record).rendition(RenditionKind.ARCHIVE) is not None
    assert not is_anything_there(tray)


def test_a_file_is_claimed_once(tray: Tray) -> None:
    path = tray.folder / "a.txt"
    path.write_text("x")
    assert claim(DISK, tray.folder, path, os.urandom) is not None
    assert claim(DISK, tray.folder, path, os.urandom) is None


def test_a_file_that_changed_after_it_was_read_goes_back(tray: Tray) -> None:
    path = tray.folder / "a.txt"
    path.write_text("x")
    taken = claim(DISK, tray.folder, path, os.urandom)
    assert taken is not None
    taken.path.write_text("x and more")
    assert not finish(DISK, tray.folder, taken)
    assert path.read_text() == "x and more"


def test_nothing_that_was_put_aside_is_overwritten(tray: Tray) -> None:
    places = []
    for text in ("un", "deux"):
        (tray.folder / "a.txt").write_text(text)
        taken = claim(DISK, tray.folder, tray.folder / "a.txt", os.urandom)
        assert taken is not None
        places.append(reject(DISK, tray.folder, taken, "why"))
    assert [place.read_text() for place in places] == ["un", "deux"]


def test_a_folder_has_one_watcher_at_a_time(tray: Tray) -> None:
    with watching(tray.folder) as first, watching(tray.folder) as second:
        assert (first, second) == (True, False)
    with contextlib.suppress(KeyError), watching(tray.folder) as again:
        assert again
        raise KeyError
    assert not (tray.folder / ".coffre").exists()


def test_a_hundred_files_dropped_while_watching_are_each_taken_once(vault: Vault, tray: Tray) -> None:
    def drop(start: int) -> Callable[[], None]:
        def now() -> None:
            for number in range(start, start + 50):
                (tray.folder / f"{number}.txt").write_text(str(number))

        return now

    drop(0)()
    first = _empty(vault, tray, drop(50))
    second = _empty(vault, tray)
    names = [outcome.name for outcome in (*first, *second) if outcome.document]
    assert len(names) == len(set(names)) == 100


def test_a_watcher_that_is_told_to_end_begins_nothing_new(vault: Vault, tray: Tray) -> None:
    for number in range(40):
        (tray.folder / f"{number:02}.txt").write_text(str(number))
    answers = iter([False, True])
    stopping = Tray(tray.folder, "", tray.wishes, tray.explain, tray.clock, stopped=lambda: next(answers))
    told = list(deposit_files(vault, stopping, ready(stopping, _nothing)))
    assert len(told) == 16, "the group at hand is finished"
    assert len(look(tray.folder)) == 24
    assert claims(tray.folder) == []


def test_a_second_file_in_a_claim_is_another_document(vault: Vault, tray: Tray) -> None:
    (tray.folder / "a.txt").write_text("first", "utf-8")
    taken = claim(DISK, tray.folder, tray.folder / "a.txt", os.urandom)
    assert taken is not None
    taken.path.with_name("a (conflicted copy).txt").write_text("second", "utf-8")  # a sync tool's
    list(deposit_files(vault, tray, []))
    titles = {_document(vault, record).title for record in listed(vault.index, Filter())}
    assert titles == {"a", "a (conflicted copy)"}
    assert not is_anything_there(tray)


@pytest.fixture
def owned(tmp_path: Path) -> Path:
    """A folder of the owner's, elsewhere."""
    folder = tmp_path / "owned"
    folder.mkdir()
    (folder / "thesis").write_text("MY THESIS", "utf-8")
    return folder


def _refused_round(vault: Vault, tray: Tray) -> None:
    """Drop the same bytes twice, so that the second file is put aside."""
    for name in ("a.txt", "b.desktop"):
        (tray.folder / name).write_text("[Desktop Entry]", "utf-8")
    with contextlib.suppress(StorageFailedError):
        list(deposit_files(vault, tray, ready(tray, _nothing)))


def test_a_link_in_the_place_of_rejected_puts_nothing_elsewhere(vault: Vault, tray: Tray, owned: Path) -> None:
    (tray.folder / "rejected").symlink_to(owned)
    _refused_round(vault, tray)
    assert [path.name for path in owned.iterdir()] == ["thesis"]
    assert is_anything_there(tray)


def test_a_reason_is_written_over_nothing(vault: Vault, tray: Tray, owned: Path) -> None:
    (tray.folder / "rejected").mkdir()
    (tray.folder / "rejected" / "b.desktop.txt").symlink_to(owned / "thesis")
    _refused_round(vault, tray)
    assert (owned / "thesis").read_text("utf-8") == "MY THESIS"
    assert (tray.folder / "rejected" / "b.desktop (2).txt").exists() or (
        tray.folder / "rejected" / "b.desktop.txt (2)"
    ).exists()


def test_links_among_the_claims_are_not_followed(vault: Vault, tray: Tray, owned: Path) -> None:
    (tray.folder / ".coffre").mkdir()
    (tray.folder / ".coffre" / ("0" * 32)).symlink_to(owned)
    list(deposit_files(vault, tray, []))
    assert (owned / "thesis").exists()


def test_a_folder_whose_claims_lie_elsewhere_is_not_watched(tray: Tray, owned: Path) -> None:
    (tray.folder / ".coffre").symlink_to(owned)
    with pytest.raises(StorageFailedError), watching(tray.folder):
        pytest.fail("watched")
    assert [path.name for path in owned.iterdir()] == ["thesis"]


def test_a_safe_inside_is_left_alone(vault: Vault, tray: Tray) -> None:
    inside = tray.folder / "coffre"
    shutil.copytree(vault.parts.layout.root, inside)
    (tray.folder / "a.txt").write_text("x", "utf-8")
    assert [path.name for path in look(tray.folder)] == ["a.txt"]
    assert look(inside) == {}
