"""Prolong signatures: the data that validates them goes into the document, under a document timestamp.

ETSI EN 319 142-1, 5.4 and 5.5: the security store (DSS) gives B-LT, a timestamp over it B-LTA, to be renewed before the
authority's certificate ends. Both are appended in one revision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError
from pyhanko_certvalidator.errors import ValidationError as PathInvalidError

from coffre_cli.signing.cms import signer_certificate
from coffre_cli.signing.document import Document, opened
from coffre_cli.signing.errors import LevelUnreachableError, RevokedCertificateError, TimestampUnavailableError
from coffre_cli.signing.evidence import document_evidence, with_signature
from coffre_cli.signing.fields import filled, signature_fields
from coffre_cli.signing.signature import Reading, read_signature
from coffre_cli.signing.timestamp import TimestampAuthority
from coffre_cli.signing.trust import Evidence, load_certificates, name_of, publishes_revocations
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Integrity

if TYPE_CHECKING:
    from pyhanko_certvalidator.path import ValidationPath

DIGEST = "sha256"
TIMESTAMP_PREFIX = "Timestamp"


@dataclass(frozen=True, slots=True)
class Means:
    """With what a document is prolonged."""

    now: datetime
    trust: Trust
    fetch: bool
    """Whether revocation data may be fetched from where certificates say; the real clock counts then."""
    authority: TimestampAuthority | None
    """Without one the data is added (B-LT), and no timestamp."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    certificates: tuple[x509.Certificate, ...]
    evidence: Evidence


def validation_context(means: Means, evidence: Evidence) -> ValidationContext:
    """Return what certificates are judged by; responses fetched for one document serve the next."""
    return ValidationContext(
        trust_roots=list(load_certificates(means.trust.roots)),
        other_certs=evidence.certificates,
        allow_fetching=means.fetch,
        moment=None if means.fetch else means.now,
        ocsps=evidence.ocsps,
        crls=evidence.crls,
        revocation_mode="soft-fail",
    )


async def prolong(path: Path, file: BinaryIO, means: Means, *, lenient: bool) -> None:
    """Append validation data, and a document timestamp when there is an authority, to *file*, which is at *path*.

    Raises:
        LevelUnreachableError: A certificate leads to no trusted root, or its revocation cannot be told.
        RevokedCertificateError: A certificate was revoked.
        TimestampUnavailableError: The authority gave no timestamp.
    """
    gathered = _gather(path)
    context = validation_context(means, gathered.evidence)
    try:
        await _append(path, file, means, gathered, context, lenient=lenient)
    finally:
        await context.aclose()


async def _append(
    path: Path, file: BinaryIO, means: Means, gathered: _Gathered, context: ValidationContext, *, lenient: bool
) -> None:
    paths = [await _path(certificate, context) for certificate in gathered.certificates]
    writer = IncrementalPdfFileWriter(file, strict=not lenient)
    if means.authority is not None:
        try:
            paths += [found async for found in means.authority.client.validation_paths(context)]
        except TimestampRequestError as error:
            raise unavailable(means.authority, error) from error
        except (PathError, PathInvalidError) as error:
            raise LevelUnreachableError(level="B-LTA", reason=str(error)) from error
    _check_revocation(paths, context, means)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, sig_contents=None, paths=paths, validation_context=context, embed_roots=True
    )
    if means.authority is None:
        writer.write_in_place()
        return
    await _timestamp(writer, means.authority, _free_name(path))


def unavailable(authority: TimestampAuthority, error: Exception) -> TimestampUnavailableError:
    """Return the error for an *authority* that gave no timestamp."""
    cause = error.__cause__ or error
    return TimestampUnavailableError(authority=authority.name, reason=str(cause) or type(cause).__name__)


async def _timestamp(writer: IncrementalPdfFileWriter, authority: TimestampAuthority, field_name: str) -> None:
    stamper = PdfTimeStamper(authority.client, field_name=field_name)
    try:
        await stamper.async_timestamp_pdf(
            writer, DIGEST, in_place=True, dss_settings=TimestampDSSContentSettings(include_vri=False)
        )
    except TimestampRequestError as error:
        raise unavailable(authority, error) from error


def _gather(path: Path) -> _Gathered:
    with opened(path) as document:
        evidence = document_evidence(document)
        certificates: list[x509.Certificate] = []
        for reading in readings(document):
            crypto = reading.cryptography
            if crypto is None or reading.integrity is not Integrity.INTACT:
                continue
            evidence = with_signature(evidence, crypto.signed_data)
            certificates.append(crypto.certificate)
            if crypto.token is not None:
                evidence = with_signature(evidence, crypto.token)
                certificates.append(signer_certificate(crypto.token))
    return _Gathered(tuple({found.sha256: found for found in certificates}.values()), evidence)


def readings(document: Document) -> tuple[Reading, ...]:
    """Return the signatures of *document*, read and verified."""
    found = (read_signature(field, document.data) for field in filled(signature_fields(document)))
    return tuple(reading for reading in found if reading is not None)


async def _path(certificate: x509.Certificate, context: ValidationContext) -> ValidationPath:
    try:
        return await CertificateValidator(certificate, validation_context=context).async_validate_path()
    except RevokedError as error:
        raise RevokedCertificateError(name=name_of(certificate)) from error
    except (PathError, PathInvalidError) as error:
        raise LevelUnreachableError(level="B-LT", reason=str(error)) from error


def _check_revocation(paths: Iterable[ValidationPath], context: ValidationContext, means: Means) -> None:
    """Fail when a certificate's revocations are published and none of their data was got: that is not B-LT."""
    if context.ocsps or context.crls:
        return
    for path in paths:
        leaf = path.leaf
        if isinstance(leaf, x509.Certificate) and publishes_revocations(leaf):
            reason = f"no revocation data for {name_of(leaf)}"
            raise LevelUnreachableError(level="B-LT" if means.authority is None else "B-LTA", reason=reason)


def _free_name(path: Path) -> str:
    with opened(path) as document:
        taken = {field.name for field in signature_fields(document)}
    number = 1
    while f"{TIMESTAMP_PREFIX}{number}" in taken:
        number += 1
    return f"{TIMESTAMP_PREFIX}{number}"
