"""Signing, sealing and verifying, with the vault behind."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.errors import CoffreError, ExitCode, UsageError
from coffre_cli.model import RenditionKind
from coffre_cli.pages.draw import draw
from coffre_cli.signing.doubts import SIGNED_OVER_BROKEN, SIGNED_OVER_CHANGES
from coffre_cli.signing.errors import NotAPdfError
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Conclusion, Integrity
from coffre_cli.usecases import identities
from coffre_cli.usecases.account import edit_account
from coffre_cli.usecases.erase import erase
from coffre_cli.usecases.errors import NoOrganisationError
from coffre_cli.usecases.journal import list_events
from coffre_cli.usecases.sign import ClockBehindError, sign
from coffre_cli.usecases.signing_order import Order, Signed
from coffre_cli.usecases.verify import Question, Verified, own_roots, verify
from coffre_cli.vault.session import Vault
from tests.unit.signing.documents import letter, text_stream, update
from tests.unit.usecases.conftest import House
from tests.unit.usecases.given import deposited


@pytest.fixture
def contract(house: House) -> Path:
    path = house.root / "contrat.pdf"
    data = {"title": "Contrat", "lines": ("Le loyer est de 640 euros.",), "footer": ""}
    path.write_bytes(draw("text", data, moment=house.clock()))
    return path


def _order(house: House, kind: IdentityKind = IdentityKind.PERSON) -> Order:
    return Order(kind, SigningRequest(now=house.clock()))


def _sign(house: House, vault: Vault, *names: str, order: Order | None = None) -> list[Signed]:
    return list(sign(vault, list(names), order or _order(house), house.holder))


def _verdict(house: House, path: Path, vault: Vault | None = None) -> Verified:
    question = Question(Trust(own=own_roots(house.holder.roots)), house.clock())
    (found,) = verify([path], question, vault)
    return found


def test_the_first_signature_makes_the_certificate_j2_and_needs_no_option_j4(
    house: House, vault: Vault, contract: Path
) -> None:
    (signed,) = _sign(house, vault, str(contract))
    assert signed.output == contract.with_name("contrat-signed.pdf")
    assert signed.signer == "Alice Martin"
    assert "made for {name}" in signed.remarks[0].message
    found = _verdict(house, signed.output).verification
    assert found is not None
    assert (found.conclusion, found.integrity) == (Conclusion.PASSED, Integrity.INTACT)
    assert len(identities.identities(vault)) == 1


@pytest.mark.needs("pdfsig")
def test_an_independent_reader_agrees_j14(house: House, vault: Vault, contract: Path) -> None:
    (signed,) = _sign(house, vault, str(contract))
    told = subprocess.run(["pdfsig", str(signed.output)], capture_output=True, text=True, check=False).stdout
    assert re.search(r"Signature Validation: Signature is Valid", told)
    assert "Alice Martin" in told


@pytest.mark.parametrize("siren", ["732829320", None])
def test_a_person_signs_and_an_organisation_seals_j19(
    house: House, vault: Vault, contract: Path, siren: str | None
) -> None:
    edit_account(vault, {"organisation": "Cabinet Durand", "siren": siren})
    (sealed,) = _sign(house, vault, str(contract), order=_order(house, IdentityKind.ORGANISATION))
    assert sealed.output is not None
    found = _verdict(house, sealed.output).verification
    assert found is not None
    assert [one.kind.value for one in found.signatures] == ["seal"]
    assert found.signatures[0].signer is not None
    assert found.signatures[0].signer.organisation == "Cabinet Durand"


def test_a_seal_without_an_organisation_is_refused_with_the_way_out(house: House, vault: Vault, contract: Path) -> None:
    with pytest.raises(NoOrganisationError) as caught:
        _sign(house, vault, str(contract), order=_order(house, IdentityKind.ORGANISATION))
    assert caught.value.exit_code == 2


def test_only_a_pdf_can_be_signed_j8(house: House, vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("bonjour")
    (refused,) = _sign(house, vault, str(tmp_path / "note.txt"))
    assert refused.error is not None
    assert refused.error.exit_code == 16
    assert not (tmp_path / "note-signed.pdf").exists()


def test_a_document_of_the_safe_is_signed_into_the_safe_and_stays_bit_for_bit(
    house: House, vault: Vault, contract: Path
) -> None:
    kept = deposited(vault, contract)
    (signed,) = _sign(house, vault, kept.title)
    assert signed.output is None
    assert signed.document is not None
    assert signed.document.signatures == 1
    assert signed.document.rendition(RenditionKind.ARCHIVE) is None, "a signed PDF is its own durable form"


def test_nothing_is_overwritten_without_force(house: House, vault: Vault, contract: Path) -> None:
    target = contract.with_name("contrat-signed.pdf")
    target.write_bytes(b"mine")
    (refused,) = _sign(house, vault, str(contract))
    assert refused.error is not None
    assert refused.error.exit_code == 17
    assert target.read_bytes() == b"mine"
    (done,) = _sign(house, vault, str(contract), order=replace(_order(house), force=True))
    assert done.error is None


def test_a_folder_is_signed_whole_and_one_bad_file_stops_nothing(house: House, vault: Vault, contract: Path) -> None:
    folder = house.root / "lot"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.pdf").write_bytes(contract.read_bytes())
    (folder / "1.pdf").write_bytes(b"%PDF-1.7 rien")
    outcomes = _sign(house, vault, str(folder), order=replace(_order(house), output=house.root / "signes"))
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert sorted(path.name for path in (house.root / "signes").iterdir()) == ["0.pdf", "2.pdf"]


def test_each_signature_is_in_the_journal_with_the_digest_of_what_came_out(
    house: House, vault: Vault, contract: Path
) -> None:
    _sign(house, vault, str(contract))
    (event,) = list_events(vault, name=None, operation="sign", since=None)
    assert dict(event.told)["signed"].startswith("sha256:")


def test_a_result_that_is_kept_by_a_relative_path_is_read_and_found(
    house: House, vault: Vault, contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(contract.parent)
    (signed,) = _sign(house, vault, contract.name, order=replace(_order(house), keep=True))
    assert signed.document is not None
    assert (signed.document.signatures, signed.document.rendition(RenditionKind.TEXT) is not None) == (1, True)


def test_what_the_journal_tells_of_a_kept_result_is_forgotten_with_it(
    house: House, vault: Vault, contract: Path
) -> None:
    (signed,) = _sign(house, vault, str(contract), order=replace(_order(house), keep=True))
    assert signed.document is not None
    assert erase(vault, [signed.document])
    (event,) = list_events(vault, name=None, operation="sign", since=None)
    assert event.told == ()


def test_one_changed_byte_is_never_passed(house: House, vault: Vault, contract: Path) -> None:
    (signed,) = _sign(house, vault, str(contract))
    assert signed.output is not None
    data = bytearray(signed.output.read_bytes())
    data[len(contract.read_bytes()) // 2] ^= 1
    signed.output.write_bytes(data)
    found = _verdict(house, signed.output).verification
    assert found is not None
    assert found.exit_code in (20, 21, 24)


def test_what_was_deposited_here_is_told_with_its_event(house: House, vault: Vault, contract: Path) -> None:
    kept = deposited(vault, contract)
    found = _verdict(house, contract, vault)
    assert found.deposit is not None
    assert found.deposit.document == kept
    assert found.deposit.event == 2


def test_a_missing_file_does_not_hide_the_verdict_on_the_others(house: House, vault: Vault, contract: Path) -> None:
    question = Question(Trust(), house.clock())
    found = list(verify([contract.with_name("absent.pdf"), contract], question, None))
    assert isinstance(found[0].error, CoffreError)
    assert found[1].verification is not None
    assert found[1].verification.conclusion is Conclusion.NONE


def test_a_batch_that_was_stopped_is_typed_again_and_signs_only_the_rest(
    house: House, vault: Vault, contract: Path
) -> None:
    folder = house.root / "lot"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.pdf").write_bytes(contract.read_bytes())
    assert [outcome.skipped for outcome in _sign(house, vault, str(folder))] == [False, False, False]
    (folder / "1-signed.pdf").unlink()
    assert [outcome.skipped for outcome in _sign(house, vault, str(folder))] == [True, False, True]


def test_standard_input_becomes_standard_output_and_leaves_no_file(house: House, vault: Vault, contract: Path) -> None:
    sink = io.BytesIO()
    order = replace(_order(house), stdin=io.BytesIO(contract.read_bytes()), stdout=sink)
    before = sorted(house.root.glob("*.pdf"))
    (signed,) = _sign(house, vault, "-", order=order)
    assert (signed.error, signed.output, signed.level) == (None, None, "B-B")
    assert sorted(house.root.glob("*.pdf")) == before
    out = house.root / "out.pdf"
    out.write_bytes(sink.getvalue())
    found = _verdict(house, out).verification
    assert found is not None
    assert found.conclusion is Conclusion.PASSED
    assert _signing_events(vault) == ["sign"]


def test_two_documents_do_not_go_to_one_standard_output(house: House, vault: Vault, contract: Path) -> None:
    order = replace(_order(house), stdin=io.BytesIO(), stdout=io.BytesIO())
    with pytest.raises(UsageError):
        _sign(house, vault, "-", str(contract), order=order)


def test_what_is_wrong_with_standard_input_is_told_of_it(house: House, vault: Vault) -> None:
    order = replace(_order(house), stdin=io.BytesIO(b"hello"), stdout=io.BytesIO())
    (signed,) = _sign(house, vault, "-", order=order)
    assert isinstance(signed.error, NotAPdfError)
    assert signed.error.facts["path"] == "-"


def test_a_clock_that_goes_back_behind_the_journal_signs_nothing(house: House, vault: Vault, contract: Path) -> None:
    _sign(house, vault, str(contract))
    house.clock.advance(days=-2)
    with pytest.raises(ClockBehindError) as caught:
        _sign(house, vault, str(contract))
    assert caught.value.exit_code is ExitCode.NOT_ALLOWED


def test_a_stopped_batch_has_all_that_was_told_in_its_journal(house: House, vault: Vault, contract: Path) -> None:
    folder = house.root / "pile"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.pdf").write_bytes(contract.read_bytes())
    batch = sign(vault, [str(folder)], _order(house), house.holder)
    told = [next(batch) for _ in range(3)]
    del batch  # Ctrl-C: whoever drives it lets go
    assert len(_signing_events(vault)) >= len(told)
    assert all(one.output is not None and one.output.is_file() for one in told)
    rest = _sign(house, vault, str(folder))
    assert sum(one.skipped for one in rest) >= 3
    assert all(one.error is None for one in rest)


@pytest.mark.parametrize("damage", ["changed", "broken"])
def test_an_earlier_signature_that_does_not_hold_is_said_and_signed_over(
    damage: str, house: House, vault: Vault
) -> None:
    contract = house.root / "lettre.pdf"
    contract.write_bytes(letter("Loyer : 100"))
    (first,) = _sign(house, vault, str(contract))
    assert first.output is not None
    data = first.output.read_bytes()
    if damage == "broken":
        middle = len(contract.read_bytes()) // 2
        data = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    else:
        data = update(data, {5: text_stream("Loyer : 900")})
    first.output.write_bytes(data)
    (second,) = _sign(house, vault, str(first.output))
    assert second.error is None
    assert [one.message for one in second.remarks] == [
        SIGNED_OVER_BROKEN if damage == "broken" else SIGNED_OVER_CHANGES
    ]


def _signing_events(vault: Vault) -> list[str]:
    return [one.operation for one in list_events(vault, name=None, operation="sign", since=None)]
