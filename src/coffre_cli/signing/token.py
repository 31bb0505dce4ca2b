"""Cards and USB tokens: which are here, the certificates on them, and the identity that one of those makes.

Certificates are read without a PIN. A key is told by its CKA_ID: labels of a certificate and of its key differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.signing.cryptoki import TokenState, answering, tokens_of
from coffre_cli.signing.errors import (
    TokenCertificateMissingError,
    TokenCertificatesAlikeError,
    TokenFailedError,
    TokenModuleError,
)
from coffre_cli.signing.identity import Identity, TokenKey
from coffre_cli.signing.modules import Module, present_modules

if TYPE_CHECKING:
    from cryptography import x509
    from pkcs11 import Session, Token


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """A certificate on a token."""

    key_id: str
    """CKA_ID, hexadecimal, lower case."""
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    usage: tuple[str, ...]
    """What its key is for, in the words of X.509; empty: nothing is said."""
    is_authority: bool
    """Whether it issues certificates: no one signs documents with it."""
    certificate: bytes
    """X.509, DER."""


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token that a module sees."""

    state: TokenState
    certificates: tuple[FoundCertificate, ...]


@dataclass(frozen=True, slots=True)
class FoundModule:
    """A module, and what it sees; or why it cannot be used."""

    module: Module
    tokens: tuple[FoundToken, ...] = ()
    problem: TokenModuleError | TokenFailedError | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which certificate is meant."""

    key_id: str
    """CKA_ID, hexadecimal, with or without colons."""
    module: Path | None = None
    """Look through this module only."""
    serial: str | None = None
    """Look on the token with this serial number only."""


def found_modules(path: Path | None = None) -> Iterator[FoundModule]:
    """Yield the modules of this machine, or the one at *path*, with the tokens they see, each token once.

    Raises:
        MissingProgramError: The extra `token` is not installed.
    """
    modules = present_modules() if path is None else (Module(path.name, path),)
    seen: set[tuple[str, str]] = set()
    for module in modules:
        try:
            tokens = _tokens(module.path, seen)
        except (TokenModuleError, TokenFailedError) as error:
            yield FoundModule(module, problem=error)
            continue
        yield FoundModule(module, tokens)


def identity_on_token(wanted: Wanted, *, now: datetime) -> Identity:
    """Return the identity of the certificate that is *wanted*, its chain from the token; the key stays where it is.

    Of several certificates of one key (a renewed one), the one that ends last is taken.

    Raises:
        TokenCertificateMissingError: No token holds it.
        TokenCertificatesAlikeError: Several tokens hold one.
        TokenModuleError: The module asked for cannot be used.
        IdentityExpiredError, WeakCertificateError: It is not one to sign with.
    """
    key_id = wanted.key_id.replace(":", "").lower()
    holders: list[tuple[Module, FoundToken]] = []
    for found in found_modules(wanted.module):
        if found.problem is not None and wanted.module is not None:
            raise found.problem
        holders += [(found.module, token) for token in found.tokens if _holds(token, key_id, wanted.serial)]
    if not holders:
        raise TokenCertificateMissingError(id=key_id)
    if len(holders) > 1:
        candidates = tuple(f"{token.state.serial} ({token.state.label})" for _, token in holders)
        raise TokenCertificatesAlikeError(id=key_id, candidates=candidates)
    ((module, token),) = holders
    return _identity(module, token, key_id, now)


def _tokens(module: Path, seen: set[tuple[str, str]]) -> tuple[FoundToken, ...]:
    found = []
    for state, token in tokens_of(module):
        if (state.serial, state.label) not in seen:
            seen.add((state.serial, state.label))
            found.append(FoundToken(state, tuple(_certificates(state, token))))
    return tuple(found)


def _certificates(state: TokenState, token: Token) -> Iterator[FoundCertificate]:
    from cryptography import x509

    with answering(state.label), token.open() as session:
        stored = _stored(session)
    for key_id, der in stored:
        try:
            yield _described(key_id, x509.load_der_x509_certificate(der), der)
        except ValueError:
            continue  # cards carry other things in the place of certificates


def _stored(session: Session) -> list[tuple[str, bytes]]:
    """Return CKA_ID and DER of every certificate; unreadable ones are left out."""
    import pkcs11

    stored = []
    for one in list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})):
        try:
            stored.append((bytes(one[pkcs11.Attribute.ID]).hex(), bytes(one[pkcs11.Attribute.VALUE])))
        except pkcs11.PKCS11Error:
            continue
    return stored


def _described(key_id: str, certificate: x509.Certificate, der: bytes) -> FoundCertificate:
    from cryptography import x509

    from coffre_cli.signing.received import USAGES

    extensions = certificate.extensions
    usage: tuple[str, ...] = ()
    is_authority = False
    for extension in extensions:
        if isinstance(extension.value, x509.KeyUsage):
            usage = tuple(name for name in USAGES if getattr(extension.value, name))
        elif isinstance(extension.value, x509.BasicConstraints):
            is_authority = extension.value.ca
    return FoundCertificate(
        key_id=key_id,
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        usage=usage,
        is_authority=is_authority,
        certificate=der,
    )


def _name(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID

    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _holds(token: FoundToken, key_id: str, serial: str | None) -> bool:
    right_token = serial is None or token.state.serial == serial
    return right_token and bool(_candidates(token.certificates, key_id))


def _candidates(certificates: Sequence[FoundCertificate], key_id: str) -> list[FoundCertificate]:
    return [one for one in certificates if one.key_id == key_id and not one.is_authority]


def _identity(module: Module, token: FoundToken, key_id: str, now: datetime) -> Identity:
    from cryptography import x509

    from coffre_cli.signing.received import Received

    chosen = max(_candidates(token.certificates, key_id), key=lambda one: one.not_after)
    others = [x509.load_der_x509_certificate(one.certificate) for one in token.certificates if one is not chosen]
    place = TokenKey(str(module.path), token.state.serial, token.state.label, key_id)
    certificate = x509.load_der_x509_certificate(chosen.certificate)
    return Received(certificate, others).identity(key=b"", token=place, now=now)
