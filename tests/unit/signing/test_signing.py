from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coffre_cli.errors import ExitCode
from coffre_cli.signing.already import is_signed_by
from coffre_cli.signing.draft import WRITTEN_ANEW
from coffre_cli.signing.errors import (
    CertificationTooLateError,
    CertifiedAgainstChangesError,
    EncryptedPdfError,
    FurtherSignaturesForbiddenError,
    IdentityExpiredError,
    NotAPdfError,
    UnreadablePdfError,
)
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.inspect import count_signatures
from coffre_cli.signing.pades import Pen, sign_pdf
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Conclusion, Integrity, SignatureKind


@pytest.fixture
def request_b(now: datetime) -> SigningRequest:
    return SigningRequest(now, reason="Lu et approuvé", place="Orléans", level=Level.B)


def test_what_is_signed_verifies(contract: Path, alice: Identity, request_b: SigningRequest, trust: Trust) -> None:
    signed = sign_pdf(contract, contract.with_name("signé.pdf"), alice, request_b)
    found = verify_pdf(signed.path, trust, at=request_b.now)
    assert (found.conclusion, found.integrity, found.exit_code) == (Conclusion.PASSED, Integrity.INTACT, ExitCode.DONE)
    assert found.signatures[0].level == signed.level == "B-B"
    assert found.signatures[0].signer is not None
    assert found.signatures[0].signer.name == "Alice Martin"


def test_the_original_bytes_come_first(contract: Path, alice: Identity, request_b: SigningRequest) -> None:
    before = contract.read_bytes()
    sign_pdf(contract, contract, alice, request_b)
    assert contract.read_bytes().startswith(before)


def test_five_signatures_and_a_seal_all_hold(
    contract: Path, alice: Identity, workshop: Identity, request_b: SigningRequest, trust: Trust
) -> None:
    with Pen(alice, request_b) as pen:
        for _ in range(5):
            pen.sign(contract, contract)
    sign_pdf(contract, contract, workshop, request_b)
    found = verify_pdf(contract, trust, at=request_b.now)
    assert found.exit_code is ExitCode.DONE
    assert [one.kind for one in found.signatures] == [SignatureKind.SIGNATURE] * 5 + [SignatureKind.SEAL]
    assert len({one.field for one in found.signatures}) == 6
    assert [one.integrity for one in found.signatures] == [Integrity.EXTENDED] * 5 + [Integrity.INTACT]


def test_only_a_pdf_can_be_signed(tmp_path: Path, alice: Identity, request_b: SigningRequest) -> None:
    note = tmp_path / "note.txt"
    note.write_text("bonjour")
    with pytest.raises(NotAPdfError) as caught:
        sign_pdf(note, tmp_path / "signed.pdf", alice, request_b)
    assert caught.value.exit_code == ExitCode.CANNOT_CONVERT
    assert "coffre add" in caught.value.hint


def test_nothing_is_left_behind_by_a_refusal(tmp_path: Path, alice: Identity, request_b: SigningRequest) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    with pytest.raises(UnreadablePdfError):
        sign_pdf(broken, tmp_path / "signed.pdf", alice, request_b)
    assert list(tmp_path.iterdir()) == [broken]


def test_a_flawed_document_is_written_anew_before_its_first_signature(
    contract: Path, alice: Identity, request_b: SigningRequest, trust: Trust
) -> None:
    whole = contract.read_bytes()
    contract.write_bytes(whole[: whole.index(b"xref")])
    signed = sign_pdf(contract, contract, alice, request_b)
    assert [remark.message for remark in signed.remarks] == [WRITTEN_ANEW]
    assert verify_pdf(contract, trust, at=request_b.now).exit_code is ExitCode.DONE


def test_a_signed_document_is_never_written_anew(contract: Path, alice: Identity, request_b: SigningRequest) -> None:
    sign_pdf(contract, contract, alice, request_b)
    damaged = contract.read_bytes()[:-30]
    contract.write_bytes(damaged)
    with pytest.raises(UnreadablePdfError):
        sign_pdf(contract, contract, alice, request_b)
    assert contract.read_bytes() == damaged


def test_an_encrypted_document_is_refused(tmp_path: Path, alice: Identity, request_b: SigningRequest) -> None:
    import pikepdf

    path = tmp_path / "secret.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(EncryptedPdfError):
        sign_pdf(path, path, alice, request_b)


def test_only_the_first_signature_can_certify(contract: Path, alice: Identity, request_b: SigningRequest) -> None:
    sign_pdf(contract, contract, alice, request_b)
    with pytest.raises(CertificationTooLateError):
        sign_pdf(contract, contract, alice, dataclasses.replace(request_b, certify=True))


def test_a_certified_document_takes_signatures_unless_locked(
    contract: Path, alice: Identity, workshop: Identity, request_b: SigningRequest, trust: Trust
) -> None:
    certifying = dataclasses.replace(request_b, certify=True)
    sign_pdf(contract, contract, alice, certifying)
    locked = contract.with_name("locked.pdf")
    sign_pdf(contract, contract, workshop, request_b)
    assert verify_pdf(contract, trust, at=request_b.now).exit_code is ExitCode.DONE
    contract.write_bytes(contract.read_bytes().split(b"%%EOF\n")[0] + b"%%EOF\n")
    sign_pdf(contract, locked, alice, dataclasses.replace(certifying, lock=True))
    with pytest.raises(CertifiedAgainstChangesError):
        sign_pdf(locked, locked, workshop, request_b)


def test_an_expired_identity_does_not_sign(contract: Path, alice: Identity, request_b: SigningRequest) -> None:
    late = dataclasses.replace(request_b, now=alice.not_after + timedelta(days=1))
    with pytest.raises(IdentityExpiredError):
        sign_pdf(contract, contract, alice, late)


def test_a_locking_approval_is_never_broken_by_a_later_signature(
    contract: Path, alice: Identity, workshop: Identity, request_b: SigningRequest, trust: Trust
) -> None:
    sign_pdf(contract, contract, alice, dataclasses.replace(request_b, lock=True))
    with pytest.raises(FurtherSignaturesForbiddenError):
        sign_pdf(contract, contract, workshop, request_b)
    assert verify_pdf(contract, trust, at=request_b.now).exit_code is ExitCode.DONE


def test_a_batch_goes_on_after_a_refusal(
    contract: Path, alice: Identity, request_b: SigningRequest, trust: Trust
) -> None:
    note = contract.with_name("note.txt")
    note.write_text("bonjour")
    copies = [contract.with_name(f"{number}.pdf") for number in range(6)]
    sources = [contract, contract, note, contract, contract, contract]
    with Pen(alice, request_b) as pen:
        outcomes = list(pen.sign_each(zip(sources, copies, strict=True)))
    assert [isinstance(outcome, NotAPdfError) for outcome in outcomes] == [False, False, True, False, False, False]
    for copy in (*copies[:2], *copies[3:]):
        assert verify_pdf(copy, trust, at=request_b.now).exit_code is ExitCode.DONE
    assert not copies[2].exists()


def test_the_date_of_a_signature_is_the_clock_that_was_given(
    contract: Path, alice: Identity, request_b: SigningRequest, trust: Trust
) -> None:
    sign_pdf(contract, contract, alice, request_b)
    assert verify_pdf(contract, trust, at=request_b.now).signatures[0].signing_time == request_b.now


def test_a_batch_taken_up_again_can_tell_what_it_signed(
    contract: Path, alice: Identity, workshop: Identity, request_b: SigningRequest
) -> None:
    assert not is_signed_by(contract, alice)
    assert count_signatures(contract) == 0
    sign_pdf(contract, contract, alice, request_b)
    assert is_signed_by(contract, alice)
    assert not is_signed_by(contract, workshop)
    assert count_signatures(contract) == 1
