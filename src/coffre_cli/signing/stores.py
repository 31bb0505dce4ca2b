"""What later revisions may add unseen, looked at all the same: a security store must be one, metadata must be XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from coffre_cli.signing.objects import Array, Dictionary, Null, PdfObject, Stream, elements, entry, raw, resolve

_LISTS = frozenset({"/Certs", "/CRLs", "/OCSPs"})
_VRI_LISTS = frozenset({"/Cert", "/CRL", "/OCSP"})
_VRI_KEYS = _VRI_LISTS | {"/Type", "/TU", "/TS"}


def is_plain_store(store: PdfObject | None) -> bool:
    """Tell whether *store* is a document security store and nothing else (ISO 32000-2, 12.8.4.3)."""
    if not isinstance(store, Dictionary) or isinstance(store, Stream):
        return False
    if not set(store) <= _LISTS | {"/Type", "/VRI"}:
        return False
    if not all(_holds_streams(store, key) for key in _LISTS):
        return False
    related = entry(store, "/VRI")
    if related is None:
        return True
    return isinstance(related, Dictionary) and all(_is_related(related, key) for key in related if key != "/Type")


def is_plain_metadata(metadata: PdfObject | None) -> bool:
    """Tell whether *metadata* is absent, or a stream of XML without a document type."""
    if metadata is None:
        return True
    if not isinstance(metadata, Stream):
        return False
    try:
        data = metadata.data.strip(b"\0 \t\r\n")
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            return False
        ET.fromstring(data)  # noqa: S314 - document types and entities are refused just above
    except Exception:  # noqa: BLE001 - a stream that cannot be decoded, or that is no XML
        return False
    return True


def _is_related(related: Dictionary, key: str) -> bool:
    found = entry(related, key)
    if not isinstance(found, Dictionary) or not set(found) <= _VRI_KEYS:
        return False
    return all(_holds_streams(found, name) for name in _VRI_LISTS)


def _holds_streams(dictionary: Dictionary, key: str) -> bool:
    found = entry(dictionary, key)
    if found is None:
        return True
    items = (resolve(item) for item in elements(raw(dictionary, key)))
    return isinstance(found, Array) and all(isinstance(item, Stream | Null) for item in items)
