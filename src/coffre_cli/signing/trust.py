"""Whom to believe: a path from a certificate to a trusted root, at the time that counts (step 6).

The roots of the user's own vaults, those imported by hand and the services that imported trusted lists grant are
trusted; nothing is fetched from the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    RevokedError,
)
from pyhanko_certvalidator.errors import ValidationError as PathInvalidError

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Revocation

if TYPE_CHECKING:
    from pyhanko_certvalidator.path import ValidationPath

TIME_STAMPING = "time_stamping"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document carries to judge certificates by."""

    certificates: tuple[x509.Certificate, ...] = ()
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def tells_revocation(self) -> bool:
        """Tell whether anything about revocation is there."""
        return bool(self.ocsps or self.crls)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a certificate at one moment."""

    trusted: bool
    revocation: Revocation
    problem: Remark | None = None
    revocation_expected: bool = False
    """Whether its issuer publishes revocations, so that not having looked is a doubt."""
    path: ValidationPath | None = field(default=None, repr=False)
    """The certificates from a root to this one, when it is trusted."""


def standing(
    certificate: x509.Certificate, evidence: Evidence, trust: Trust, moment: datetime, *, usage: str | None = None
) -> Standing:
    """Judge *certificate* at *moment*; *usage* is an extended key usage that it must have."""
    if usage is not None and usage not in _extended_usages(certificate):
        return _untrusted(N_("The certificate of {name} is not meant for this use."), certificate)
    if not trust.roots_at(moment):
        return _unknown_issuer(certificate)
    judged = _judge(certificate, evidence, trust, moment, "soft-fail")
    if not judged.trusted or not evidence.tells_revocation or not judged.revocation_expected:
        return judged
    good = _judge(certificate, evidence, trust, moment, "hard-fail").trusted
    return replace(judged, revocation=Revocation.GOOD if good else Revocation.UNKNOWN)


def load_certificates(ders: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    """Return the certificates that can be read among *ders*."""
    found: list[x509.Certificate] = []
    for der in ders:
        try:
            certificate = x509.Certificate.load(der)
            certificate.subject  # noqa: B018 - asn1crypto parses on access; a broken one must show here
        except ValueError:
            continue
        found.append(certificate)
    return tuple(found)


def name_of(certificate: x509.Certificate) -> str:
    """Return the subject's common name, else the whole subject."""
    names = certificate.subject.native
    return str(names.get("common_name") or certificate.subject.human_friendly)


def _judge(
    certificate: x509.Certificate, evidence: Evidence, trust: Trust, moment: datetime, revocation_mode: str
) -> Standing:
    context = ValidationContext(
        trust_roots=list(_loaded(trust.roots_at(moment))),
        other_certs=evidence.certificates,
        moment=moment,
        allow_fetching=False,
        crls=evidence.crls,
        ocsps=evidence.ocsps,
        revocation_mode=revocation_mode,
        retroactive_revinfo=True,
    )
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        path = _run(validator.async_validate_path())
    except (PathError, PathInvalidError, ValueError) as error:
        return _refusal(error, certificate, moment)
    expected = publishes_revocations(certificate)
    return Standing(trusted=True, revocation=Revocation.UNCHECKED, revocation_expected=expected, path=path)


@lru_cache(maxsize=4)
def _loaded(ders: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    return load_certificates(ders)


def _run(work: Coroutine[None, None, ValidationPath]) -> ValidationPath:
    """Run *work*, which awaits no network, to its end, also where an event loop is already at work."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _refusal(error: Exception, certificate: x509.Certificate, moment: datetime) -> Standing:
    facts = (("name", name_of(certificate)), ("moment", moment.date().isoformat()))
    if isinstance(error, RevokedError):
        since = (("name", name_of(certificate)), ("moment", error.revocation_dt.date().isoformat()))
        return Standing(
            trusted=False,
            revocation=Revocation.REVOKED,
            problem=Remark(N_("The certificate of {name} was revoked on {moment}."), since),
        )
    if isinstance(error, ExpiredError):
        return _problem(Remark(N_("The certificate of {name} was no longer valid on {moment}."), facts))
    if isinstance(error, NotYetValidError):
        return _problem(Remark(N_("The certificate of {name} was not yet valid on {moment}."), facts))
    if isinstance(error, PathBuildingError):
        return _unknown_issuer(certificate)
    return _problem(Remark(N_("The certificate of {name} does not hold: {detail}"), (*facts, ("detail", str(error)))))


def _unknown_issuer(certificate: x509.Certificate) -> Standing:
    return _untrusted(N_("Nothing known here vouches for {name}."), certificate)


def _untrusted(message: str, certificate: x509.Certificate) -> Standing:
    return _problem(Remark(message, (("name", name_of(certificate)),)))


def _problem(remark: Remark) -> Standing:
    return Standing(trusted=False, revocation=Revocation.UNCHECKED, problem=remark)


def _extended_usages(certificate: x509.Certificate) -> tuple[str, ...]:
    value = certificate.extended_key_usage_value
    return () if value is None else tuple(value.native)


def publishes_revocations(certificate: x509.Certificate) -> bool:
    """Tell whether the issuer says where revocations are published."""
    if certificate.ocsp_no_check_value is not None:
        return False
    return bool(certificate.ocsp_urls or certificate.crl_distribution_points)
