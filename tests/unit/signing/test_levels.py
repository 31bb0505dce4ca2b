from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography import x509
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

from coffre_cli.errors import ExitCode
from coffre_cli.signing.certificates import common_name
from coffre_cli.signing.errors import (
    LevelUnreachableError,
    NothingToExtendError,
    NoTimestampAuthorityError,
    NotProlongedError,
    RevokedCertificateError,
    TimestampUnavailableError,
)
from coffre_cli.signing.extension import Means
from coffre_cli.signing.identity import Identity, IdentityKind, LocalRoot
from coffre_cli.signing.pades import Pen, SignedPdf, extend_pdf, sign_pdf
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.timestamp import TimestampAuthority, http_authority
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Conclusion, Revocation, SignatureKind, TimeSource
from tests.simulators.pki import Pki, serving

PRESENT = datetime.now(UTC)
"""The simulated authorities live in the present: their answers are fresh."""


@dataclass(frozen=True)
class Office:
    pki: Pki
    trust: Trust
    claire: Identity
    paul: Identity

    def request(self, level: Level) -> SigningRequest:
        authority = http_authority(self.pki.tsa_url)
        return SigningRequest(datetime.now(UTC), level=level, timestamper=authority, trust=self.trust, fetch=True)


def certified(pki: Pki, label: str) -> Identity:
    certificate = x509.load_der_x509_certificate(pki.certificate(label))
    return Identity(
        kind=IdentityKind.PERSON,
        name=common_name(certificate),
        certificate=pki.certificate(label),
        key=pki.key(label),
        chain=(pki.certificate("interm"),),
        root=pki.root,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, root: LocalRoot) -> Iterator[Office]:
    with serving(tmp_path_factory.mktemp("pki")) as pki:
        trust = Trust(own=(root.certificate,), imported=(pki.root,))
        yield Office(pki, trust, certified(pki, "claire"), certified(pki, "paul"))


@pytest.mark.parametrize(
    ("asked", "reached", "revocation"),
    [
        (Level.LT, "B-LT", Revocation.GOOD),
        (Level.LTA, "B-LTA", Revocation.GOOD),
        (Level.BEST, "B-LTA", Revocation.GOOD),
    ],
)
def test_the_level_reached_is_the_level_verified(
    asked: Level, reached: str, revocation: Revocation, contract: Path, office: Office
) -> None:
    signed = sign_pdf(contract, contract, office.claire, office.request(asked))
    found = verify_pdf(contract, office.trust)
    one = found.signatures[0]
    assert (signed.level, one.level, one.revocation) == (reached, reached, revocation)
    assert (found.conclusion, one.time_source) == (Conclusion.PASSED, TimeSource.TSA)


def test_without_revocation_data_a_published_revocation_stays_a_doubt(contract: Path, office: Office) -> None:
    for level in (Level.B, Level.T):
        sign_pdf(contract, contract, office.claire, office.request(level))
        found = verify_pdf(contract, office.trust)
        assert found.exit_code is ExitCode.INDETERMINATE
        assert found.signatures[0].revocation is Revocation.UNCHECKED


def test_a_revoked_certificate_does_not_sign_where_it_is_looked_up(contract: Path, office: Office) -> None:
    before = contract.read_bytes()
    for level in (Level.LT, Level.BEST):
        with pytest.raises(RevokedCertificateError):
            sign_pdf(contract, contract, office.paul, office.request(level))
    assert contract.read_bytes() == before


def test_a_signature_of_a_vault_reaches_the_highest_level_too(contract: Path, alice: Identity, office: Office) -> None:
    living = replace(alice, not_before=PRESENT - timedelta(days=1))
    signed = sign_pdf(contract, contract, living, office.request(Level.BEST))
    assert signed.level == "B-LTA"


def test_an_untrusted_authority_leaves_the_timestamp_and_says_why(contract: Path, office: Office) -> None:
    request = replace(office.request(Level.BEST), trust=Trust())
    stranger = replace(office.claire, root=None)
    signed = sign_pdf(contract, contract, stranger, request)
    assert signed.level == "B-T"
    assert signed.remarks


def test_a_level_that_cannot_be_reached_is_not_replaced_silently(contract: Path, office: Office) -> None:
    request = replace(office.request(Level.LTA), trust=Trust())
    with pytest.raises(LevelUnreachableError):
        sign_pdf(contract, contract, replace(office.claire, root=None), request)


def test_an_authority_that_is_away_says_to_try_later(contract: Path, office: Office) -> None:
    request = replace(office.request(Level.BEST), timestamper=http_authority("http://127.0.0.1:9/tsa", timeout=2))
    before = contract.read_bytes()
    with pytest.raises(TimestampUnavailableError) as caught:
        sign_pdf(contract, contract, office.claire, request)
    assert caught.value.exit_code is ExitCode.TRY_LATER
    assert "--level b" in caught.value.hint
    assert contract.read_bytes() == before
    assert [path.name for path in contract.parent.iterdir()] == [contract.name]


def test_a_batch_asks_the_authority_once_to_measure_and_once_for_each_signature(
    tmp_path: Path, contract: Path, office: Office
) -> None:
    client = _Counting(office.pki.tsa_url, timeout=5)
    request = replace(office.request(Level.T), timestamper=TimestampAuthority("counting", client))
    with Pen(office.claire, request) as pen:
        made = list(pen.sign_each((contract, tmp_path / f"{number}.pdf") for number in range(4)))
    assert [one.level for one in made if isinstance(one, SignedPdf)] == ["B-T"] * 4
    assert client.asked == 1 + 4


class _Counting(HTTPTimeStamper):
    asked = 0

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        self.asked += 1
        return await super().async_request_tsa_response(req)


def test_an_authority_that_is_away_is_asked_once_for_a_whole_batch(
    tmp_path: Path, contract: Path, office: Office
) -> None:
    client = _Counting("http://127.0.0.1:9/tsa", timeout=2)
    request = replace(office.request(Level.BEST), timestamper=TimestampAuthority("away", client))
    with Pen(office.claire, request) as pen:
        refused = list(pen.sign_each((contract, tmp_path / f"{number}.pdf") for number in range(4)))
    assert all(isinstance(one, TimestampUnavailableError) for one in refused)
    assert client.asked == 1


def test_a_prolongation_that_must_wait_leaves_the_document_and_proposes_no_level(
    contract: Path, office: Office
) -> None:
    sign_pdf(contract, contract, office.claire, office.request(Level.B))
    before = contract.read_bytes()
    away = http_authority("http://127.0.0.1:9/tsa", timeout=2)
    with pytest.raises(NotProlongedError) as caught:
        extend_pdf(contract, contract, Means(datetime.now(UTC), office.trust, fetch=True, authority=away))
    assert caught.value.exit_code is ExitCode.TRY_LATER
    assert "--level" not in caught.value.hint
    assert contract.read_bytes() == before


def test_a_signature_made_while_the_authority_was_away_is_dated_later(contract: Path, office: Office) -> None:
    dead = replace(office.request(Level.BEST), timestamper=http_authority("http://127.0.0.1:9/tsa", timeout=2))
    with pytest.raises(TimestampUnavailableError):
        sign_pdf(contract, contract, office.claire, dead)
    sign_pdf(contract, contract, office.claire, office.request(Level.B))
    means = Means(datetime.now(UTC), office.trust, fetch=True, authority=http_authority(office.pki.tsa_url))
    found = extend_pdf(contract, contract, means)
    assert (found.signatures[0].level, found.signatures[0].time_source) == ("B-LTA", TimeSource.TSA)


def test_a_level_with_a_date_needs_an_authority(contract: Path, office: Office) -> None:
    with pytest.raises(NoTimestampAuthorityError):
        sign_pdf(contract, contract, office.claire, replace(office.request(Level.T), timestamper=None))


def test_a_signature_is_prolonged_again_and_again(contract: Path, office: Office) -> None:
    sign_pdf(contract, contract, office.claire, office.request(Level.B))
    for round_ in (1, 2):
        means = Means(datetime.now(UTC), office.trust, fetch=True, authority=http_authority(office.pki.tsa_url))
        found = extend_pdf(contract, contract, means)
        kinds = [one.kind for one in found.signatures]
        assert kinds == [SignatureKind.SIGNATURE] + [SignatureKind.TIMESTAMP] * round_
        assert found.signatures[0].level == "B-LTA"
        assert found.exit_code is ExitCode.DONE
        assert found.protected_until == datetime(2044, 1, 1, tzinfo=UTC)


def test_there_is_nothing_to_prolong_in_an_unsigned_document(contract: Path, office: Office) -> None:
    means = Means(datetime.now(UTC), office.trust, fetch=True, authority=None)
    with pytest.raises(NothingToExtendError):
        extend_pdf(contract, contract, means)


def test_five_signatures_a_seal_and_a_timestamp_hold_in_every_reader(
    contract: Path, alice: Identity, workshop: Identity, office: Office
) -> None:
    living = replace(alice, not_before=PRESENT - timedelta(days=1))
    sealing = replace(workshop, not_before=PRESENT - timedelta(days=1))
    for _ in range(5):
        sign_pdf(contract, contract, living, office.request(Level.B))
    sign_pdf(contract, contract, sealing, office.request(Level.LTA))
    found = verify_pdf(contract, office.trust)
    assert found.exit_code is ExitCode.DONE
    assert len(found.signatures) == 7
    _pyhanko_agrees(contract, 7)
    if shutil.which("pdfsig"):
        told = subprocess.run(["pdfsig", "-nocert", contract], capture_output=True, text=True, check=False).stdout
        assert told.count("Signature is Valid") == 6


def _pyhanko_agrees(path: Path, count: int) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    with path.open("rb") as file:
        signatures = PdfFileReader(file).embedded_signatures
        assert len(signatures) == count
        for signature in signatures:
            signature.compute_integrity_info()
            assert signature.summarise_integrity_info()["docmdp_ok"]


def test_the_deposit_dates_a_signature_that_nobody_else_dated(
    contract: Path, alice: Identity, trust: Trust, now: datetime
) -> None:
    sign_pdf(contract, contract, alice, SigningRequest(now, level=Level.B))
    long_after = now + timedelta(days=365 * 8)
    assert verify_pdf(contract, trust, at=long_after).exit_code is ExitCode.INDETERMINATE
    deposited = verify_pdf(contract, trust, at=long_after, deposit_time=now + timedelta(days=2))
    assert deposited.exit_code is ExitCode.DONE
    assert deposited.signatures[0].time_source is TimeSource.DEPOSIT
