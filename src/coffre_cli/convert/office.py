"""Office files: printed by LibreOffice, repaired where its PDF/A is not quite one, compared with what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import validator
from coffre_cli.convert.errors import ConversionError, OutputUnusableError
from coffre_cli.convert.facts import opened
from coffre_cli.convert.flat import flattened
from coffre_cli.convert.fontlist import missing_glyphs, used_families
from coffre_cli.convert.mixed import archive_with_pictures
from coffre_cli.convert.model import Kind, Options, Product, Record, Source
from coffre_cli.convert.officefacts import OfficeFacts, error_values
from coffre_cli.convert.soffice import MEMORY, Printed, printed
from coffre_cli.convert.unlocking import made_ready
from coffre_cli.convert.words import Words, read_words
from coffre_cli.model import Remark

if TYPE_CHECKING:
    import pikepdf

_ACTIVE = {"macros": "macros", "dde": "DDE"}
_MEDIA = frozenset({"/Screen", "/Movie", "/Sound", "/RichMedia"})


class OfficeConverter:
    """Word processing, spreadsheets, presentations."""

    needs_programs = True
    memory_bytes = MEMORY

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path, /) -> Product:
        """Print one file with LibreOffice and make PDF/A of it."""
        (source,) = sources
        ready = made_ready(source.path, kind, options, directory)
        (made,) = printed([(ready.path, ready.suffix)], directory)
        return finished(made, ready.facts, options, directory)


def finished(made: Printed, facts: OfficeFacts, options: Options, directory: Path) -> Product:
    """Return the product of what LibreOffice *made*, repaired, validated and judged.

    Raises:
        OutputUnusableError: It made nothing that opens.
    """
    if made.path is None:
        raise OutputUnusableError(program="LibreOffice")
    try:
        words = read_words(made.path, most_pages=options.bounds.pages)
    except ConversionError as error:
        raise OutputUnusableError(program="LibreOffice") from error
    with opened(made.path, ()) as pdf:
        version = str(pdf.docinfo.get("/Producer", "")).rpartition(" ")[2]
        notes = _notes(pdf)
        flattened(pdf)
        families = used_families(pdf)
        written, pictured, why = archive_with_pictures(pdf, made.path, directory, options)
    replaced = _replaced(facts.fonts, families)
    missing = missing_glyphs("".join(words.pages), directory)
    return Product(
        archive=written.path.name,
        format=written.format,
        reason=say.remark(say.PLAIN_PDF, reason=written.why) if written.why else None,
        text=words.save(directory),
        pages=written.pages,
        remarks=(*_said(facts, notes, words), *_shown_otherwise(replaced, missing, len(pictured))),
        wordless=words.wordless,
        record=Record(
            route="libreoffice",
            routes_refused=(("libreoffice alone", why),) if why else (),
            tools=(("LibreOffice", version), ("pikepdf", validator().rpartition(" ")[2])),
            pages_out=written.pages,
            verdict=written.verdict,
            validator=written.judge,
            fonts=replaced,
            glyphs_missing=missing,
            sandboxed=made.sandboxed,
        ),
    )


def _notes(pdf: pikepdf.Pdf) -> frozenset[str]:
    """Return the kinds of notes that stand on the pages."""
    import pikepdf

    found: set[str] = set()
    for page in pdf.pages:
        for note in page.obj.get("/Annots", ()):
            if isinstance(note, pikepdf.Dictionary):
                found.add(str(note.get("/Subtype", "")))
    return frozenset(found)


def _replaced(asked: Sequence[str], used: Sequence[str]) -> tuple[tuple[str, str], ...]:
    plain = {_plain(name) for name in used}
    shown = ", ".join(name for name in used if _plain(name) not in {_plain(name) for name in asked})
    return tuple((name, shown) for name in asked if _plain(name) not in plain and shown)[:20]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]|(?:ps)?mt$", "", name.lower())


def _said(facts: OfficeFacts, notes: frozenset[str], words: Words) -> Iterator[Remark]:
    traces = facts.traces
    if "signature" in traces:
        yield say.remark(say.OFFICE_SIGNED)
    if "/Text" in notes:
        yield say.remark(say.COMMENTS)
    elif traces & {"comments", "annotations"}:
        yield say.remark(say.COMMENTS_LOST)
    if "changes" in traces:
        yield say.remark(say.CHANGES)
    active = [word for trace, word in _ACTIVE.items() if trace in traces]
    if active:
        yield say.remark(say.ACTIVE, what=", ".join(active))
    if "external" in traces:
        yield say.remark(say.EXTERNAL_LINKS)
    if notes & _MEDIA or "media" in traces:
        yield say.remark(say.MEDIA)
    wrong = error_values("".join(words.pages))
    if wrong > facts.errors:
        yield say.remark(say.VALUES, cells=wrong)


def _shown_otherwise(replaced: Sequence[tuple[str, str]], missing: Sequence[str], pictured: int) -> Iterator[Remark]:
    if replaced:
        yield say.remark(say.FONTS, fonts=", ".join(asked for asked, _shown in replaced))
    if missing:
        yield say.remark(say.BOXES, characters=" ".join(missing))
    if pictured:
        yield say.remark(say.PICTURED, pages=pictured)
