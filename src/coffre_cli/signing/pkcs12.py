"""Identities from and to PKCS#12 files (RFC 7292): the chain is kept, weak or expired ones are refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from coffre_cli.errors import FileMissingError, FileUnreadableError
from coffre_cli.signing.certificates import common_name
from coffre_cli.signing.errors import (
    CertificateFileError,
    CertificatePasswordError,
    KeyOnTokenError,
    WeakCertificateError,
)
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.received import Received

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
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise WeakCertificateError(name=common_name(certificate), weakness=type(key).__name__)
    form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Received(certificate, chain).identity(key=key.private_bytes(*form), token=None, now=now)


def look_at_pkcs12(path: Path) -> None:
    """Check that *path* is a PKCS#12 file, which takes no password.

    Raises:
        CertificateFileError: It is none.
        FileMissingError, FileUnreadableError: It is not there, or the system refuses to read it.
    """
    try:
        if asn1_pkcs12.Pfx.load(_read(path), strict=True)["version"].native == "v3":
            return
    except ValueError as error:
        raise CertificateFileError(path=path) from error
    raise CertificateFileError(path=path)


def export_pkcs12(identity: Identity, password: str) -> bytes:
    """Return *identity* as a PKCS#12 file under *password* (PBES2, AES-256, SHA-256).

    Raises:
        KeyOnTokenError: The key is on a token.
    """
    if identity.token is not None:
        raise KeyOnTokenError(name=identity.name)
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
    data = _read(path)
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except ValueError as error:
        if "password" in str(error).lower():
            raise CertificatePasswordError(path=path) from error
        raise CertificateFileError(path=path) from error
    if key is None or certificate is None:
        raise CertificateFileError(path=path)
    return key, certificate, list(chain)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissingError(path=path, reason="") from error
    except OSError as error:
        raise FileUnreadableError(path=path, reason=error.strerror or str(error)) from error
