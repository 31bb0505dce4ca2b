"""Identities from and to PKCS#12 files (RFC 7292): the chain is kept, weak or expired ones are refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from coffre_cli.errors import FileMissingError, FileUnreadableError
from coffre_cli.signing.certificates import common_name
from coffre_cli.signing.errors import (
    CertificateFileError,
    CertificatePasswordError,
    IdentityExpiredError,
    WeakCertificateError,
)
from coffre_cli.signing.identity import Identity, IdentityKind

LEAST_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_WEAK_HASHES = (hashes.MD5, hashes.SHA1)
_SIREN_PREFIXES = ("NTRFR-", "SIRFR-", "VATFR-")
_KEY_ITERATIONS = 600_000
"""Of PBKDF2 for an exported file (OWASP, 2023)."""


def import_pkcs12(path: Path, password: str, *, now: datetime) -> Identity:
    """Return the identity in the file *path*.

    Raises:
        CertificateFileError: The file is no PKCS#12, or lacks a certificate or its key.
        CertificatePasswordError: The password does not open it.
        IdentityExpiredError: Its certificate is not valid at *now*.
        WeakCertificateError: Its key or its signature is too weak.
    """
    key, certificate, chain = _opened(path, password)
    name = common_name(certificate)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        dates = certificate.not_valid_before_utc.date(), certificate.not_valid_after_utc.date()
        raise IdentityExpiredError(name=name, not_before=dates[0].isoformat(), not_after=dates[1].isoformat())
    weakness = _weakness(key, [certificate, *chain])
    if weakness is not None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise WeakCertificateError(name=name, weakness=weakness or type(key).__name__)
    return _identity(key, certificate, _ordered(certificate, chain))


def export_pkcs12(identity: Identity, password: str) -> bytes:
    """Return *identity* as a PKCS#12 file under *password* (PBES2, AES-256, SHA-256)."""
    key = serialization.load_der_private_key(identity.key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise WeakCertificateError(name=identity.name, weakness=type(key).__name__)
    above = (*identity.chain, *(() if identity.root is None else (identity.root,)))
    scheme = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(_KEY_ITERATIONS)
    scheme = scheme.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(
        identity.name.encode(),
        key,
        x509.load_der_x509_certificate(identity.certificate),
        [x509.load_der_x509_certificate(der) for der in above],
        scheme.build(password.encode()),
    )


def _opened(path: Path, password: str) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissingError(path=path, reason="") from error
    except OSError as error:
        raise FileUnreadableError(path=path, reason=error.strerror or str(error)) from error
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except ValueError as error:
        if "password" in str(error).lower():
            raise CertificatePasswordError(path=path) from error
        raise CertificateFileError(path=path) from error
    if key is None or certificate is None:
        raise CertificateFileError(path=path)
    return key, certificate, list(chain)


def _weakness(key: object, certificates: Sequence[x509.Certificate]) -> str | None:
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < LEAST_RSA_BITS:
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePrivateKey) and not isinstance(key.curve, _CURVES):
        return key.curve.name
    for certificate in certificates:
        algorithm = certificate.signature_hash_algorithm
        is_root = certificate.subject == certificate.issuer
        if isinstance(algorithm, _WEAK_HASHES) and not is_root:
            return algorithm.name.upper()
    return None


def _ordered(leaf: x509.Certificate, chain: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return the issuers above *leaf*, nearest first; strangers are left out."""
    ordered: list[x509.Certificate] = []
    current = leaf
    while current.subject != current.issuer:
        above = next((one for one in chain if one.subject == current.issuer and one not in ordered), None)
        if above is None:
            break
        ordered.append(above)
        current = above
    return ordered


def _identity(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: x509.Certificate, above: list[x509.Certificate]
) -> Identity:
    der = serialization.Encoding.DER
    root = next((one.public_bytes(der) for one in above if one.subject == one.issuer), None)
    siren = _siren(certificate)
    organisation = _attribute(certificate, NameOID.ORGANIZATION_NAME)
    is_person = bool(certificate.subject.get_attributes_for_oid(NameOID.SURNAME)) or siren is None
    return Identity(
        kind=IdentityKind.PERSON if is_person else IdentityKind.ORGANISATION,
        name=common_name(certificate),
        certificate=certificate.public_bytes(der),
        key=key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        chain=tuple(one.public_bytes(der) for one in above if one.subject != one.issuer),
        root=root,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        organisation=organisation,
        siren=siren,
        email=_email(certificate),
    )


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str | None:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None


def _siren(certificate: x509.Certificate) -> str | None:
    identifier = _attribute(certificate, NameOID.ORGANIZATION_IDENTIFIER) or ""
    digits = identifier[len(_SIREN_PREFIXES[0]) :][-9:] if identifier.startswith(_SIREN_PREFIXES) else ""
    return digits if len(digits) == 9 and digits.isdigit() else None  # noqa: PLR2004 - the length of a SIREN


def _email(certificate: x509.Certificate) -> str | None:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    found = names.get_values_for_type(x509.RFC822Name)
    return found[0] if found else None
