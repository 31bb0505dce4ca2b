"""Signatures that are in the bytes and not in the form: someone took them out of sight (step 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coffre_cli.signing.document import Document
from coffre_cli.signing.inspect import RawRange
from coffre_cli.signing.objects import Dictionary, dictionary_at, entry
from coffre_cli.signing.siglayout import RANGE_LENGTH
from coffre_cli.signing.signature import byte_range
from coffre_cli.signing.window import Window


def hidden_signatures(
    ranges: Iterable[RawRange], reachable: Iterable[tuple[int, ...] | None], document: Document
) -> tuple[RawRange, ...]:
    """Return the completed signatures of this file that neither the form nor the permissions lead to."""
    known = {*reachable, *_usage_rights(document)}
    return tuple(found for found in ranges if found.values not in known and _is_real(found, document.data))


def _is_real(found: RawRange, data: Window) -> bool:
    """Tell whether the gap of the range holds a signature: ranges of embedded files point elsewhere."""
    values = found.values
    if values is None or len(values) != RANGE_LENGTH or values[0] != 0:
        return False
    _, start, end, _ = values
    if not 0 < start < end <= len(data) or data[start : start + 1] != b"<":
        return False
    return bool(data[start + 1 : end].strip(b"<>0 \r\n\t"))


def _usage_rights(document: Document) -> Iterator[tuple[int, ...] | None]:
    """Give the ranges of usage-rights signatures, which stand in /Perms and in no field (ISO 32000-2, 12.8.2.3)."""
    granted = dictionary_at(document.root, "/Perms") or Dictionary()
    for key in ("/UR", "/UR3"):
        signature = entry(granted, key)
        if isinstance(signature, Dictionary):
            yield byte_range(signature)
