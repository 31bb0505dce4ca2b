"""Who signed and when: the certificate's words, and the best date that someone attests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.ades.qualified_asn1 import get_qc_statements

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.cms import Cryptography, signer_certificate, timestamp_info
from coffre_cli.signing.evidence import with_signature
from coffre_cli.signing.objects import raw, text
from coffre_cli.signing.signature import Reading
from coffre_cli.signing.trust import TIME_STAMPING, Evidence, Standing, name_of, standing
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import SignatureKind, Signer, TimeSource

if TYPE_CHECKING:
    from asn1crypto import cms, x509


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment and whose clock gave it."""

    moment: datetime
    source: TimeSource


def signer_of(certificate: x509.Certificate, *, trusted: bool) -> Signer:
    """Return what *certificate* says of its holder."""
    subject = certificate.subject.native
    organisation = subject.get("organization_name")
    return Signer(
        name=name_of(certificate),
        organisation=None if organisation is None else str(organisation),
        issuer=_issuer_name(certificate),
        serial=f"{certificate.serial_number:x}",
        trusted=trusted,
    )


def kind_of(reading: Reading) -> SignatureKind:
    """Return what the signature is for: legal persons seal, natural persons sign (EN 319 412-2 and -3)."""
    if reading.is_timestamp:
        return SignatureKind.TIMESTAMP
    if reading.cryptography is None:
        return SignatureKind.SIGNATURE
    declared = _declared_kind(reading.cryptography.certificate)
    if declared is not None:
        return declared
    subject = reading.cryptography.certificate.subject.native
    named = {"surname", "given_name", "pseudonym"} & set(subject)
    organisation, name = subject.get("organization_name"), subject.get("common_name")
    # Ours, of an organisation without SIREN: called as it is; a common name has 64 characters at the most.
    of_itself = isinstance(organisation, str) and isinstance(name, str) and organisation.startswith(name)
    is_legal = not named and ("organization_identifier" in subject or of_itself)
    return SignatureKind.SEAL if is_legal else SignatureKind.SIGNATURE


def _declared_kind(certificate: x509.Certificate) -> SignatureKind | None:
    """Return what the certificate's own statements say it is for (EN 319 412-5, 4.2.3), when they say one thing."""
    try:
        statements = get_qc_statements(certificate)
        types = [one["statement_info"].native for one in statements if one["statement_id"].native == "qc_type"]
    except Exception:  # noqa: BLE001 - statements that cannot be read say nothing
        return None
    kinds = {"qct_esign": SignatureKind.SIGNATURE, "qct_eseal": SignatureKind.SEAL}
    found = {kinds.get(name) for names in types for name in names}
    return found.pop() if len(found) == 1 else None


def attested_time(
    crypto: Cryptography, later_timestamps: Iterable[Reading], evidence: Evidence, trust: Trust,
    deposit_time: datetime | None,
) -> tuple[Dated | None, tuple[Remark, ...]]:  # fmt: skip
    """Return the earliest moment at which another attests that the signature existed, and what was not believed."""
    candidates: list[Dated] = []
    doubts: list[Remark] = [] if crypto.token_problem is None else [crypto.token_problem]
    tokens = [] if crypto.token is None else [crypto.token]
    tokens += [reading.cryptography.signed_data for reading in later_timestamps if reading.cryptography is not None]
    for token in tokens:
        moment = timestamp_info(token)["gen_time"].native
        judged = _authority_standing(token, evidence, trust, moment)
        if judged.trusted:
            candidates.append(Dated(moment.astimezone(UTC), TimeSource.TSA))
        elif judged.problem is not None:
            doubts.append(_doubt(judged.problem))
    if deposit_time is not None:
        candidates.append(Dated(deposit_time, TimeSource.DEPOSIT))
    return min(candidates, key=lambda dated: dated.moment, default=None), tuple(doubts)


def declared_time(reading: Reading) -> datetime | None:
    """Return the time that the signer's own clock gave."""
    crypto = reading.cryptography
    if crypto is not None and crypto.declared_time is not None:
        return crypto.declared_time.astimezone(UTC)
    words = text(raw(reading.dictionary, "/M"))
    try:
        moment = None if words is None else parse_pdf_date(words, strict=False)
    except (ValueError, PdfError):
        return None
    return None if moment is None or moment.tzinfo is None else moment.astimezone(UTC)


def own_time(crypto: Cryptography) -> datetime:
    """Return the time that a document timestamp attests."""
    moment: datetime = timestamp_info(crypto.signed_data)["gen_time"].native
    return moment.astimezone(UTC)


def _authority_standing(token: cms.SignedData, evidence: Evidence, trust: Trust, moment: datetime) -> Standing:
    authority = signer_certificate(token)
    return standing(authority, with_signature(evidence, token), trust, moment, usage=TIME_STAMPING)


def _doubt(problem: Remark) -> Remark:
    return Remark(N_("The timestamp is not believed: its authority is not trusted here."), problem.facts)


def _issuer_name(certificate: x509.Certificate) -> str:
    names = certificate.issuer.native
    return str(names.get("common_name") or certificate.issuer.human_friendly)
