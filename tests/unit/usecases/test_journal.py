"""The journal: complete, exportable, provable, forgetful where it must be."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coffre_cli.crypto.keypair import SigningKey
from coffre_cli.errors import WouldOverwriteError
from coffre_cli.journal.chain import Frontier
from coffre_cli.journal.checkpoint import sign_checkpoint
from coffre_cli.journal.event import Operation
from coffre_cli.store.log import Frame, LogFile
from coffre_cli.usecases import journal
from coffre_cli.usecases.erase import erase
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import House
from tests.unit.usecases.given import deposited, file


def _export(vault: Vault, target: Path, *disclose: str) -> bytes:
    journal.export(vault, target, disclose or ("none",), force=True, standard_output=io.BytesIO())
    return target.read_bytes()


def test_an_export_verifies_without_any_vault(vault: Vault, tmp_path: Path) -> None:
    deposited(vault, file(tmp_path, "a.txt", "a"))
    _export(vault, tmp_path / "j.jsonl", "all")
    verdict = journal.verify_file(tmp_path / "j.jsonl")
    assert verdict.intact
    assert verdict.events == verdict.size == vault.index.head().number
    assert verdict.checkpoints == 1


def test_an_export_tells_no_title_unless_it_is_disclosed(vault: Vault, tmp_path: Path) -> None:
    deposited(vault, file(tmp_path, "Testament.txt", "a"))
    shown = deposited(vault, file(tmp_path, "Facture.txt", "b"))
    assert b"Testament" not in _decoded(_export(vault, tmp_path / "none.jsonl"))
    partly = _decoded(_export(vault, tmp_path / "one.jsonl", shown.id.hex()))
    assert b"Facture" in partly
    assert b"Testament" not in partly
    assert b"Testament" in _decoded(_export(vault, tmp_path / "all.jsonl", "all"))


def test_a_deletion_forgets_titles_and_leaves_the_chain_whole(vault: Vault, tmp_path: Path) -> None:
    kept = deposited(vault, file(tmp_path, "Testament.txt", "a"))
    assert erase(vault, [kept])
    exported = _export(vault, tmp_path / "j.jsonl", "all")
    assert journal.verify_file(tmp_path / "j.jsonl").intact
    assert b"Testament" not in _decoded(exported)
    assert journal.verify_vault(vault).intact


@pytest.mark.parametrize("line", range(1, 8))
def test_the_altered_event_is_named(vault: Vault, tmp_path: Path, line: int) -> None:
    for name in ("a", "b", "c", "d", "e", "f"):
        deposited(vault, file(tmp_path, f"{name}.txt", name))
    rows = _export(vault, tmp_path / "j.jsonl").split(b"\n")
    value = json.loads(rows[line])
    value["at"] = "2026-11-21T09:00:01Z"
    rows[line] = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    (tmp_path / "j.jsonl").write_bytes(b"\n".join(rows))
    verdict = journal.verify_file(tmp_path / "j.jsonl")
    assert verdict.first_bad == line


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a line removed", lambda rows: [*rows[:2], *rows[3:]]),
        ("two lines swapped", lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]]),
        ("a line doubled", lambda rows: [*rows[:3], rows[2], *rows[3:]]),
        ("the checkpoint removed", lambda rows: [row for row in rows if b"checkpoint" not in row]),
        ("the tail cut", lambda rows: rows[:-2]),
        ("spaces added to a line", lambda rows: [*rows[:2], rows[2].replace(b":", b": "), *rows[3:]]),
        ("another log key", lambda rows: [rows[0].replace(b'"log_key":"', b'"log_key":"A'), *rows[1:]]),
        ("the header removed", lambda rows: rows[1:]),
        ("nothing left", lambda rows: rows[:0]),
        ("something else", lambda rows: [b"%PDF-1.7", *rows[:0]]),
    ],
)
def test_no_line_can_be_changed_moved_or_removed_unseen(
    vault: Vault, tmp_path: Path, what: str, change: object
) -> None:
    deposited(vault, file(tmp_path, "a.txt", "a"))
    deposited(vault, file(tmp_path, "b.txt", "b"))
    rows = _export(vault, tmp_path / "j.jsonl", "all").split(b"\n")
    assert callable(change)
    (tmp_path / "j.jsonl").write_bytes(b"\n".join(change(rows)))
    assert not journal.verify_file(tmp_path / "j.jsonl").intact, what


def test_a_disclosure_that_was_not_committed_to_is_refused(vault: Vault, tmp_path: Path) -> None:
    deposited(vault, file(tmp_path, "a.txt", "a"))
    rows = _export(vault, tmp_path / "j.jsonl", "all").split(b"\n")
    position = next(number for number, row in enumerate(rows) if row.startswith(b'{"disclosure"'))
    rows[position] = rows[position].replace(b'"disclosure":"W', b'"disclosure":"X')
    (tmp_path / "j.jsonl").write_bytes(b"\n".join(rows))
    assert not journal.verify_file(tmp_path / "j.jsonl").intact


def test_an_export_overwrites_nothing(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "j.jsonl").write_text("mine")
    with pytest.raises(WouldOverwriteError):
        journal.export(vault, tmp_path / "j.jsonl", ("none",), force=False, standard_output=io.BytesIO())
    assert (tmp_path / "j.jsonl").read_text() == "mine"


def _decoded(export: bytes) -> bytes:
    """Return what a reader of an export learns: the disclosures, decoded."""
    from coffre_cli.journal.commitments import disclosed

    found = [json.loads(row) for row in export.split(b"\n") if row.startswith(b'{"disclosure"')]
    said = [disclosed(one["disclosure"]) for one in found]
    return export + b" ".join(str(one.value).encode() for one in said if one)


def _beside(vault: Vault, house: House, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Vault], object]) -> None:
    """Have another command do *deed* while the log of *vault* is being read."""
    frames = LogFile.frames

    def interrupted(log: LogFile, offset: int = 0) -> Iterator[Frame]:
        yield from frames(log, offset)
        monkeypatch.setattr(LogFile, "frames", frames)
        other = house.open()
        deed(other)
        other.close()

    monkeypatch.setattr(LogFile, "frames", interrupted)


def test_a_log_that_goes_on_while_it_is_verified_is_intact(
    vault: Vault, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposited(vault, file(tmp_path, "a.txt", "a"))
    _beside(vault, house, monkeypatch, lambda other: deposited(other, file(tmp_path, "b.txt", "b")))
    assert journal.verify_vault(vault).intact


def test_an_export_ends_where_its_checkpoint_does(
    vault: Vault, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposited(vault, file(tmp_path, "a.txt", "a"))
    signed = sign_checkpoint

    def beside(name: str, tree: Frontier, key: SigningKey) -> str:
        other = house.open()
        deposited(other, file(tmp_path, "b.txt", "b"))
        other.close()
        return signed(name, tree, key)

    monkeypatch.setattr(journal, "sign_checkpoint", beside)
    _export(vault, tmp_path / "j.jsonl", "all")
    assert journal.verify_file(tmp_path / "j.jsonl").intact


def test_an_export_is_signed_under_the_history_that_is_in_force(vault: Vault, tmp_path: Path) -> None:
    with vault.change() as change:
        change.act(Operation.RESUME)  # as after a restore
    rows = _export(vault, tmp_path / "j.jsonl").splitlines()
    origin = f"{vault.id.hex()}/2"
    assert json.loads(rows[0])["origin"] == origin
    assert json.loads(rows[-1])["checkpoint"].startswith(f"{origin}\n")
    (tmp_path / "j.jsonl").write_bytes(b"\n".join([rows[0].replace(b'/2"', b'/1"'), *rows[1:], b""]))
    assert not journal.verify_file(tmp_path / "j.jsonl").intact
