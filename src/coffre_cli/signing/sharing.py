"""Resources that the form shares with pages, as LibreOffice writes them: what a signer adds for a mark is in both.

A new name is harmless where nothing drawn before says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coffre_cli.signing.comparison import Difference
from coffre_cli.signing.document import Document
from coffre_cli.signing.objects import Dictionary, Null, Ref, Stream, dictionary_at, raw, reference, resolve, text

_STEPS = re.compile(r"/[^/\[]+")
_NAME_ENDS = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
_MOST_OBJECTS = 20_000
_MOST_BYTES = 64 << 20
"""Of what may be drawn; where there is more, no one looks whether a name is used."""


class SharedResources:
    """The resources of the form in the older of two revisions."""

    def __init__(self, document: Document) -> None:
        """Find the numbered objects that the resources of the form are."""
        form = document.form or Dictionary()
        resources = dictionary_at(form, "/DR") or Dictionary()
        self._document = document
        self._whole = reference(raw(form, "/DR"))
        self._categories = {reference(raw(resources, key)) for key in resources} - {None}
        self._drawn: list[bytes] | None = None

    def grew(self, difference: Difference) -> bool:
        """Tell whether *difference* only adds names that nothing used before."""
        if difference.holder is None or not isinstance(difference.before, Null):
            return False
        names = self._added(*difference.holder, difference)
        return bool(names) and not self._are_used(names)

    def _added(self, holder: Ref, path: str, difference: Difference) -> list[str]:
        steps = _STEPS.findall(path)
        if "".join(steps) != path:
            return []
        if holder == self._whole and len(steps) == 1 and isinstance(difference.after, Dictionary):
            return list(difference.after)
        if (holder == self._whole and len(steps) == 1 + 1) or (holder in self._categories and len(steps) == 1):
            return [steps[-1]]
        return []

    def _are_used(self, names: Iterable[str]) -> bool:
        if self._drawn is None:
            try:
                self._drawn = _drawn(self._document)
            except Exception:  # noqa: BLE001 - what cannot be read may use any name
                return True
        patterns = [_spelled(name) for name in names]
        return any(pattern.search(content) for content in self._drawn for pattern in patterns)


def _spelled(name: str) -> re.Pattern[bytes]:
    """Return a pattern of *name* with any of its letters given by number (ISO 32000-2, 7.3.5)."""
    letters = (b"(?:%s|#%02x)" % (re.escape(bytes([code])), code) for code in name[1:].encode("utf-8"))
    return re.compile(b"/" + b"".join(letters) + _NAME_ENDS, re.IGNORECASE)


def _drawn(document: Document) -> list[bytes]:
    """Return the content of every stream but pictures; ValueError when there is too much."""
    xrefs = document.reader.xrefs
    refs = {ref for revision in range(xrefs.total_revisions) for ref in xrefs.explicit_refs_in_revision(revision)}
    if len(refs) > _MOST_OBJECTS:
        raise ValueError("objects")
    found: list[bytes] = []
    for ref in refs:
        item = None if xrefs[ref] is None else resolve(document.reader.get_object(ref))
        if isinstance(item, Stream) and text(raw(item, "/Subtype")) != "/Image" and "/Length1" not in item:
            found.append(item.data)
    if sum(map(len, found)) > _MOST_BYTES:
        raise ValueError("bytes")
    return found
