from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from coffre_cli.signing.certificates import OrganisationRequest, make_identity
from coffre_cli.signing.errors import (
    CertificateFileError,
    CertificatePasswordError,
    IdentityExpiredError,
    WeakCertificateError,
)
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.pkcs12 import export_pkcs12, import_pkcs12


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
