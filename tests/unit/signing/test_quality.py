"""The legal level of a signature: said only where a trusted list says it, for the moment that counts."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.sign.ades.qualified_asn1 import QcCertificateType, QcStatements

from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.listfile import from_text, to_text
from coffre_cli.signing.pades import sign_pdf
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.trustlist import read_trusted_list
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import LegalLevel, SignatureKind, SignatureVerdict
from tests.unit.signing.documents import letter

COMPLIANCE, DEVICE, FOR_SIGNATURES, FOR_SEALS = "1.1", "1.4", "1.6.1", "1.6.2"
QUALIFIED_POLICY = "1.2.250.1.999.1"
EXTENSION = (
    """<ServiceInformationExtensions><Extension Critical="true">{inner}</Extension></ServiceInformationExtensions>"""
)
QUALIFICATION = """<Qualifications xmlns="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#">
<QualificationElement><Qualifiers>
<Qualifier uri="http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{qualifier}"/></Qualifiers>
<CriteriaList assert="{combined}">{criteria}</CriteriaList></QualificationElement></Qualifications>"""
POLICY = f"""<PolicySet><PolicyIdentifier><Identifier xmlns="http://uri.etsi.org/01903/v1.3.2#">{QUALIFIED_POLICY}</Identifier>
</PolicyIdentifier></PolicySet>"""
USAGE = """<KeyUsage><KeyUsageBit name="nonRepudiation">true</KeyUsageBit></KeyUsage>"""
STRANGE = """<ExtendedKeyUsage xmlns="urn:other"/>"""


def limited_to(kind: str) -> str:
    uri = f"http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{kind}"
    return EXTENSION.format(
        inner=f"<AdditionalServiceInformation><URI xml:lang='en'>{uri}</URI></AdditionalServiceInformation>"
    )


def qualified(qualifier: str, criteria: str = POLICY, combined: str = "all") -> str:
    return EXTENSION.format(inner=QUALIFICATION.format(qualifier=qualifier, combined=combined, criteria=criteria))


def trusted_list(
    root: LocalRoot, extensions: str = "", *, status: str = "granted", since: str = "2020-01-01", history: str = ""
) -> str:
    certificate = base64.b64encode(root.certificate).decode()
    return f"""<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#">
<SchemeInformation><SchemeTerritory>FR</SchemeTerritory></SchemeInformation><TrustServiceProviderList>
<TrustServiceProvider><TSPInformation><TSPName><Name>Prestataire</Name></TSPName></TSPInformation><TSPServices><TSPService>
<ServiceInformation><ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>
<ServiceName><Name>AC</Name></ServiceName>
<ServiceDigitalIdentity><DigitalId><X509Certificate>{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/{status}</ServiceStatus>
<StatusStartingTime>{since}T00:00:00Z</StatusStartingTime>{extensions}</ServiceInformation>{history}
</TSPService></TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"""


HISTORY = """<ServiceHistory><ServiceHistoryInstance>
<ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>
<ServiceName><Name>AC</Name></ServiceName>
<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>
<StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime></ServiceHistoryInstance></ServiceHistory>"""


def qc_statements(*names: str) -> bytes:
    """Return the DER of these statements, by the end of their numbers under 0.4.0.1862."""
    types = [f"0.4.0.1862.{name}" for name in names if name.startswith("1.6.")]
    found = [{"statement_id": f"0.4.0.1862.{name}"} for name in names if not name.startswith("1.6.")]
    if types:
        found.append({"statement_id": "0.4.0.1862.1.6", "statement_info": QcCertificateType(types)})
    written: bytes = QcStatements(found).dump()
    return written


def holder(alice: Identity, root: LocalRoot, *statements: str, organisation: bool = False) -> Identity:
    """Return *alice*'s key with a certificate of *root* that makes these statements."""
    key = serialization.load_der_private_key(alice.key, password=None)
    issuer = x509.load_der_x509_certificate(root.certificate)
    issuing = serialization.load_der_private_key(root.key, password=None)
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(issuing, ec.EllipticCurvePrivateKey)):
        raise TypeError(type(key).__name__)
    names = [(NameOID.COMMON_NAME, "Odile")]
    names += [(NameOID.ORGANIZATION_IDENTIFIER, "NTRFR-732829320")] if organisation else [(NameOID.SURNAME, "Roy")]
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    policy = x509.PolicyInformation(x509.ObjectIdentifier(QUALIFIED_POLICY), None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, value) for oid, value in names]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(11)
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(usage, critical=True)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
    )
    if statements:
        oid = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, qc_statements(*statements)), critical=False)
    certificate = builder.sign(issuing, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return replace(alice, certificate=certificate)


def judged(path: Path, identity: Identity, text: str, now: datetime) -> SignatureVerdict:
    """Return the verdict on a letter signed by *identity*, with the list *text* imported and kept."""
    path.with_suffix(".xml").write_text(text, "utf-8")
    kept = from_text(to_text(read_trusted_list(path.with_suffix(".xml"))))
    path.write_bytes(letter("Contrat"))
    sign_pdf(path, path, identity, SigningRequest(now, level=Level.B))
    return verify_pdf(path, Trust(listed=kept.services), at=now).signatures[0]


ALL = (COMPLIANCE, DEVICE, FOR_SIGNATURES)
NOT = LegalLevel.NOT_QUALIFIED


@pytest.mark.parametrize(
    ("statements", "extensions", "level"),
    [
        (ALL, "", LegalLevel.QUALIFIED),
        (ALL, limited_to("ForeSignatures"), LegalLevel.QUALIFIED),
        (ALL, limited_to("ForeSeals"), NOT),
        ((COMPLIANCE, FOR_SIGNATURES), "", LegalLevel.ADVANCED),
        ((DEVICE,), "", NOT),
        ((), "", NOT),
        ((COMPLIANCE, FOR_SIGNATURES), qualified("QCWithQSCD"), LegalLevel.QUALIFIED),
        ((COMPLIANCE, FOR_SIGNATURES), qualified("QCWithQSCD", USAGE), LegalLevel.QUALIFIED),
        ((COMPLIANCE, FOR_SIGNATURES), qualified("QCWithQSCD", combined="none"), LegalLevel.ADVANCED),
        (ALL, qualified("QCNoQSCD"), LegalLevel.ADVANCED),
        (ALL, qualified("NotQualified"), NOT),
        (ALL, qualified("NotQualified", STRANGE), None),
        (ALL, qualified("QCSomethingNew"), None),
        (ALL, qualified("QCForESeal"), NOT),
        ((), qualified("QCStatement"), LegalLevel.ADVANCED),
    ],
)
def test_the_level_of_a_signature_is_what_its_list_says(
    statements: tuple[str, ...], extensions: str, level: LegalLevel | None,
    alice: Identity, root: LocalRoot, tmp_path: Path, now: datetime,
) -> None:  # fmt: skip
    found = judged(tmp_path / "a.pdf", holder(alice, root, *statements), trusted_list(root, extensions), now)
    assert found.signer is not None
    assert found.signer.trusted
    assert (found.kind, found.legal_level) == (SignatureKind.SIGNATURE, level)


def test_a_seal_is_one_by_what_its_certificate_is_for(
    alice: Identity, root: LocalRoot, tmp_path: Path, now: datetime
) -> None:
    identity = holder(alice, root, COMPLIANCE, DEVICE, FOR_SEALS)
    found = judged(tmp_path / "a.pdf", identity, trusted_list(root), now)
    assert (found.kind, found.legal_level) == (SignatureKind.SEAL, LegalLevel.QUALIFIED)


def test_without_a_list_nothing_is_said(alice: Identity, root: LocalRoot, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(letter("Contrat"))
    sign_pdf(path, path, holder(alice, root, *ALL), SigningRequest(now, level=Level.B))
    assert verify_pdf(path, Trust(own=(root.certificate,)), at=now).signatures[0].legal_level is None


def test_a_service_counts_while_it_is_granted(alice: Identity, root: LocalRoot, tmp_path: Path, now: datetime) -> None:
    identity = holder(alice, root, *ALL)
    late = judged(tmp_path / "a.pdf", identity, trusted_list(root, since="2026-12-01"), now)
    assert (late.legal_level, late.signer is not None and late.signer.trusted) == (None, False)
    gone = trusted_list(root, status="withdrawn", since="2026-11-20", history=HISTORY)
    assert judged(tmp_path / "a.pdf", identity, gone, now).legal_level is None
    going = trusted_list(root, status="withdrawn", since="2026-12-01", history=HISTORY)
    assert judged(tmp_path / "a.pdf", identity, going, now).legal_level is LegalLevel.QUALIFIED


def test_a_list_is_kept_as_it_was_read(root: LocalRoot, tmp_path: Path) -> None:
    path = tmp_path / "fr.xml"
    path.write_text(trusted_list(root, qualified("QCNoQSCD", POLICY + USAGE), history=HISTORY), "utf-8")
    found = read_trusted_list(path)
    assert from_text(to_text(found)) == found
    assert found.services[1].granted_until == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "coffre.kept-list/1"}'])
def test_what_was_not_kept_by_us_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)
