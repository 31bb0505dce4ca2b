"""Cards for tests, played by SoftHSM: their tokens lie in a folder of the test."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from coffre_cli.signing.cryptoki import tokens_of
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.modules import present_modules
from coffre_cli.signing.token import FoundToken, Wanted, found_modules, identity_on_token

if TYPE_CHECKING:
    from pkcs11 import Session

PIN = "246813"
LABEL = "Carte de test"


@dataclass(frozen=True)
class Card:
    """A token, the module that reaches it, and what is on it."""

    module: Path
    found: FoundToken

    def wanted(self, key_id: str) -> Wanted:
        return Wanted(key_id, self.module)

    def identity(self, key_id: str, now: datetime) -> Identity:
        return identity_on_token(self.wanted(key_id), now=now)


@contextlib.contextmanager
def plugged_in(
    folder: Path, keys: Iterable[tuple[str, Identity]], others: Iterable[tuple[str, bytes]]
) -> Iterator[Card]:
    """Plug in a token with keys and their certificates, and other certificates; labels tell nothing apart."""
    import pkcs11

    keys = list(keys)
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n", "utf-8")
    module = next(module.path for module in present_modules() if module.name == "SoftHSM")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        _softhsm("--init-token", "--free", "--label", LABEL, "--so-pin", "97531", "--pin", PIN)
        for key_id, identity in keys:
            pem = folder / "key.pem"
            key = serialization.load_der_private_key(identity.key, password=None)
            form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            pem.write_bytes(key.private_bytes(*form))
            _softhsm("--import", str(pem), "--token", LABEL, "--label", "clef", "--id", key_id, "--pin", PIN)
        ((_, token),) = tokens_of(module)
        with token.open(rw=True, user_pin=PIN) as session:
            for key_id, der in (*((key_id, identity.certificate) for key_id, identity in keys), *others):
                _store(session, der, key_id)
        (found,) = found_modules(module)
        yield Card(module, found.tokens[0])
        pkcs11.unload(str(module))


def authority_below(root: LocalRoot) -> LocalRoot:
    """Return an authority below *root*, as those of cards are."""
    key = ec.generate_private_key(ec.SECP256R1())
    above = x509.load_der_x509_certificate(root.certificate)
    signer = serialization.load_der_private_key(root.key, password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(type(signer).__name__)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder(
            above.subject,
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Autorité des cartes")]),
            key.public_key(),
            77,
            above.not_valid_before_utc,
            above.not_valid_after_utc,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    pkcs8 = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return LocalRoot(certificate.public_bytes(der), pkcs8)


def _softhsm(*words: str) -> None:
    done = subprocess.run(["softhsm2-util", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stdout + done.stderr)


def _store(session: Session, der: bytes, key_id: str) -> None:
    import pkcs11

    certificate = x509.load_der_x509_certificate(der)
    serial = certificate.serial_number
    session.create_object(
        {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.PRIVATE: False,
            pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
            pkcs11.Attribute.ISSUER: certificate.issuer.public_bytes(),
            pkcs11.Attribute.SERIAL_NUMBER: serial.to_bytes(serial.bit_length() // 8 + 1),
            pkcs11.Attribute.VALUE: der,
            pkcs11.Attribute.ID: bytes.fromhex(key_id),
            pkcs11.Attribute.LABEL: "certificat",
        }
    )
