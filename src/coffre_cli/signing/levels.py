"""The level that a signature reached (ETSI EN 319 142-1: B-B, B-T, B-LT, B-LTA)."""

from __future__ import annotations

from collections.abc import Iterable

from coffre_cli.signing.evidence import with_signature
from coffre_cli.signing.signature import Reading
from coffre_cli.signing.trust import Evidence
from coffre_cli.signing.verdict import Integrity

DOCUMENT_TIMESTAMP = "DTS"
_PADES = "/ETSI.CAdES.detached"


def level_of(reading: Reading, readings: Iterable[Reading], evidence: Evidence) -> str | None:
    """Return the level of *reading* among all *readings* of a document that carries *evidence*."""
    if reading.is_timestamp:
        return DOCUMENT_TIMESTAMP
    if reading.cryptography is None or reading.coverage is None:
        return None
    prefix = "B" if reading.subfilter == _PADES else "PKCS7"
    if prefix == "PKCS7" and reading.cryptography.token is None:
        return "PKCS7-B"
    dated_later = any(
        other.is_timestamp
        and other.integrity is Integrity.INTACT
        and other.coverage is not None
        and other.coverage.end > reading.coverage.end
        for other in readings
    )
    carried = with_signature(evidence, reading.cryptography.signed_data)
    has_data = bool(evidence.certificates) or carried.tells_revocation
    if dated_later and has_data:
        return f"{prefix}-LTA"
    if reading.cryptography.token is None and not dated_later:
        return f"{prefix}-B"
    return f"{prefix}-LT" if has_data else f"{prefix}-T"
