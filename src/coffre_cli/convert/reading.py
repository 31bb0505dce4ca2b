"""After the conversions: words for the pages that have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.model import Conversion, Ocr, Options
from coffre_cli.convert.ocr import PageRead, installed_in_worker, layer_in_worker, read_in_worker
from coffre_cli.convert.tesseract import tesseract_is_there
from coffre_cli.convert.trust import sha256_of
from coffre_cli.convert.words import TEXT
from coffre_cli.errors import CoffreError
from coffre_cli.model import Remark
from coffre_cli.worker.directory import taken
from coffre_cli.worker.limits import Limits
from coffre_cli.worker.pool import Task, Workers, task

_CHUNK = 4
"""Pages to a task: a long scan uses every processor."""
_PAGE_SECONDS = 90
_MEMORY = 3 << 30
INSTALL = "apt install tesseract-ocr tesseract-ocr-fra"


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads."""

    version: str
    languages: tuple[str, ...]
    lacking: tuple[str, ...]


def with_words(pool: Workers, conversions: Iterable[Conversion], options: Options) -> Iterator[Conversion]:
    """Yield *conversions* in their order, those with pages without words after reading them."""
    if options.ocr is Ocr.NEVER:
        yield from conversions
        return
    waiting = list(conversions)
    chunks = [_chunks(conversion, options) for conversion in waiting]
    if not any(chunks):
        yield from waiting
        return
    if not tesseract_is_there():
        missing = say.remark(say.OCR_MISSING, install=INSTALL)
        yield from (_also(one, missing) if numbers else one for one, numbers in zip(waiting, chunks, strict=True))
        return
    reader = _reader(pool, options)
    outcomes = pool.each(
        _reading(conversion, numbers, reader.languages, options)
        for conversion, chunked in zip(waiting, chunks, strict=True)
        for numbers in chunked
    )
    for conversion, chunked in zip(waiting, chunks, strict=True):
        pages: list[PageRead] = []
        for _numbers in chunked:
            pages += next(outcomes).result or ()
        yield _read(pool, conversion, pages, options, reader) if chunked else conversion


def _chunks(conversion: Conversion, options: Options) -> list[tuple[int, ...]]:
    """Return the pages to read, by tasks."""
    if conversion.archive is None and not conversion.durable:
        return []
    pages = range(conversion.pages) if options.ocr is Ocr.ALWAYS else conversion.wordless
    return [tuple(pages[at : at + _CHUNK]) for at in range(0, len(pages), _CHUNK)]


def _reader(pool: Workers, options: Options) -> _Reader:
    """Return Tesseract with the languages asked for that it has, else any it has, and those it lacks."""
    try:
        version, there = pool.run(task(installed_in_worker).within(_limits(1)))
    except CoffreError:
        version, there = "", ()
    known = tuple(language for language in options.languages if language in there)
    lacking = tuple(language for language in options.languages if language not in there)
    any_other = tuple(language for language in there if language != "osd")[:1]
    return _Reader(version, known or any_other or ("eng",), lacking)


def _reading(
    conversion: Conversion, numbers: tuple[int, ...], languages: tuple[str, ...], options: Options
) -> Task[tuple[PageRead, ...]]:
    path = conversion.archive or conversion.source.path
    return task(read_in_worker, path, numbers, languages, options).within(_limits(len(numbers)))


def _limits(pages: int) -> Limits:
    seconds = _PAGE_SECONDS * pages
    return Limits(cpu_seconds=seconds, wall_seconds=2 * seconds, memory_bytes=_MEMORY, runs_programs=True)


def _read(
    pool: Workers,
    conversion: Conversion,
    pages: Sequence[PageRead],
    options: Options,
    reader: _Reader,
) -> Conversion:
    for language in reader.lacking:
        conversion = _also(conversion, say.remark(say.OCR_LANGUAGE, language=language))
    found = [page for page in pages if page.text.strip()]
    if not found:
        return conversion
    conversion = _with_text(conversion, found)
    record = conversion.record
    tools = (*record.tools, ("Tesseract", reader.version))
    conversion = replace(conversion, record=replace(record, ocr_languages=reader.languages, tools=tools))
    behind = [page for page in found if page.number in conversion.wordless]
    return _layered(pool, conversion, behind, options) if conversion.archive is not None and behind else conversion


def _with_text(conversion: Conversion, pages: Sequence[PageRead]) -> Conversion:
    old = conversion.text.read_text(encoding="utf-8").split("\f") if conversion.text else []
    texts = [*old, *[""] * (conversion.pages - len(old))]
    for page in pages:
        if page.number < len(texts):
            texts[page.number] = f"{texts[page.number]}\n{page.text}".strip("\n")
    path = conversion.directory / TEXT
    path.write_text("\f".join(texts), encoding="utf-8", errors="replace", newline="")
    return replace(conversion, text=path)


def _layered(pool: Workers, conversion: Conversion, pages: Sequence[PageRead], options: Options) -> Conversion:
    """Return the conversion with words behind the pictures of its archive; as it is when that would be no PDF/A."""
    if conversion.archive is None:
        return conversion
    place = pool.fresh_directory()
    try:
        made = pool.run(task(layer_in_worker, conversion.archive, tuple(pages), options).inside(place))
        if made is None:
            return conversion
        name, kind = made
        archive: Path = taken(place, name).replace(conversion.archive)
    except CoffreError:
        return conversion
    record = replace(conversion.record, archive_sha256=sha256_of(archive))
    return replace(conversion, archive=archive, format=kind, record=record)


def _also(conversion: Conversion, said: Remark) -> Conversion:
    return replace(conversion, remarks=(*conversion.remarks, said))
