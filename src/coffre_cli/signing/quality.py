"""The legal level of a signature, said only where an imported trusted list says it (ETSI TS 119 615).

A service counts when it was granted both when the certificate was issued and at the moment that counts. What the lists
ask and is not understood here leaves the level unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from asn1crypto import x509
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.tsp import (
    CA_QC_URI,
    BaseServiceInformation,
    CAServiceInformation,
    CriteriaCombination,
    CriteriaList,
    Criterion,
    KeyUsageCriterion,
    PolicySetCriterion,
    QcCertType,
    Qualifier,
    TSPRegistry,
)
from pyhanko.sign.validation.qualified.tsp import Qualification as Applied
from pyhanko.sign.validation.settings import KeyUsageConstraints

from coffre_cli.signing.trust_roots import Criteria, ListedService, ServiceKind
from coffre_cli.signing.verdict import LegalLevel, SignatureKind

if TYPE_CHECKING:
    from pyhanko_certvalidator.path import ValidationPath

_TYPES = {
    "ForeSignatures": QcCertType.QC_ESIGN,
    "ForeSeals": QcCertType.QC_ESEAL,
    "ForWebSiteAuthentication": QcCertType.QC_WEB,
}
_FOR = {SignatureKind.SIGNATURE: QcCertType.QC_ESIGN, SignatureKind.SEAL: QcCertType.QC_ESEAL}


def legal_level(
    path: ValidationPath, listed: Iterable[ListedService], moment: datetime, kind: SignatureKind
) -> LegalLevel | None:
    """Return what the lists say at *moment* of a signature whose certificate *path* leads to; None: nothing."""
    leaf = path.leaf
    if not isinstance(leaf, x509.Certificate):
        return None
    above = {certificate.dump() for certificate in path.iter_certs(include_root=True)}
    services = [one for one in listed if one.certificate in above and one.is_granted(moment)]
    if kind is SignatureKind.TIMESTAMP:
        dates = any(one.kind is ServiceKind.TIMESTAMPS for one in services)
        return LegalLevel.QUALIFIED if dates else None
    issuers = [
        one for one in services if one.kind is ServiceKind.CERTIFICATES and one.is_granted(leaf.not_valid_before)
    ]
    if not issuers or not all(_is_understood(one) for one in issuers):
        return None
    return _level(path, issuers, moment, _FOR[kind])


def _level(
    path: ValidationPath, issuers: list[ListedService], moment: datetime, expected: QcCertType
) -> LegalLevel | None:
    registry = TSPRegistry()
    for one in issuers:
        registry.register_ca(_information(one))
    try:
        status = QualificationAssessor(registry).check_entity_cert_qualified(path, moment).status
    except (NotImplementedError, ValueError):
        return None
    if not status.qualified or status.qc_type is not expected:
        return LegalLevel.NOT_QUALIFIED
    return LegalLevel.QUALIFIED if status.qc_key_security.is_qscd else LegalLevel.ADVANCED


def _is_understood(service: ListedService) -> bool:
    return all(
        one.criteria.is_understood and all(_qualifier(word) is not None for word in one.qualifiers)
        for one in service.qualifications
    )


def _information(service: ListedService) -> CAServiceInformation:
    base = BaseServiceInformation(
        service_type=CA_QC_URI,
        service_name=service.name,
        valid_from=service.granted_since,
        valid_until=service.granted_until,
        provider_certs=(x509.Certificate.load(service.certificate),),
        additional_info_certificate_type=frozenset(_TYPES[one] for one in service.types if one in _TYPES),
        other_additional_info=frozenset(),
    )
    applied = frozenset(
        Applied(frozenset(_known(one.qualifiers)), _criteria(one.criteria)) for one in service.qualifications
    )
    return CAServiceInformation(base, applied, expired_certs_revocation_info=None)


def _known(words: Iterable[str]) -> Iterable[Qualifier]:
    return (found for found in map(_qualifier, words) if found is not None)


def _qualifier(word: str) -> Qualifier | None:
    try:
        return Qualifier(word)
    except ValueError:
        return None


def _criteria(criteria: Criteria) -> CriteriaList:
    found: list[Criterion] = [PolicySetCriterion(frozenset(one)) for one in criteria.policies]
    found += [_usage(one) for one in criteria.usages]
    found += [_criteria(one) for one in criteria.below]
    return CriteriaList(CriteriaCombination(criteria.combined), frozenset(found))


def _usage(bits: tuple[tuple[str, bool], ...]) -> KeyUsageCriterion:
    wanted = frozenset(name for name, there in bits if there)
    refused = frozenset(name for name, there in bits if not there)
    return KeyUsageCriterion(
        KeyUsageConstraints(key_usage=wanted, key_usage_forbidden=refused, match_all_key_usages=True)
    )
