"""One signature read from its field: structure, coverage, cryptography (steps 3, 5 and 6 of a verification).

A crash of a library on one signature becomes a verdict on that one, never on the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.errors import SignatureValidationError

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.cms import (
    SUBFILTERS,
    TIMESTAMP_SUBFILTER,
    Cryptography,
    UnsupportedSignatureError,
    contained,
    examine,
    has_stray_padding,
)
from coffre_cli.signing.fields import Field
from coffre_cli.signing.objects import Dictionary, Null, PdfObject, Stream, elements, integer, raw, resolve, text
from coffre_cli.signing.permissions import Permissions, permissions
from coffre_cli.signing.siglayout import Coverage, coverage
from coffre_cli.signing.verdict import Integrity
from coffre_cli.signing.window import Window


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one signature gave, before its later history and its signer are judged."""

    field: Field
    dictionary: Dictionary
    values: tuple[int, ...] | None
    """Its byte range."""
    integrity: Integrity
    """`intact` when it verifies over the version it covers; else what is wrong."""
    permissions: Permissions
    coverage: Coverage | None = None
    cryptography: Cryptography | None = None
    problems: tuple[Remark, ...] = ()

    @property
    def subfilter(self) -> str | None:
        """Return the form of the signature."""
        return text(raw(self.dictionary, "/SubFilter"))

    @property
    def is_timestamp(self) -> bool:
        """Tell whether it is a document timestamp."""
        return is_timestamp(self.dictionary)


def is_timestamp(signature: Dictionary) -> bool:
    """Tell whether *signature* has the form of a document timestamp; its type alone proves nothing."""
    return text(raw(signature, "/SubFilter")) == TIMESTAMP_SUBFILTER


def is_complete(signature: PdfObject | None) -> bool:
    """Tell whether *signature* holds more than the zeros that a program about to sign leaves."""
    return isinstance(signature, Dictionary) and any(_contents(signature))


def read_signature(field: Field, data: Window) -> Reading | None:
    """Read and verify the signature in *field*; None when the field is only prepared for one."""
    dictionary = resolve(field.value) if field.value is not None else None
    if isinstance(dictionary, Null):
        return None
    if not isinstance(dictionary, Dictionary) or isinstance(dictionary, Stream):
        remark = Remark(N_("The field {field} holds something that is not a signature."), (("field", field.name),))
        return Reading(field, Dictionary(), None, Integrity.BROKEN, Permissions(1), problems=(remark,))
    values = byte_range(dictionary)
    granted = permissions(dictionary, field.dictionary)
    contents = _contents(dictionary)
    if values is None or not contents:
        remark = Remark(N_("The signature is incomplete: it lacks its contents or what it covers."))
        return Reading(field, dictionary, values, Integrity.BROKEN, granted, problems=(remark,))
    if not any(contents) and len(contents) >= _LEAST_PLACEHOLDER:
        return None
    covered = coverage(values, contents, data)
    if isinstance(covered, Remark):
        return Reading(field, dictionary, values, Integrity.BROKEN, granted, problems=(covered,))
    base = Reading(field, dictionary, values, Integrity.BROKEN, granted, covered)
    return _verified(base, contents, data)


def unreadable_signature(field: Field, error: Exception) -> Reading:
    """Return the reading of a signature whose structure made the reader raise *error*."""
    remark = Remark(N_("The signature cannot be read ({detail})."), (("detail", type(error).__name__),))
    return Reading(field, Dictionary(), None, Integrity.BROKEN, Permissions(1), problems=(remark,))


_LEAST_PLACEHOLDER = 256
"""No signature of any form fits in fewer bytes: shorter zeros were not left by a program about to sign."""


def byte_range(dictionary: Dictionary) -> tuple[int, ...] | None:
    """Return the numbers of the signature's byte range."""
    item = raw(dictionary, "/ByteRange")
    numbers = [integer(number) for number in elements(item)]
    found = tuple(number for number in numbers if number is not None)
    return found if found and len(found) == len(numbers) else None


def _contents(dictionary: Dictionary) -> bytes:
    if "/Contents" not in dictionary:
        return b""
    item = dictionary.raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW)
    if isinstance(item, generic.Dereferenceable):
        item = item.get_object()
    if isinstance(item, generic.DecryptedObjectProxy):
        item = item.raw_object
    if isinstance(item, generic.TextStringObject | generic.ByteStringObject):
        return bytes(item.original_bytes)
    return b""


def _verified(base: Reading, contents: bytes, data: Window) -> Reading:
    if base.coverage is None:
        return base
    try:
        crypto = examine(contained(contents), base.coverage, data, base.subfilter)
    except Exception as error:  # noqa: BLE001 - hostile structures raise anything; one verdict per signature
        return _failed(base, error)
    if not crypto.verifies:
        return _with(base, Integrity.BROKEN, crypto, Remark(N_("The signed content was altered.")))
    if base.subfilter not in SUBFILTERS:
        return _with(base, Integrity.UNSUPPORTED, crypto, _unknown_form(base))
    return _with(base, Integrity.INTACT, crypto, *crypto.weaknesses, *_stray(contents))


def _stray(contents: bytes) -> tuple[Remark, ...]:
    if not has_stray_padding(contents):
        return ()
    return (Remark(N_("Bytes that nothing signs fill the room kept for the signature.")),)


def _unknown_form(base: Reading) -> Remark:
    return Remark(N_("The signature is of a form not known here: {form}."), (("form", base.subfilter or "?"),))


def _failed(base: Reading, error: Exception) -> Reading:
    if base.subfilter is not None and base.subfilter not in SUBFILTERS:
        return _with(base, Integrity.UNSUPPORTED, None, _unknown_form(base))
    if isinstance(error, UnsupportedSignatureError):
        remark = Remark(N_("The signature uses something not known here: {detail}."), (("detail", str(error)),))
        return _with(base, Integrity.UNSUPPORTED, None, remark)
    if isinstance(error, SignatureValidationError):
        remark = Remark(N_("The signature contradicts itself: {detail}"), (("detail", error.failure_message),))
    else:
        remark = Remark(N_("The signature cannot be read ({detail})."), (("detail", type(error).__name__),))
    return _with(base, Integrity.BROKEN, None, remark)


def _with(base: Reading, integrity: Integrity, crypto: Cryptography | None, *problems: Remark) -> Reading:
    return Reading(
        base.field, base.dictionary, base.values, integrity, base.permissions, base.coverage, crypto, problems
    )
