from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.errors import ExitCode, FileMissingError
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.pades import sign_pdf
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.trust_roots import ServiceKind, Trust
from coffre_cli.signing.trustlist import TrustedListError, read_trusted_list
from coffre_cli.signing.validation import verify_pdf

SERVICE = """<TSPService><ServiceInformation>
<ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/{kind}</ServiceTypeIdentifier>
<ServiceName><Name xml:lang="fr">Service {kind}</Name></ServiceName>
<ServiceDigitalIdentity><DigitalId><X509Certificate>{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/{status}</ServiceStatus>
<StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime>
</ServiceInformation></TSPService>"""


def trusted_list(*services: str, before: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><SchemeInformation>
<SchemeTerritory>FR</SchemeTerritory><NextUpdate><dateTime>2027-05-01T00:00:00Z</dateTime></NextUpdate>
</SchemeInformation><TrustServiceProviderList><TrustServiceProvider>
<TSPInformation><TSPName><Name xml:lang="fr">Prestataire d'essai</Name></TSPName></TSPInformation>
<TSPServices>{"".join(services)}</TSPServices>
</TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"""


def service(root: LocalRoot, kind: str = "CA/QC", status: str = "granted") -> str:
    certificate = base64.encodebytes(root.certificate).decode()
    return SERVICE.format(kind=kind, status=status, certificate=certificate)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_granted_services_are_read_and_others_left_out(tmp_path: Path, root: LocalRoot) -> None:
    text = trusted_list(
        service(root), service(root, "TSA/QTST"), service(root, status="withdrawn"), service(root, "Archiv")
    )
    found = read_trusted_list(written(tmp_path / "fr.xml", text))
    assert [one.kind for one in found.services] == [ServiceKind.CERTIFICATES, ServiceKind.TIMESTAMPS]
    assert found.services[0].provider == "Prestataire d'essai"
    assert (found.territory, found.next_update) == ("FR", datetime(2027, 5, 1, tzinfo=UTC))


def test_a_listed_authority_can_be_trusted(
    tmp_path: Path, root: LocalRoot, contract: Path, alice: Identity, now: datetime
) -> None:
    sign_pdf(contract, contract, alice, SigningRequest(now, level=Level.B))
    found = read_trusted_list(written(tmp_path / "fr.xml", trusted_list(service(root))))
    trust = Trust(imported=tuple(one.certificate for one in found.services))
    assert verify_pdf(contract, trust, at=now).exit_code is ExitCode.DONE


@pytest.mark.parametrize(
    "text",
    ["", "bonjour", "<html/>", trusted_list(before='<!DOCTYPE x [<!ENTITY a "aaaa">]>')],
    ids=["empty", "words", "another", "entities"],
)
def test_what_is_no_trusted_list_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(TrustedListError):
        read_trusted_list(written(tmp_path / "fr.xml", text))


def test_a_missing_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError):
        read_trusted_list(tmp_path / "fr.xml")
