"""The validation data that a document carries: its security store, and what its signatures embed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from asn1crypto import cms, core
from pyhanko.sign.general import find_unique_cms_attribute

from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import Dictionary, Stream, dictionary_at, elements, raw, resolve
from coffre_cli.signing.trust import Evidence, load_certificates


def document_evidence(document: Document) -> Evidence:
    """Return what the document security store holds (ISO 32000-2, 12.8.4.3); unreadable parts are left out."""
    store = dictionary_at(document.root, "/DSS")
    if store is None:
        return Evidence()
    return Evidence(
        certificates=load_certificates(_streams(store, "/Certs")),
        ocsps=tuple(_streams(store, "/OCSPs")),
        crls=tuple(_streams(store, "/CRLs")),
    )


def with_signature(evidence: Evidence, signed: cms.SignedData) -> Evidence:
    """Add the certificates of *signed* and the revocation data among its signed attributes to *evidence*."""
    certificates = (choice.chosen for choice in signed["certificates"] or () if choice.name == "certificate")
    ocsps, crls = _embedded(signed["signer_infos"][0])
    return Evidence(
        certificates=(*evidence.certificates, *certificates),
        ocsps=(*evidence.ocsps, *ocsps),
        crls=(*evidence.crls, *crls),
    )


def _streams(store: Dictionary, key: str) -> Iterable[bytes]:
    for item in elements(raw(store, key)):
        with contextlib.suppress(Exception):  # a stream that cannot be decoded tells nothing
            found = resolve(item)
            if isinstance(found, Stream):
                yield found.data


def _embedded(info: cms.SignerInfo) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    attributes = info["signed_attrs"]
    if attributes is core.VOID:
        return (), ()
    try:
        archival = find_unique_cms_attribute(attributes, "adobe_revocation_info_archival")
    except Exception:  # noqa: BLE001 - absent, or unreadable: nothing to rely on
        return (), ()
    return _dumped(archival["ocsp"]), _dumped(archival["crl"])


def _dumped(items: Iterable[core.Asn1Value]) -> tuple[bytes, ...]:
    return tuple(item.dump() for item in items or ())
