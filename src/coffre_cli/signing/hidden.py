"""Signatures that are in the bytes and not in the form: someone took them out of sight (step 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coffre_cli.signing.document import Document
from coffre_cli.signing.inspect import RawRange, is_completed
from coffre_cli.signing.objects import Dictionary, dictionary_at, entry
from coffre_cli.signing.signature import byte_range


def hidden_signatures(
    ranges: Iterable[RawRange], reachable: Iterable[tuple[int, ...] | None], document: Document
) -> tuple[RawRange, ...]:
    """Return the completed signatures of this file that neither the form nor the permissions lead to."""
    known = {*reachable, *_usage_rights(document)}
    return tuple(found for found in ranges if found.values not in known and is_completed(found, document.data))


def _usage_rights(document: Document) -> Iterator[tuple[int, ...] | None]:
    """Give the ranges of usage-rights signatures, which stand in /Perms and in no field (ISO 32000-2, 12.8.2.3)."""
    granted = dictionary_at(document.root, "/Perms") or Dictionary()
    for key in ("/UR", "/UR3"):
        signature = entry(granted, key)
        if isinstance(signature, Dictionary):
            yield byte_range(signature)
