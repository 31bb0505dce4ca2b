"""What a document allows and offers before it is signed: permissions, existing fields, free names."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.errors import FileMissingError, FileUnreadableError
from coffre_cli.signing.document import Document, PasswordNeededError, UnreadableError, opened
from coffre_cli.signing.errors import (
    CertificationTooLateError,
    CertifiedAgainstChangesError,
    EncryptedPdfError,
    FurtherSignaturesForbiddenError,
    NotAPdfError,
    UnreadablePdfError,
)
from coffre_cli.signing.fields import Field, filled, rectangle, signature_fields
from coffre_cli.signing.geometry import Rectangle
from coffre_cli.signing.inspect import is_pdf_file
from coffre_cli.signing.objects import Dictionary, StructureError, dictionary_at, resolve
from coffre_cli.signing.pages import annotation_pages, document_pages
from coffre_cli.signing.permissions import Needs, certification_level, permissions

FIELD_PREFIX = "Signature"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What signing needs to know of a document."""

    field_name: str
    is_new_field: bool
    lenient: bool
    """Whether the document could only be read leniently."""
    signatures: int
    """How many it carries already."""
    existing_place: tuple[int, Rectangle] | None
    """Page (from 0) and box of the existing field, when it shows."""
    marks: tuple[tuple[int, Rectangle], ...]
    """Pages and boxes of the signature fields that show: a new mark must not stand on them."""


@contextlib.contextmanager
def to_be_signed(source: Path, *, certify: bool = False) -> Iterator[tuple[Document, Prepared]]:
    """Open *source*, check that it can be signed and choose the field for it.

    Raises:
        FileMissingError: There is no such file.
        FileUnreadableError: The system refuses to read it.
        NotAPdfError: It is not a PDF.
        EncryptedPdfError: It is protected by a password.
        UnreadablePdfError: It is damaged.
        CertifiedAgainstChangesError: Its author certified it against every change.
        FurtherSignaturesForbiddenError: A signature of it locks it.
        CertificationTooLateError: It is signed already, and *certify* is asked.
    """
    with _readable(source) as document:
        fields = signature_fields(document)
        signed = filled(fields)
        prepared = _prepared(document, fields)
        if is_certified_against_changes(document):
            raise CertifiedAgainstChangesError(path=source)
        lock = locked_by(signed, prepared.field_name)
        if lock is not None:
            raise FurtherSignaturesForbiddenError(path=source, field=lock)
        if certify and signed:
            raise CertificationTooLateError(path=source)
        yield document, prepared


def to_be_prolonged(source: Path) -> Prepared:
    """Check that *source* can take validation data, which no certification forbids; errors as `to_be_signed`."""
    with _readable(source) as document:
        return _prepared(document, signature_fields(document))


@contextlib.contextmanager
def _readable(source: Path) -> Iterator[Document]:
    _check_kind(source)
    try:
        with opened(source) as document:
            if document.reader.encrypted:
                raise EncryptedPdfError(path=source)
            yield document
    except PasswordNeededError as error:
        raise EncryptedPdfError(path=source) from error
    except (UnreadableError, StructureError) as error:
        raise UnreadablePdfError(path=source, reason=str(error)) from error


def _check_kind(source: Path) -> None:
    try:
        if not is_pdf_file(source):
            raise NotAPdfError(path=source)
    except FileNotFoundError as error:
        raise FileMissingError(path=source, reason="") from error
    except OSError as error:
        raise FileUnreadableError(path=source, reason=error.strerror or str(error)) from error


def _prepared(document: Document, fields: tuple[Field, ...]) -> Prepared:
    empty = next((field for field in fields if field.value is None and field.name), None)
    name = _free_name({field.name for field in fields}) if empty is None else empty.name
    existing = None if empty is None else _place_of(empty, document)
    signatures = len(filled(fields))
    places = (_place_of(field, document) for field in fields)
    marks = tuple(one for one in places if one is not None)
    return Prepared(name, empty is None, document.lenient, signatures, existing, marks)


def _place_of(field: Field, document: Document) -> tuple[int, Rectangle] | None:
    box = rectangle(field.dictionary)
    page = annotation_pages(document_pages(document)).get(field.ref) if field.ref is not None else None
    if box is None or page is None or box[0] >= box[2] or box[1] >= box[3]:
        return None
    return page - 1, box


def is_certified_against_changes(document: Document) -> bool:
    """Tell whether the author certified *document* as one that nothing may be added to (DocMDP 1)."""
    granted = dictionary_at(document.root, "/Perms")
    certification = None if granted is None else dictionary_at(granted, "/DocMDP")
    return certification is not None and certification_level(certification) == 1


def locked_by(signed: tuple[Field, ...], field_name: str) -> str | None:
    """Return the name of a signature that another one in *field_name* would break, if there is one."""
    for field in signed:
        value = None if field.value is None else resolve(field.value)
        if isinstance(value, Dictionary) and not permissions(value, field.dictionary).allow(Needs.FORMS, field_name):
            return field.name
    return None


def _free_name(taken: set[str]) -> str:
    number = 1
    while f"{FIELD_PREFIX}{number}" in taken:
        number += 1
    return f"{FIELD_PREFIX}{number}"
