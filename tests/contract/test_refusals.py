"""What was typed cannot be done: the code says so, and nothing else is done in its place."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.usecases import looking
from tests.contract.line import coffre, note, piped
from tests.transcripts.given import make


def test_what_nothing_converts_is_not_said_to_be_converted(safe: Path) -> None:
    make("archive.bin", safe)
    assert coffre("add", "archive.bin", note(safe), "--no-archive").code == 0
    refused = coffre("convert", "archive")
    assert (refused.code, refused.lines) == (16, ())
    assert "cannot be converted" in str(refused.error["message"])
    assert coffre("convert", "archive", "note").code == 3


@pytest.mark.parametrize(
    "words",
    [
        ["--until", "2020-01-01"],
        ["--discovery", "0"],
        ["--discovery", "-3"],
        ["--discovery", "30", "--until", "2099-12-31"],
    ],
    ids=" ".join,
)
def test_a_safe_whose_end_makes_no_sense_is_not_made(words: list[str], safe: Path) -> None:
    assert coffre("init", "autre", "--recovery-file", safe / "recovery", *words).code == 2
    assert not (safe / "recovery").exists()


def test_a_folder_that_holds_something_is_named_when_a_safe_is_to_be_made_there(safe: Path) -> None:
    note(safe)
    refused = coffre("init", "autre", "--path", safe)
    assert (refused.code, refused.error["error"]) == (17, "place_taken")
    assert str(safe) in str(refused.error["message"])


def test_a_signed_file_goes_into_a_folder_that_is_made(safe: Path) -> None:
    make("contrat.pdf", safe)
    assert coffre("sign", "contrat.pdf", "--level", "b", "-o", "new/place/signed.pdf").code == 0
    assert coffre("sign", "contrat.pdf", "--level", "b", "-o", "folder/").code == 0
    assert [path.is_file() for path in (safe / "new/place/signed.pdf", safe / "folder/contrat.pdf")] == [True, True]


def test_several_signed_files_need_a_folder(safe: Path) -> None:
    for name in ("contrat.pdf", "facture.pdf"):
        make(name, safe)
    for out in ("both.pdf", note(safe)):
        refused = coffre("sign", "contrat.pdf", "facture.pdf", "--level", "b", "-o", out)
        assert refused.code == 2
        assert "folder" in str(refused.error["message"])
    assert coffre("sign", "contrat.pdf", "facture.pdf", "--level", "b", "-o", "both").code == 0


def test_a_viewer_that_fails_is_a_failure(safe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coffre("add", note(safe), "--no-archive")
    monkeypatch.setattr(looking, "viewer", lambda _name: shutil.which("false"))
    assert coffre("open", "note").code == 1
    monkeypatch.setattr(looking, "viewer", lambda _name: shutil.which("true"))
    assert coffre("open", "note").code == 0


def test_a_safe_that_is_gone_does_not_count_and_is_said_to_be_gone(safe: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "disk" / "weak"
    assert coffre("init", "weak", "--path", elsewhere, "--recovery-file", safe / "recovery").code == 0
    assert coffre("list").code == 10
    elsewhere.rename(tmp_path / "unplugged")
    assert coffre("list").code == 0
    gone = coffre("list", "--vault", "weak")
    assert (gone.code, gone.error["error"]) == (10, "vault_gone")
    assert str(elsewhere) in str(gone.error["message"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_device_is_written_to_and_never_replaced(safe: Path) -> None:
    coffre("add", note(safe), "--no-archive")
    os.mkfifo(safe / "pipe")
    reader = os.open(safe / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert coffre("get", "note", "-o", "pipe", "--force").code == 0
    assert os.read(reader, 100).startswith("Clé".encode())
    os.close(reader)
    assert (safe / "pipe").is_fifo()


@pytest.mark.parametrize(
    "words",
    [
        ["alarms", "add", "2031-03-01", "Assurance", "--to", "notanaddress"],
        ["account", "edit", "--email", "notmail"],
        ["identity", "create", "--person", "Alice Martin", "--email", "a@b@c"],
        ["journal", "list", "--op", "nope"],
        ["search", ""],
        ["tag", "note"],
        ["show", ""],
    ],
    ids=" ".join,
)
def test_what_can_mean_nothing_is_typed_wrong(words: list[str], safe: Path) -> None:
    coffre("add", note(safe), "--no-archive")
    assert coffre(*words).code == 2


def test_an_address_and_an_operation_that_may_be_are_taken(safe: Path) -> None:
    assert coffre("alarms", "add", "2031-03-01", "Assurance", "--to", "alice@maison.local").code == 0
    assert coffre("account", "edit", "--email", "alice@example.test").code == 0
    assert coffre("account", "edit", "--email", "").code == 0
    assert coffre("journal", "list", "--op", "account.edited").code == 0


def test_a_safe_past_its_term_says_that_it_is_restricted(safe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coffre_cli.commands.init.now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert coffre("init", "old", "--until", "2020-06-30", "--recovery-file", safe / "recovery").code == 0
    assert coffre("status", "--vault", "old").line["restricted"] is True
    assert coffre("status", "--vault", "maison").line["restricted"] is False
    assert coffre("identity", "create", "--person", "Alice Martin", "--vault", "old").code == 15
    code, told = piped("status", "--vault", "old", "--lang", "fr")
    assert code == 0
    assert "30/06/2020" in told.decode()
    assert "restreint" in told.decode()


def test_the_password_that_no_session_replaces_is_asked_for_by_its_own_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COFFRE_PASSWORD_FILE")
    asked = coffre("unlock")
    assert (asked.code, asked.error["error"]) == (12, "locked")
    assert "unlock" not in str(asked.error["hint"])


def test_a_document_that_is_no_pdf_is_sent_to_convert(safe: Path) -> None:
    coffre("add", note(safe), "--no-archive")
    (safe / "note.txt").unlink()
    asked = coffre("sign", "note")
    assert (asked.code, asked.error["error"]) == (16, "not_apdf")
    assert "coffre convert" in str(asked.error["hint"])
