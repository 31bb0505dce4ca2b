"""Certificates made at first use: one root per vault, one certificate per person or organisation.

Rules: RFC 5280; EN 319 412-2 and -3 for the subject's names (`NTRFR-<SIREN>`); no QCStatements, which only a
qualified provider may assert; KeyUsage digitalSignature + contentCommitment, critical; EKU documentSigning
(RFC 9336) and emailProtection, which older readers want; random serial numbers of 159 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from coffre_cli.model import RandomBytes
from coffre_cli.signing.errors import KeyOnTokenError, NamelessError
from coffre_cli.signing.identity import Identity, IdentityKind, KeyKind, LocalRoot
from coffre_cli.signing.siren import checked_siren

ROOT_LIFETIME = timedelta(days=365 * 25)
LEAF_LIFETIME = timedelta(days=365 * 3)
CLOCK_TOLERANCE = timedelta(hours=1)
"""Readers whose clock is late must not find a new certificate to be of the future."""
RSA_BITS = 3072
SERIAL_BYTES = 20
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SCALAR_BYTES = 48
"""384 bits reduced modulo a 256-bit order leave no measurable bias (FIPS 186-5, A.2.1)."""
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ORGANISATION_IDENTIFIER = NameOID.ORGANIZATION_IDENTIFIER
COMMON_NAME_LIMIT = 64
"""Upper bound of a common name in RFC 5280, appendix A."""

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """What the certificate of a natural person says."""

    given_name: str
    surname: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class OrganisationRequest:
    """What the certificate of a legal person says."""

    name: str
    siren: str | None = None
    email: str | None = None


def split_name(full_name: str) -> PersonRequest:
    """Read « Alice Marie Martin » as given names and a surname: the last word is the surname."""
    given, _, surname = " ".join(full_name.split()).rpartition(" ")
    return PersonRequest(given_name=given, surname=surname)


def make_root(vault_name: str, *, now: datetime, random: RandomBytes, key_kind: KeyKind = KeyKind.P256) -> LocalRoot:
    """Make the root that will issue the identities of one vault."""
    key = _make_key(key_kind, random)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, fitting(f"coffre {vault_name}"))])
    builder = _builder(name, name, key, now, now + ROOT_LIFETIME, random)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=True), critical=True)
    return LocalRoot(_signed(builder, key), _pkcs8(key))


def make_identity(
    request: PersonRequest | OrganisationRequest,
    root: LocalRoot,
    *,
    now: datetime,
    random: RandomBytes,
    key_kind: KeyKind = KeyKind.P256,
) -> Identity:
    """Make a key and have its certificate issued by *root*.

    Raises:
        InvalidSirenError: The organisation's number is not a SIREN.
        NamelessError: There is no name to put into it.
    """
    if not (request.surname or request.given_name if isinstance(request, PersonRequest) else request.name).strip():
        raise NamelessError
    issuer = x509.load_der_x509_certificate(root.certificate)
    key = _make_key(key_kind, random)
    end = min(now + LEAF_LIFETIME, issuer.not_valid_after_utc)
    certificate = _signed(_leaf(request, issuer, key, now, end, random), _load_key(root.key))
    loaded = x509.load_der_x509_certificate(certificate)
    is_person = isinstance(request, PersonRequest)
    return Identity(
        kind=IdentityKind.PERSON if is_person else IdentityKind.ORGANISATION,
        name=common_name(loaded),
        certificate=certificate,
        key=_pkcs8(key),
        chain=(),
        root=root.certificate,
        not_before=loaded.not_valid_before_utc,
        not_after=loaded.not_valid_after_utc,
        organisation=None if isinstance(request, PersonRequest) else request.name,
        siren=None if isinstance(request, PersonRequest) or not request.siren else checked_siren(request.siren),
        email=request.email,
    )


def renewed(identity: Identity, root: LocalRoot, *, now: datetime, random: RandomBytes) -> Identity:
    """Return *identity* with a new key of the same kind and a new certificate from *root*.

    Raises:
        KeyOnTokenError: The key is on a token.
    """
    if identity.token is not None:
        raise KeyOnTokenError(name=identity.name)
    rsa_key = isinstance(_load_key(identity.key), rsa.RSAPrivateKey)
    kind = KeyKind.RSA3072 if rsa_key else KeyKind.P256
    return make_identity(_request_of(identity), root, now=now, random=random, key_kind=kind)


def key_words(certificate: bytes) -> str:
    """Return what the key of *certificate* (DER) is: `P-256`, `RSA 3072`."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"P-{key.key_size}"
    return type(key).__name__


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name, else its whole name."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()


def fitting(text: str) -> str:
    """Return as much of *text* as a certificate's name holds: 64 bytes of UTF-8."""
    return text.encode()[:COMMON_NAME_LIMIT].decode(errors="ignore").strip()


def _request_of(identity: Identity) -> PersonRequest | OrganisationRequest:
    if identity.kind is IdentityKind.ORGANISATION:
        return OrganisationRequest(identity.organisation or identity.name, identity.siren, identity.email)
    subject = x509.load_der_x509_certificate(identity.certificate).subject
    given = subject.get_attributes_for_oid(NameOID.GIVEN_NAME)
    surname = subject.get_attributes_for_oid(NameOID.SURNAME)
    if not surname:
        guessed = split_name(identity.name)
        return PersonRequest(guessed.given_name, guessed.surname, identity.email)
    return PersonRequest(str(given[0].value) if given else "", str(surname[0].value), identity.email)


def _leaf(
    request: PersonRequest | OrganisationRequest,
    issuer: x509.Certificate,
    key: PrivateKey,
    now: datetime,
    end: datetime,
    random: RandomBytes,
) -> x509.CertificateBuilder:
    builder = _builder(_subject(request), issuer.subject, key, now, end, random)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    usages = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    issuer_key = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key)
    builder = builder.add_extension(authority, critical=False)
    if request.email:
        names = x509.SubjectAlternativeName([x509.RFC822Name(request.email)])
        builder = builder.add_extension(names, critical=False)
    return builder


def _subject(request: PersonRequest | OrganisationRequest) -> x509.Name:
    if isinstance(request, PersonRequest):
        return _person_subject(request)
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, fitting(request.name)),
    ]
    if request.siren:
        identifier = f"NTRFR-{checked_siren(request.siren)}"
        attributes.append(x509.NameAttribute(ORGANISATION_IDENTIFIER, identifier))
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, fitting(request.name)))
    return x509.Name(attributes)


def _person_subject(request: PersonRequest) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")]
    if request.given_name:
        attributes.append(x509.NameAttribute(NameOID.GIVEN_NAME, fitting(request.given_name)))
    if request.surname:
        attributes.append(x509.NameAttribute(NameOID.SURNAME, fitting(request.surname)))
    full = f"{request.given_name} {request.surname}".strip()
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, fitting(full)))
    return x509.Name(attributes)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, now: datetime, end: datetime, random: RandomBytes
) -> x509.CertificateBuilder:
    serial = int.from_bytes(random(SERIAL_BYTES)) >> 1 or 1
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    builder = builder.serial_number(serial).not_valid_before(now - CLOCK_TOLERANCE).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _make_key(kind: KeyKind, random: RandomBytes) -> PrivateKey:
    if kind is KeyKind.RSA3072:
        return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    scalar = int.from_bytes(random(SCALAR_BYTES)) % (P256_ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def _load_key(pkcs8: bytes) -> PrivateKey:
    key = serialization.load_der_private_key(pkcs8, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError(type(key).__name__)
    return key


def _signed(builder: x509.CertificateBuilder, key: PrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _pkcs8(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
