"""A trusted list of the European Union, read from a file (ETSI TS 119 612): who may issue what, and since when.

The list's own XML signature is not verified: whoever imports the file vouches for it. Entities and document types are
refused before parsing. A service counts for the times at which its status was `granted` (or, before July 2016, one of
the words that meant the same), its history included.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from coffre_cli.errors import CoffreError, ExitCode, FileMissingError, FileUnreadableError
from coffre_cli.i18n import N_
from coffre_cli.signing.qualifications import qualifications, types
from coffre_cli.signing.trust_roots import ListedService, ServiceKind

LARGEST = 64 << 20
"""Bytes; the largest national list has 12 MB."""
_TSL = "{http://uri.etsi.org/02231/v2#}"
_GRANTED = frozenset({"granted", "undersupervision", "supervisionincessation", "accredited"})
_TYPES = "http://uri.etsi.org/TrstSvc/Svctype/"


class TrustedListError(CoffreError):
    """The file is not a trusted list that can be read."""

    exit_code = ExitCode.UNREADABLE
    message = N_("{path} is not a trusted list that can be read: {reason}.")
    hint = N_("Lists are XML files; the list of lists of the European Union names them.")


_KINDS = {f"{_TYPES}CA/QC": ServiceKind.CERTIFICATES, f"{_TYPES}TSA/QTST": ServiceKind.TIMESTAMPS}


@dataclass(frozen=True, slots=True)
class TrustedList:
    """A list as it was when the file was made."""

    territory: str
    next_update: datetime | None
    """After this moment the file is out of date."""
    services: tuple[ListedService, ...]


def read_trusted_list(path: Path) -> TrustedList:
    """Return the services that the list in *path* grants, or granted.

    Raises:
        FileMissingError: There is no such file.
        FileUnreadableError: The system refuses to read it.
        TrustedListError: It is not a trusted list.
    """
    data = _bytes(path)
    if len(data) > LARGEST or b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise TrustedListError(path=path, reason=N_("document type"))
    try:
        root = ET.fromstring(data)  # noqa: S314 - document types and entities are refused just above
    except ET.ParseError as error:
        raise TrustedListError(path=path, reason=str(error)) from error
    if root.tag != f"{_TSL}TrustServiceStatusList":
        raise TrustedListError(path=path, reason=root.tag[:80])
    territory = _text(root, "SchemeInformation/SchemeTerritory")
    update = _moment(_text(root, "SchemeInformation/NextUpdate/dateTime"))
    return TrustedList(territory, update, tuple(_services(root, territory)))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissingError(path=path, reason="") from error
    except OSError as error:
        raise FileUnreadableError(path=path, reason=error.strerror or str(error)) from error


def _services(root: ET.Element, territory: str) -> Iterator[ListedService]:
    for provider in root.iterfind(_path("TrustServiceProviderList/TrustServiceProvider")):
        named = _text(provider, "TSPInformation/TSPName/Name")
        for service in provider.iterfind(_path("TSPServices/TSPService")):
            yield from _service(service, named, territory)


def _service(service: ET.Element, provider: str, territory: str) -> Iterator[ListedService]:
    information = service.find(_path("ServiceInformation"))
    if information is None:
        return
    certificates = tuple(_certificates(information))
    until: datetime | None = None
    for state in (information, *service.iterfind(_path("ServiceHistory/ServiceHistoryInstance"))):
        kind = _KINDS.get(_text(state, "ServiceTypeIdentifier"))
        since = _moment(_text(state, "StatusStartingTime"))
        if since is None:
            return
        if kind is not None and _text(state, "ServiceStatus").rsplit("/", 1)[-1] in _GRANTED:
            name = _text(state, "ServiceName/Name")
            told = types(state), qualifications(state)
            for certificate in certificates:
                yield ListedService(kind, provider, name, territory, since, until, certificate, *told)
        until = since


def _certificates(information: ET.Element) -> Iterator[bytes]:
    for element in information.iterfind(_path("ServiceDigitalIdentity/DigitalId/X509Certificate")):
        with contextlib.suppress(binascii.Error):
            yield base64.b64decode("".join((element.text or "").split()), validate=True)


def _path(steps: str) -> str:
    return "/".join(f"{_TSL}{step}" for step in steps.split("/"))


def _text(element: ET.Element, steps: str) -> str:
    return (element.findtext(_path(steps)) or "").strip()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
