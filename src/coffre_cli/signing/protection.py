"""Until when signatures stay verifiable by what protects them now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from coffre_cli.signing.cms import UnsupportedSignatureError, signer_certificate
from coffre_cli.signing.signature import Reading
from coffre_cli.signing.verdict import Integrity


def protected_until(readings: Iterable[Reading]) -> datetime | None:
    """Return when the certificate of the last document timestamp ends, else the first one of those that sign.

    A signature with a timestamp of its own lasts as long as the authority that dated it.
    """
    good = [reading for reading in readings if reading.integrity is Integrity.INTACT]
    stamps = [end for reading in good if reading.is_timestamp and (end := _end(reading)) is not None]
    if stamps:
        return max(stamps)
    return min((end for reading in good if (end := _end(reading)) is not None), default=None)


def _end(reading: Reading) -> datetime | None:
    crypto = reading.cryptography
    if crypto is None:
        return None
    try:
        certificate = crypto.certificate if crypto.token is None else signer_certificate(crypto.token)
    except UnsupportedSignatureError:
        certificate = crypto.certificate
    end: datetime = certificate.not_valid_after
    return end.astimezone(UTC)
