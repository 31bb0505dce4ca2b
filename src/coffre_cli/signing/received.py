"""Certificates that other authorities made: whose they are, who issued them, and whether they are strong enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from coffre_cli.signing.certificates import common_name
from coffre_cli.signing.errors import IdentityExpiredError, NotForSigningError, WeakCertificateError
from coffre_cli.signing.identity import Identity, IdentityKind, TokenKey

_LEAST_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_WEAK_HASHES = (hashes.MD5, hashes.SHA1)
_DOCUMENT_USAGES = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",  # document signing (RFC 9336)
        "1.3.6.1.5.5.7.3.4",  # e-mail protection: what most signature certificates carried before
        "1.3.6.1.5.5.7.3.2",  # client authentication: often beside it, or alone on older cards
        "2.5.29.37.0",  # any
        "1.2.840.113583.1.1.5",  # Adobe
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft
    }
)
"""Extended usages under which documents are signed; a certificate with none of them was made for something else."""
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
_SIREN_PREFIXES = ("NTRFR-", "SIRFR-", "VATFR-")


@dataclass(frozen=True, slots=True)
class Received:
    """A certificate, and others that came with it, in any order."""

    certificate: x509.Certificate
    others: Sequence[x509.Certificate]

    def identity(self, *, key: bytes, token: TokenKey | None, now: datetime) -> Identity:
        """Return the identity of the certificate; *key* is PKCS#8, or empty when it is on *token*.

        Raises:
            IdentityExpiredError: The certificate is not valid at *now*.
            WeakCertificateError: Its key or its signature is too weak.
            NotForSigningError: Its issuer made it for something else.
        """
        name = common_name(self.certificate)
        first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not first <= now <= last:
            raise IdentityExpiredError(
                name=name, not_before=first.date().isoformat(), not_after=last.date().isoformat()
            )
        weakness = _weakness(self.certificate.public_key(), [self.certificate, *self.others])
        if weakness is not None:
            raise WeakCertificateError(name=name, weakness=weakness)
        usage = _other_usage(self.certificate)
        if usage:
            raise NotForSigningError(name=name, usage=usage)
        return _identity(self.certificate, _ordered(self.certificate, self.others), key, token)


def _weakness(key: object, certificates: Sequence[x509.Certificate]) -> str | None:
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return type(key).__name__
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA_BITS:
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and not isinstance(key.curve, _CURVES):
        return key.curve.name
    for certificate in certificates:
        algorithm = certificate.signature_hash_algorithm
        is_root = certificate.subject == certificate.issuer
        if isinstance(algorithm, _WEAK_HASHES) and not is_root:
            return algorithm.name.upper()
    return None


def _other_usage(certificate: x509.Certificate) -> str:
    """Return what *certificate* is for when that is not to sign documents; empty when it may, or says nothing."""
    for extension in certificate.extensions:
        value = extension.value
        if isinstance(value, x509.BasicConstraints) and value.ca:
            return "certificate authority"
        if isinstance(value, x509.KeyUsage) and not (value.digital_signature or value.content_commitment):
            return ", ".join(name.replace("_", " ") for name in USAGES if getattr(value, name)) or "none"
        if isinstance(value, x509.ExtendedKeyUsage) and not _DOCUMENT_USAGES & {one.dotted_string for one in value}:
            return ", ".join(getattr(one, "_name", one.dotted_string) for one in value)
    return ""


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
    certificate: x509.Certificate, above: list[x509.Certificate], key: bytes, token: TokenKey | None
) -> Identity:
    der = serialization.Encoding.DER
    root = next((one.public_bytes(der) for one in above if one.subject == one.issuer), None)
    siren = _siren(certificate)
    organisation = _attribute(certificate, NameOID.ORGANIZATION_NAME)
    named = any(certificate.subject.get_attributes_for_oid(oid) for oid in (NameOID.SURNAME, NameOID.GIVEN_NAME))
    is_person = named or (siren is None and not (organisation or "").startswith(common_name(certificate)))
    return Identity(
        kind=IdentityKind.PERSON if is_person else IdentityKind.ORGANISATION,
        name=common_name(certificate),
        certificate=certificate.public_bytes(der),
        key=key,
        chain=tuple(one.public_bytes(der) for one in above if one.subject != one.issuer),
        root=root,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        organisation=organisation,
        siren=siren,
        email=_email(certificate),
        token=token,
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
