"""The objects of a PDF, read without surprises: references followed, missing objects null, loops bounded."""

from __future__ import annotations

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

PdfObject = generic.PdfObject
Dictionary = generic.DictionaryObject
Array = generic.ArrayObject
Indirect = generic.IndirectObject
Stream = generic.StreamObject
Null = generic.NullObject
Name = generic.NameObject

Ref = tuple[int, int]
"""Object number and generation."""

_LONGEST_CHAIN = 16


class StructureError(Exception):
    """The structure of the file cannot be followed."""


def reference(item: PdfObject | None) -> Ref | None:
    """Return what *item* points to, when it is a reference."""
    return (item.idnum, item.generation) if isinstance(item, Indirect) else None


def resolve(item: PdfObject) -> PdfObject:
    """Follow *item* to an object; a reference to nothing is null (ISO 32000-2, 7.3.10).

    Raises:
        StructureError: References lead to references without end.
    """
    for _ in range(_LONGEST_CHAIN):
        if isinstance(item, generic.DecryptedObjectProxy):
            item = item.decrypted
        if not isinstance(item, Indirect):
            return item
        item = _read(item)
    raise StructureError


def leads_nowhere(item: PdfObject) -> bool:
    """Tell whether *item* is null or a reference to nothing, without reading what it points to."""
    if not isinstance(item, Indirect):
        return isinstance(item, Null)
    handler = item.get_pdf_handler()
    return isinstance(handler, PdfFileReader) and handler.xrefs[item.reference] is None


def entry(dictionary: Dictionary, key: str) -> PdfObject | None:
    """Return the object under *key*, references followed; null is None."""
    found = raw(dictionary, key)
    if found is None:
        return None
    found = resolve(found)
    return None if isinstance(found, Null) else found


def raw(dictionary: Dictionary, key: str) -> PdfObject | None:
    """Return what stands under *key*, references left as they are."""
    return dictionary.raw_get(key) if key in dictionary else None


def dictionary_at(dictionary: Dictionary, key: str) -> Dictionary | None:
    """Return the dictionary under *key*, if there is one."""
    found = entry(dictionary, key)
    return found if isinstance(found, Dictionary) else None


def elements(item: PdfObject | None) -> list[PdfObject]:
    """Return the raw elements of the array that *item* is or points to; anything else has none."""
    found = None if item is None else resolve(item)
    if not isinstance(found, Array):
        return []
    return [found.raw_get(index) for index in range(len(found))]


def text(item: PdfObject | None) -> str | None:
    """Return *item* as words for a reader, when it is a string, a name or a number."""
    found: object = None if item is None else resolve(item)
    if isinstance(found, bytes):
        return found.decode("latin-1")
    if isinstance(found, str | int | generic.FloatObject):
        return str(found)
    return None


def integer(item: PdfObject | None) -> int | None:
    """Return *item* as an integer, when it is one."""
    found: object = None if item is None else resolve(item)
    return int(found) if isinstance(found, int) else None


def _read(item: Indirect) -> PdfObject:
    if leads_nowhere(item):
        return Null()
    found: PdfObject = item.get_object()
    return found
