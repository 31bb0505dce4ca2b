"""Files that commands read and write: `-` is a pipe, nothing is overwritten, what fails says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.line import coffre, note, piped
from tests.transcripts.given import make


@pytest.fixture
def signed(safe: Path) -> Path:
    """A contract that the holder signed."""
    make("contrat.pdf", safe)
    assert coffre("sign", "contrat.pdf", "--level", "b").code == 0
    return safe / "contrat-signed.pdf"


def test_the_signed_version_is_extracted_over_nothing_that_is_there(signed: Path) -> None:
    kept = note(signed.parent)
    refused = coffre("verify", signed, "--extract", kept)
    assert (refused.code, refused.error["error"]) == (17, "would_overwrite")
    assert kept.read_text(encoding="utf-8").startswith("Clé")
    assert coffre("verify", signed, "--extract", kept, "--force").code == 0
    assert kept.read_bytes() == signed.read_bytes()


def test_one_version_is_extracted_from_one_file(signed: Path) -> None:
    assert coffre("verify", signed, signed, "--extract", "out.pdf").code == 2
    assert coffre("verify", signed.parent, "--extract", "out.pdf").code == 2
    assert not Path("out.pdf").exists()


def test_the_signed_version_goes_to_standard_output_alone(signed: Path) -> None:
    assert piped("verify", "-", "--extract", "-", given=signed.read_bytes()) == (0, signed.read_bytes())
    assert not Path("-").exists()


@pytest.mark.parametrize("option", ["--extract", "--diff"])
def test_a_version_that_cannot_be_written_is_not_said_to_be_unreadable(option: str, signed: Path) -> None:
    blocked = note(signed.parent)
    signed.write_bytes(signed.read_bytes() + b"\nmore after the end")
    refused = coffre("verify", signed, option, blocked / "inside")
    assert refused.code == 20
    assert refused.error["error"] == "storage_failed"


def test_a_version_that_was_not_written_is_no_success(signed: Path) -> None:
    assert coffre("verify", signed, "--extract", note(signed.parent) / "inside").code == 1


def test_a_journal_is_verified_from_a_pipe(safe: Path) -> None:
    code, journal = piped("journal", "export", "-")
    assert code == 0
    assert piped("journal", "verify", "-", given=journal)[0] == 0
    assert list(safe.iterdir()) == []


def test_a_certificate_goes_to_a_pipe(safe: Path) -> None:
    coffre("identity", "create", "--person", "Alice Martin")
    code, certificate = piped("identity", "export", "Alice Martin", "-")
    assert code == 0
    assert certificate.startswith(b"-----BEGIN CERTIFICATE-----")
    assert list(safe.iterdir()) == []


def test_cover_sheets_go_to_a_pipe(safe: Path) -> None:
    code, sheet = piped("cover", "Maison", "-o", "-")
    assert code == 0
    assert sheet.startswith(b"%PDF-")
    assert list(safe.iterdir()) == []


def test_an_original_that_was_not_kept_is_not_replaced_by_something_else(safe: Path) -> None:
    assert coffre("add", note(safe), "--no-original").code == 0
    asked = coffre("get", "note", "--original", "-o", "copy")
    assert (asked.code, asked.error["error"]) == (14, "original_not_kept")
    assert not (safe / "copy").exists()
    assert coffre("get", "note", "-o", "copy").code == 0


def test_a_place_on_the_page_may_follow_its_option_as_a_word(safe: Path) -> None:
    make("contrat.pdf", safe)
    signed = coffre("sign", "contrat.pdf", "--level", "b", "--visible", "page=1,x=36,y=36,w=200,h=70")
    assert (signed.code, signed.line["file"]) == (0, "contrat.pdf")
    assert coffre("sign", "--visible", "contrat.pdf", "--level", "b", "--force").code == 0
