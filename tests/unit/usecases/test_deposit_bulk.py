"""Many files at once: the same outcomes, in the same order, as one by one."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import ExitCode, FileMissingError, FileUnreadableError
from coffre_cli.model import RecordId, Remark
from coffre_cli.store import documents, sealers
from coffre_cli.store.documents import Filter
from coffre_cli.store.index import create_index
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.errors import QuotaReachedError
from coffre_cli.usecases.intake import SAFE, Deposited, Input, Wishes, inputs
from coffre_cli.usecases.moving import LEFT
from coffre_cli.usecases.sealing import MANY
from coffre_cli.usecases.terms import Room
from coffre_cli.vault.errors import DuplicateDocumentError
from coffre_cli.vault.refold import fold_anew
from coffre_cli.vault.session import Vault
from tests.unit.usecases.given import KEEP_ONLY, file

NUMBER = MANY + 10


class Sink(bytearray):
    """Takes a document."""

    def write(self, data: memoryview, /) -> None:
        self.extend(data)


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    """Forty-two letters, one of them empty."""
    for number in range(NUMBER):
        file(tmp_path / "pile", f"{number:02}.txt", "letter " * number)
    return tmp_path / "pile"


def outcomes(vault: Vault, pile: Path, wishes: Wishes = KEEP_ONLY) -> list[Deposited]:
    return list(deposit(vault, inputs([pile], ""), wishes))


def errors(found: list[Deposited]) -> list[type[Exception]]:
    return [type(one.error) for one in found if one.error is not None]


def nothing_is_left_over(vault: Vault) -> bool:
    kept = {one.renditions[0].blob for one in every_document(vault)}
    return set(vault.parts.blobs.ids()) == kept and not list(vault.parts.layout.staging.iterdir())


def every_document(vault: Vault) -> list:  # type: ignore[type-arg] # of documents
    return [vault.document(record) for record in documents.listed(vault.index, Filter())]


def test_a_pile_is_deposited_in_its_order_and_byte_for_byte(vault: Vault, pile: Path) -> None:
    found = outcomes(vault, pile)
    assert [one.name for one in found] == sorted(path.name for path in pile.iterdir())
    for one in found:
        assert one.document is not None, one.error
        sink = Sink()
        vault.read(one.document, one.document.renditions[0], sink)
        assert bytes(sink) == (pile / one.name).read_bytes()
        assert one.document.source.sha256 == hashlib.sha256(sink).digest()
        assert one.document.source.media_type.startswith("text/") or not sink
    assert nothing_is_left_over(vault)


def test_a_pile_deposited_twice_is_refused_file_by_file(vault: Vault, pile: Path) -> None:
    outcomes(vault, pile)
    again = outcomes(vault, pile)
    assert errors(again) == [DuplicateDocumentError] * NUMBER
    assert {one.error.exit_code for one in again if one.error} == {ExitCode.ALREADY_THERE}
    assert all(one.duplicate_of is not None for one in again)
    assert nothing_is_left_over(vault)


def test_a_twin_inside_the_pile_is_refused_and_names_the_first(vault: Vault, pile: Path) -> None:
    (pile / "99-twin.txt").write_bytes((pile / "07.txt").read_bytes())
    found = outcomes(vault, pile)
    assert errors(found) == [DuplicateDocumentError]
    assert found[-1].duplicate_of is not None
    assert found[-1].duplicate_of.title == "07"
    assert nothing_is_left_over(vault)


def test_twins_are_kept_when_they_are_wanted(vault: Vault, pile: Path) -> None:
    outcomes(vault, pile)
    assert errors(outcomes(vault, pile, Wishes(archive=False, duplicates=True))) == []
    assert documents.count(vault.index) == 2 * NUMBER


def test_a_file_that_vanishes_or_cannot_be_read_costs_only_itself(vault: Vault, pile: Path) -> None:
    listed = list(inputs([pile], ""))
    (pile / "03.txt").unlink()
    (pile / "05.txt").unlink()
    (pile / "05.txt").mkdir()
    found = list(deposit(vault, listed, KEEP_ONLY))
    assert errors(found) == [FileMissingError, FileUnreadableError]
    assert [one.name for one in found if one.error] == ["03.txt", "05.txt"]
    assert documents.count(vault.index) == NUMBER - 2


def test_what_the_quota_leaves_is_used_and_no_more(vault: Vault, pile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coffre_cli.usecases.deposit.room", lambda _vault: Room(1_000, 0))
    found = outcomes(vault, pile)
    assert set(errors(found)) == {QuotaReachedError}
    assert sum(one.document.source.size for one in found if one.document) <= 1_000
    assert nothing_is_left_over(vault)


def test_helpers_that_die_cost_nothing_but_time(vault: Vault, pile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealers, "_START", "raise SystemExit(1) # {path} {life} {channels}")
    assert errors(outcomes(vault, pile)) == []
    assert nothing_is_left_over(vault)


def test_who_stops_in_the_middle_leaves_nothing_half_done(
    vault: Vault, pile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coffre_cli.usecases.deposit.BULK_FILES", MANY)
    going = deposit(vault, inputs([pile], ""), KEEP_ONLY)
    assert next(iter(going)).document is not None
    going.close()  # type: ignore[attr-defined] # a generator
    assert documents.count(vault.index) == MANY
    assert nothing_is_left_over(vault)


def test_the_wrong_digest_is_refused_for_every_file(vault: Vault, pile: Path) -> None:
    found = outcomes(vault, pile, Wishes(archive=False, digest=bytes(32)))
    assert len(errors(found)) == NUMBER
    assert nothing_is_left_over(vault)


def test_moved_files_are_gone_and_refused_ones_stay(vault: Vault, pile: Path) -> None:
    (pile / "99-twin.txt").write_bytes((pile / "07.txt").read_bytes())
    outcomes(vault, pile, Wishes(archive=False, move=True))
    assert [path.name for path in pile.iterdir()] == ["99-twin.txt"]


@pytest.mark.parametrize("archive", [False, True], ids=["kept only", "converted"])
@pytest.mark.parametrize("number", [2, NUMBER], ids=["a few", "many"])
def test_a_file_that_changes_while_it_is_moved_stays_where_it_is(
    vault: Vault, pile: Path, number: int, *, archive: bool
) -> None:
    grown, replaced, *_ = paths = sorted(pile.iterdir())[:number]

    def a_program_writes_on(done: int, total: int | None, label: str) -> None:
        del total, label
        if done in {0, number}:  # all of the group is read by now, and nothing is removed yet
            grown.write_text("what came after", "utf-8")
            replaced.with_suffix(".new").write_text("another", "utf-8")
            replaced.with_suffix(".new").replace(replaced)

    wishes = Wishes(archive=archive, move=True)
    found = list(deposit(vault, inputs(paths, ""), wishes, a_program_writes_on))
    assert errors(found) == []
    assert sorted(path for path in paths if path.exists()) == [grown, replaced]
    told = [
        one.document for one in found if one.document and LEFT in {remark.message for remark in one.document.remarks}
    ]
    assert [one.source.name for one in told] == [grown.name, replaced.name]


def test_a_safe_among_what_is_moved_is_left_out_and_said(vault: Vault, pile: Path) -> None:
    shutil.copytree(vault.parts.layout.root, pile / "coffre")
    before = {path: path.read_bytes() for path in (pile / "coffre").rglob("*") if path.is_file()}
    told: list[Remark] = []
    list(deposit(vault, inputs([pile], "", told.append), Wishes(archive=False, move=True)))
    assert [remark.message for remark in told] == [SAFE]
    assert {path: path.read_bytes() for path in (pile / "coffre").rglob("*") if path.is_file()} == before
    assert [path.name for path in pile.iterdir()] == ["coffre"]


@pytest.mark.parametrize("named", ["", "log", "blobs"])
def test_a_safe_and_what_is_in_it_are_not_deposited(vault: Vault, named: str) -> None:
    path = vault.parts.layout.root / named
    found = list(deposit(vault, inputs([path], ""), Wishes(archive=False, move=True)))
    assert errors(found) == [FileUnreadableError]
    assert path.exists()


def test_two_names_for_one_file_are_one_document(vault: Vault, pile: Path) -> None:
    one = Input(pile / "08.txt", "08.txt", "")
    found = list(deposit(vault, [one] * NUMBER, KEEP_ONLY))
    assert len(errors(found)) == NUMBER - 1
    assert nothing_is_left_over(vault)


def test_a_pile_of_records_that_are_named_already_keeps_their_names(vault: Vault, pile: Path) -> None:
    named = [
        Input(path, path.name, "", RecordId(hashlib.sha256(path.name.encode()).digest()[:16]))
        for path in sorted(pile.iterdir())
    ]
    found = list(deposit(vault, named, KEEP_ONLY))
    assert [one.document.id for one in found if one.document] == [one.record for one in named]


def test_what_a_pile_leaves_in_the_index_is_what_its_log_tells(vault: Vault, pile: Path) -> None:
    outcomes(vault, pile, Wishes(archive=False, tags=("pile", "letters")))
    fresh = create_index(pile / "index.db", Secret(bytes(32)), vault.id)
    fold_anew(vault.parts, fresh)
    for table in ("event", "record", "record_key", "document", "document_tag", "blob"):
        query = f"SELECT * FROM {table} ORDER BY 1, 2"  # noqa: S608 - names from above
        assert vault.index.rows(query) == fresh.rows(query), table
    words = "SELECT record, title, labels, text FROM words ORDER BY record"
    assert vault.index.rows(words) == fresh.rows(words)
    fresh.close()
