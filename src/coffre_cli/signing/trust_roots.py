"""The roots that a verification believes, without the libraries that use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ServiceKind(StrEnum):
    """The services of a trusted list that matter to a verdict."""

    CERTIFICATES = "certificates"
    """Qualified certificates (CA/QC)."""
    TIMESTAMPS = "timestamps"
    """Qualified timestamps (TSA/QTST)."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which certificates a qualification is about (ETSI TS 119 612, 5.5.9.2.2)."""

    combined: str
    """`all`, `atLeastOne` or `none`."""
    policies: tuple[tuple[str, ...], ...] = ()
    """Sets of policies, as dotted numbers; a certificate must have all of one set."""
    usages: tuple[tuple[tuple[str, bool], ...], ...] = ()
    """Sets of key usages that must be there, or must not."""
    below: tuple[Criteria, ...] = ()
    unknown: bool = False
    """Whether something else is asked, that is not evaluated here."""

    @property
    def is_understood(self) -> bool:
        """Tell whether all of it can be evaluated."""
        return not self.unknown and all(one.is_understood for one in self.below)


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a list says of some of a service's certificates, whatever they say themselves."""

    qualifiers: tuple[str, ...]
    """Last words of the URIs: `QCWithQSCD`, `NotQualified`, `QCForESeal` …"""
    criteria: Criteria


@dataclass(frozen=True, slots=True)
class ListedService:
    """A service that a trusted list grants, or granted."""

    kind: ServiceKind
    provider: str
    name: str
    territory: str
    """Two letters, as the list writes them."""
    granted_since: datetime
    granted_until: datetime | None
    """When the grant ended; None when it lasts."""
    certificate: bytes
    """X.509, DER: what the service signs with, or the authority above it."""
    types: tuple[str, ...] = ()
    """`ForeSignatures`, `ForeSeals` …: to what the service is limited; nothing: to nothing."""
    qualifications: tuple[Qualification, ...] = ()

    def is_granted(self, moment: datetime) -> bool:
        """Tell whether the service was granted at *moment*."""
        return self.granted_since <= moment and (self.granted_until is None or moment < self.granted_until)


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots, X.509 in DER."""

    own: tuple[bytes, ...] = ()
    """Roots of this user's vaults."""
    imported: tuple[bytes, ...] = ()
    """Roots that the user chose to trust."""
    listed: tuple[ListedService, ...] = ()
    """Services of the trusted lists that the user imported."""

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Return those believed at any time."""
        return (*self.own, *self.imported)

    def roots_at(self, moment: datetime) -> tuple[bytes, ...]:
        """Return all that may be believed at *moment*, listed services included."""
        granted = (one.certificate for one in self.listed if one.is_granted(moment))
        return tuple(dict.fromkeys((*self.roots, *granted)))
