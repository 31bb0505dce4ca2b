"""What a trusted list says of a service's certificates (ETSI TS 119 612, 5.5.9): extensions read from its XML."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from coffre_cli.signing.trust_roots import Criteria, Qualification

_TSL = "{http://uri.etsi.org/02231/v2#}"
_SIE = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_EXTENSIONS = f"{_TSL}ServiceInformationExtensions/{_TSL}Extension"
_COMBINATIONS = frozenset({"all", "atLeastOne", "none"})
_USAGES = {
    "digitalSignature": "digital_signature", "nonRepudiation": "non_repudiation",
    "keyEncipherment": "key_encipherment", "dataEncipherment": "data_encipherment", "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign", "crlSign": "crl_sign", "encipherOnly": "encipher_only",
    "decipherOnly": "decipher_only",
}  # fmt: skip


def types(state: ET.Element) -> tuple[str, ...]:
    """Return to which certificates the service is limited: those for signatures, for seals, for web sites."""
    uris = state.iterfind(f"{_EXTENSIONS}/{_TSL}AdditionalServiceInformation/{_TSL}URI")
    return tuple(_last_word(uri.text) for uri in uris)


def qualifications(state: ET.Element) -> tuple[Qualification, ...]:
    """Return the qualifications of the service in this *state*."""
    return tuple(_qualifications(state))


def _qualifications(state: ET.Element) -> Iterator[Qualification]:
    for element in state.iterfind(f"{_EXTENSIONS}/{_SIE}Qualifications/{_SIE}QualificationElement"):
        found = element.iterfind(f"{_SIE}Qualifiers/{_SIE}Qualifier")
        criteria = element.find(f"{_SIE}CriteriaList")
        unknown = Criteria("all", unknown=True)
        words = tuple(_last_word(one.get("uri")) for one in found)
        yield Qualification(words, unknown if criteria is None else _criteria(criteria))


def _criteria(element: ET.Element) -> Criteria:
    combined = element.get("assert") or ""
    known = {f"{_SIE}{name}" for name in ("PolicySet", "KeyUsage", "CriteriaList", "Description")}
    others = [child for child in element if child.tag not in known]
    return Criteria(
        combined,
        policies=tuple(_policies(child) for child in element.iterfind(f"{_SIE}PolicySet")),
        usages=tuple(_usages(child) for child in element.iterfind(f"{_SIE}KeyUsage")),
        below=tuple(_criteria(child) for child in element.iterfind(f"{_SIE}CriteriaList")),
        unknown=bool(others) or combined not in _COMBINATIONS,
    )


def _policies(element: ET.Element) -> tuple[str, ...]:
    identifiers = element.iterfind(f"{_SIE}PolicyIdentifier/{_XADES}Identifier")
    return tuple((one.text or "").strip().removeprefix("urn:oid:") for one in identifiers)


def _usages(element: ET.Element) -> tuple[tuple[str, bool], ...]:
    bits = element.iterfind(f"{_SIE}KeyUsageBit")
    return tuple((_USAGES.get(one.get("name") or "", "?"), (one.text or "").strip() in ("true", "1")) for one in bits)


def _last_word(uri: str | None) -> str:
    return (uri or "").strip().rsplit("/", 1)[-1]
