"""The door of the room: sources in, conversions out."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import EmptyFileError, UnsupportedFormatError
from coffre_cli.convert.jobs import PRELOAD, convert_in_worker
from coffre_cli.convert.model import Conversion, Family, Kind, Options, Product, Source
from coffre_cli.convert.registry import CONVERTERS
from coffre_cli.convert.sniff import sniff
from coffre_cli.errors import CoffreError
from coffre_cli.worker.directory import taken
from coffre_cli.worker.limits import limits_for
from coffre_cli.worker.pool import Outcome, Task, Workers, task

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Job:
    sources: tuple[Source, ...]
    kind: Kind
    directory: Path
    task: Task[Product] | None


def workers(number: int | None = None, *, needed: int = 0) -> Workers:
    """Return workers ready for conversions; *needed* is about how many bytes of files they hold at once."""
    return Workers(number, preload=PRELOAD, needed=needed)


def convert(pool: Workers, source: Source, options: Options) -> Conversion:
    """Convert one file; whatever it holds, there is a conversion that says what came of it."""
    (conversion,) = convert_all(pool, [source], options)
    return conversion


def convert_all(pool: Workers, sources: Iterable[Source], options: Options) -> Iterator[Conversion]:
    """Convert files side by side; yield in the order given. Discard each conversion once it is stored."""
    return _run(pool, ((source,) for source in sources), options)


def convert_together(pool: Workers, sources: Sequence[Source], options: Options) -> Conversion:
    """Join pictures to one document, in the order given; the first names the conversion.

    Raises:
        UnsupportedFormatError: One of them is no picture.
    """
    for source in sources:
        kind = sniff(source.path, source.name)
        if kind.family is not Family.IMAGE:
            raise UnsupportedFormatError(format=kind.label)
    (conversion,) = _run(pool, [tuple(sources)], options)
    return conversion


def _run(pool: Workers, groups: Iterable[tuple[Source, ...]], options: Options) -> Iterator[Conversion]:
    jobs: list[_Job] = []

    def tasks() -> Iterator[Task[Product]]:
        for group in groups:
            job = _job(pool, group, options)
            jobs.append(job)
            yield job.task or task(_nothing).inside(job.directory)

    for outcome in pool.each(tasks()):
        job = jobs.pop(0)
        yield _conversion(job, outcome)


def _nothing() -> Product:
    return Product()


def _job(pool: Workers, sources: tuple[Source, ...], options: Options) -> _Job:
    kind = sniff(sources[0].path, sources[0].name)
    directory = pool.fresh_directory()
    converter = CONVERTERS.get(kind.family)
    if converter is None:
        return _Job(sources, kind, directory, None)
    size = sum(source.path.stat().st_size for source in sources)
    limits = limits_for(size, memory_bytes=converter.memory_bytes, runs_programs=converter.needs_programs)
    call = task(convert_in_worker, sources, kind, options).within(limits).inside(directory)
    return _Job(sources, kind, directory, call)


def _conversion(job: _Job, outcome: Outcome[Product]) -> Conversion:
    try:
        product = outcome.value() if job.task is not None else _unsupported(job.kind)
        return _believed(job, product)
    except CoffreError as error:
        shutil.rmtree(job.directory, ignore_errors=True)
        reason = say.remark_of(error)
        return _believed(job, Product(reason=reason, remarks=(reason,)))


def _unsupported(kind: Kind) -> Product:
    error = EmptyFileError() if kind.label == "empty" else UnsupportedFormatError(format=kind.label)
    reason = say.remark_of(error)
    return Product(reason=reason, remarks=(reason,))


def _believed(job: _Job, product: Product) -> Conversion:
    """Prove what a worker claims about its files, and compute the digests here."""
    archive = taken(job.directory, product.archive) if product.archive else None
    text = taken(job.directory, product.text) if product.text else None
    record = replace(
        product.record,
        source_sha256=sha256_of(job.sources[0].path),
        archive_sha256=sha256_of(archive) if archive else "",
    )
    return Conversion(
        source=job.sources[0],
        kind=job.kind,
        directory=job.directory,
        archive=archive,
        format=product.format if archive else job.kind.label,
        reason=product.reason,
        text=text,
        pages=product.pages,
        durable=product.durable,
        signatures=product.signatures,
        remarks=product.remarks,
        children=tuple((child, taken(job.directory, child.file)) for child in product.children),
        record=record,
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file at *path*, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
