"""The bytes after a signed version: every one must belong to a revision that its cross-references announce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffre_cli.signing.document import Document
from coffre_cli.signing.gaps import first_unexplained
from coffre_cli.signing.window import Window

if TYPE_CHECKING:
    from pyhanko.pdf_utils.xref import XRefSectionMetaInfo

_LINE_ENDS = b"\r\n"
_LONGEST_END = 4
"""Line ends after `%%EOF` that no one would call content."""


def is_only_line_end(data: Window, end: int) -> bool:
    """Tell whether nothing follows *end* but the end of a line, which editors and mail programs add."""
    return len(data) - end <= len(_LINE_ENDS) and not data[end:].strip(_LINE_ENDS)


def unexplained(document: Document, end: int) -> str | None:
    """Name the first thing after *end* that no cross-reference of *document* announces; None when all is announced."""
    data = document.data
    sections = _sections(document)
    later = [section for section in sections if section.start_location >= end]
    if not later or sections[-1].start_location < end:
        return "no cross-reference"
    if not _ends_cleanly(data):
        return "after %%EOF"
    stale = _stale_entry(document, end)
    if stale is not None:
        return f"object {stale}"
    return first_unexplained(document, end, _announced(document))


def _stale_entry(document: Document, end: int) -> int | None:
    """Name an object that a later section frees, or gives another generation, in a way only some readers follow."""
    xrefs = document.reader.xrefs
    generations: dict[int, int] = {}
    for revision in range(xrefs.total_revisions):
        section = xrefs.get_xref_data(revision)
        later = xrefs.get_xref_container_info(revision).start_location >= end
        entries = {number: generation for number, (generation, _) in section.standard_xrefs.items()}
        entries |= dict.fromkeys(section.xrefs_in_objstm, 0)
        if later:
            for number, generation in entries.items():
                if generations.get(number, generation) != generation:
                    return number
            for number, following in section.freed.items():
                if number in generations and following != generations[number] + 1:
                    return number
        generations |= entries
        for number in section.freed if later else ():
            generations.pop(number, None)
    return None


def _sections(document: Document) -> list[XRefSectionMetaInfo]:
    xrefs = document.reader.xrefs
    return [xrefs.get_xref_container_info(revision) for revision in range(xrefs.total_revisions)]


def _ends_cleanly(data: Window) -> bool:
    last = data.rfind(b"%%EOF")
    rest = data[last + len(b"%%EOF") :]
    return last >= 0 and len(rest) <= _LONGEST_END and not rest.strip(_LINE_ENDS)


def _announced(document: Document) -> set[int]:
    """Return the offsets of all objects that any cross-reference section gives."""
    xrefs = document.reader.xrefs
    places: set[int] = set()
    for revision in range(xrefs.total_revisions):
        section = xrefs.get_xref_data(revision)
        places.update(offset for _, offset in section.standard_xrefs.values())
        if section.hybrid is not None:
            places.update(offset for _, offset in section.hybrid.xref_data.standard_xrefs.values())
            places.add(section.hybrid.meta_info.start_location)
        meta = xrefs.get_xref_container_info(revision)
        places.update((meta.start_location, meta.declared_startxref))
    return places
