from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from coffre_cli.errors import ExitCode, FileMissingError
from coffre_cli.signing.certificates import OrganisationRequest, make_identity
from coffre_cli.signing.errors import (
    CertificateFileError,
    CertificatePasswordError,
    IdentityExpiredError,
    NotForSigningError,
    WeakCertificateError,
)
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.pkcs12 import export_pkcs12, import_pkcs12, look_at_pkcs12
from coffre_cli.signing.received import USAGES


def stored(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "identity.p12"
    path.write_bytes(data)
    return path


def test_what_is_exported_comes_back(tmp_path: Path, alice: Identity, workshop: Identity, now: datetime) -> None:
    for identity in (alice, workshop):
        path = stored(tmp_path, export_pkcs12(identity, "grain de sel"))
        again = import_pkcs12(path, "grain de sel", now=now)
        assert again == dataclasses.replace(identity, organisation=again.organisation)


def test_the_wrong_password_is_told_from_a_damaged_file(tmp_path: Path, alice: Identity, now: datetime) -> None:
    path = stored(tmp_path, export_pkcs12(alice, "grain de sel"))
    with pytest.raises(CertificatePasswordError):
        import_pkcs12(path, "poivre", now=now)
    with pytest.raises(CertificateFileError):
        import_pkcs12(stored(tmp_path, b"not a certificate"), "poivre", now=now)


def test_an_expired_certificate_is_refused(tmp_path: Path, alice: Identity, now: datetime) -> None:
    path = stored(tmp_path, export_pkcs12(alice, "x"))
    with pytest.raises(IdentityExpiredError):
        import_pkcs12(path, "x", now=now + timedelta(days=365 * 10))


def test_a_short_rsa_key_is_refused(tmp_path: Path, now: datetime) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the weak key is the point
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Vieux")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=9))
    data = pkcs12.serialize_key_and_certificates(
        None, key, builder.sign(key, hashes.SHA256()), None, serialization.NoEncryption()
    )
    with pytest.raises(WeakCertificateError):
        import_pkcs12(stored(tmp_path, data), "", now=now)


def test_a_long_organisation_name_does_not_break_its_certificate(root: LocalRoot, now: datetime) -> None:
    name = "Syndicat des copropriétaires de la résidence du Parc des Tilleuls argentés et du Moulin"
    identity = make_identity(OrganisationRequest(name), root, now=now, random=lambda count: b"\x07" * count)
    assert identity.organisation == name


@pytest.mark.parametrize("siren", ["732829320", None])
def test_an_organisation_that_is_taken_out_and_in_again_is_one(
    root: LocalRoot, now: datetime, tmp_path: Path, siren: str | None
) -> None:
    made = make_identity(OrganisationRequest("Amicale", siren), root, now=now, random=lambda count: b"\x07" * count)
    again = import_pkcs12(stored(tmp_path, export_pkcs12(made, "secret")), "secret", now=now)
    assert (again.kind, again.name) == (made.kind, made.name)


def made_for(now: datetime, *extensions: x509.ExtensionType) -> bytes:
    """Return a PKCS#12 file, without a password, of a self-made certificate with these *extensions*."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Serveur")])
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Autorité")])
    builder = x509.CertificateBuilder(issuer, name, key.public_key(), 1, now, now + timedelta(days=9))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(None, key, certificate, None, serialization.NoEncryption())


def usage(**granted: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**dict.fromkeys((*USAGES, "encipher_only", "decipher_only"), False) | granted)


EXTENDED = ExtendedKeyUsageOID


@pytest.mark.parametrize(
    ("extension", "told"),
    [
        (usage(key_encipherment=True), "key encipherment"),
        (usage(), "none"),
        (x509.ExtendedKeyUsage([EXTENDED.SERVER_AUTH]), "serverAuth"),
        (x509.ExtendedKeyUsage([EXTENDED.TIME_STAMPING]), "timeStamping"),
        (x509.BasicConstraints(ca=True, path_length=None), "certificate authority"),
    ],
    ids=["encipherment", "nothing", "server", "timestamps", "authority"],
)
def test_a_certificate_made_for_something_else_is_refused_with_what_it_is_for(
    extension: x509.ExtensionType, told: str, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(NotForSigningError) as caught:
        import_pkcs12(stored(tmp_path, made_for(now, extension)), "", now=now)
    assert caught.value.facts == {"name": "Serveur", "usage": told}
    assert caught.value.exit_code is ExitCode.NOT_ALLOWED


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (usage(digital_signature=True),),
        (usage(content_commitment=True), x509.ExtendedKeyUsage([EXTENDED.EMAIL_PROTECTION, EXTENDED.CLIENT_AUTH])),
    ],
    ids=["silent", "signature", "e-mail"],
)
def test_a_certificate_that_may_sign_is_taken(
    extensions: tuple[x509.ExtensionType, ...], tmp_path: Path, now: datetime
) -> None:
    assert import_pkcs12(stored(tmp_path, made_for(now, *extensions)), "", now=now).name == "Serveur"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"-----BEGIN CERTIFICATE-----\n", b"\x30\x03\x02\x01\x03"])
def test_what_is_no_pkcs12_is_told_before_anybody_types_a_password(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(CertificateFileError):
        look_at_pkcs12(stored(tmp_path, data))


def test_a_pkcs12_file_is_seen_without_its_password(tmp_path: Path, alice: Identity) -> None:
    look_at_pkcs12(stored(tmp_path, export_pkcs12(alice, "grain de sel")))
    with pytest.raises(FileMissingError):
        look_at_pkcs12(tmp_path / "none.p12")
