"""A draft: a document with its signature field, its mark and the room for the signature, and nothing signed yet.

Making one reads the document and needs no key.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.appearance import Signed
from coffre_cli.signing.document import Document, UnreadableError, opened
from coffre_cli.signing.errors import SignatureNotVerifiedError, UnreadablePdfError
from coffre_cli.signing.fields import Field, signature_fields
from coffre_cli.signing.geometry import page_geometries
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.normalise import can_be_normalised, normalised
from coffre_cli.signing.objects import StructureError, reference
from coffre_cli.signing.placement import Placed, place, placed_in
from coffre_cli.signing.preparation import Prepared, to_be_signed
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.writing import Marked, Writing

WRITTEN_ANEW = N_("The structure of the document had flaws; it was written anew before it was signed.")
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True, slots=True)
class Plan:
    """What every draft of a batch has in common."""

    identity: Identity
    request: SigningRequest
    room: int
    """Hexadecimal digits kept for a signature."""
    dated: bool
    """Whether a timestamp will come with the signature."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written."""

    field: str
    page: int | None
    """Where the signature will show, from 1."""
    start: int
    """Of the room for the signature, its angle bracket included; what is signed is everything else."""
    end: int
    lenient: bool
    """Whether the document could only be read leniently."""
    remarks: tuple[Remark, ...] = ()


def write_draft(source: Path, written: Path, output: BinaryIO, plan: Plan) -> Draft:
    """Write the draft of *source* to *output*, an empty file at *written*.

    When its structure is flawed and it is not signed yet, a sound copy is taken in its place.

    Raises:
        CoffreError: It cannot be signed; `pades.sign_pdf` says why.
    """
    try:
        return _written(source, source.name, written, output, plan)
    except UnreadablePdfError:
        if not can_be_normalised(source):
            raise
    output.seek(0)
    output.truncate()
    with normalised(source) as copy:
        draft = _written(copy, source.name, written, output, plan)
    return dataclasses.replace(draft, remarks=(*draft.remarks, Remark(WRITTEN_ANEW)))


def _written(source: Path, name: str, written: Path, output: BinaryIO, plan: Plan) -> Draft:
    with to_be_signed(source, certify=plan.request.certify) as (document, prepared):
        placed = _place(source, document, prepared, plan.request)
        writing = Writing(plan.identity, plan.request, dated=plan.dated)
        try:
            marked = None if placed is None else Marked(placed, _told(source, name, plan.request))
            start, end = writing.write(document, output, prepared, marked, plan.room)
        except (PdfError, SigningError) as error:
            raise UnreadablePdfError(path=source, reason=str(error)) from error
    output.flush()
    page = None if placed is None else placed.page + 1
    draft = Draft(prepared.field_name, page, start, end, prepared.lenient)
    _check(source, written, draft)
    return draft


def _place(source: Path, document: Document, prepared: Prepared, request: SigningRequest) -> Placed | None:
    if prepared.existing_place is not None:
        return placed_in(page_geometries(document), *prepared.existing_place)
    if request.visible is None or not prepared.is_new_field:
        return None
    return place(source, page_geometries(document), request.visible, prepared.marks)


def _told(source: Path, name: str, request: SigningRequest) -> Signed:
    """Return what a code says of the document; the digest only where there is one."""
    if not request.qr:
        return Signed(name, "")
    with source.open("rb") as file:
        return Signed(name, hashlib.file_digest(file, "sha256").hexdigest())


def _check(source: Path, written: Path, draft: Draft) -> None:
    """Find the field as any reader will, and in its signature a byte range that is all but the room.

    The signature itself is not read: its thousands of digits would cost more than the rest of the draft.
    """
    try:
        with opened(written) as document:
            found = [_range(document, field) for field in signature_fields(document) if field.name == draft.field]
            expected = (draft.start, draft.end, len(document.data) - draft.end)
    except (UnreadableError, StructureError) as error:
        raise SignatureNotVerifiedError(path=source) from error
    if found != [expected]:
        raise SignatureNotVerifiedError(path=source)


def _range(document: Document, field: Field) -> tuple[int, ...] | None:
    value = None if field.value is None else reference(field.value)
    place = None if value is None else document.reader.xrefs[generic.Reference(*value)]
    if not isinstance(place, int):
        return None
    found = _RANGE.search(document.data[place : document.data.find(b"endobj", place)])
    return None if found is None else tuple(int(number) for number in found.groups())
