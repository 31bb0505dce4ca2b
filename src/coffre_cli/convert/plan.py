"""Which files share a process, and how much each process may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coffre_cli.convert.jobs import convert_in_worker, print_in_worker, refuse_in_worker, words_in_worker
from coffre_cli.convert.model import Family, Kind, Options, Product, Source
from coffre_cli.convert.registry import CONVERTERS
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.soffice import MEMORY
from coffre_cli.worker.limits import Limits, limits_for
from coffre_cli.worker.pool import Task, Workers, task

_PRINTED = 10
"""Office files for one LibreOffice: starting it costs as much as five files."""
_START, _EACH = 60, 30
"""CPU seconds of such a batch: for the start, for each file."""
_PICTURES = 16
"""Small pictures for one process: making it costs as much as one of them."""
_PDFS = 8
_SMALL = 3_000_000
_PAINTED = 20_000_000
"""The least size that a PDF counts for: a small one may have many pages to paint."""


@dataclass(frozen=True, slots=True)
class Job:
    """What becomes one archive, and the directory for it."""

    sources: tuple[Source, ...]
    kind: Kind
    directory: Path

    @property
    def size(self) -> int:
        """Bytes of its sources."""
        return sum(source.path.stat().st_size for source in self.sources)


@dataclass(frozen=True, slots=True)
class Plan:
    """One task, and the jobs it does by their positions."""

    numbers: tuple[int, ...]
    task: Task[tuple[Product, ...]]


def planned(pool: Workers, groups: Sequence[tuple[Source, ...]], options: Options) -> tuple[dict[int, Job], list[Plan]]:
    """Return a job for each of *groups*, by position, and the tasks that do them all.

    Office files share a LibreOffice, small pictures a process; every other file has its own.
    """
    kinds = [sniff(group[0].path, group[0].name) for group in groups]
    office = [number for number, kind in enumerate(kinds) if kind.family is Family.OFFICE]
    small = [number for number in range(len(groups)) if _is_small(groups[number])]
    pictures = [number for number in small if kinds[number].family is Family.IMAGE]
    pdfs = [number for number in small if kinds[number].family is Family.PDF]
    batches = [
        *_shares(office, _PRINTED, pool.number),
        *_shares(pictures, _PICTURES, 2 * pool.number),
        *_shares(pdfs, _PDFS, 2 * pool.number),
    ]
    batched = {number for batch in batches for number in batch}
    batches += [(number,) for number in range(len(groups)) if number not in batched]
    jobs: dict[int, Job] = {}
    plans: list[Plan] = []
    for batch in batches:
        home = pool.fresh_directory()
        jobs.update((number, _placed(home, number, groups[number], kinds[number])) for number in batch)
        plans.append(Plan(batch, _task(home, [jobs[number] for number in batch], options)))
    return jobs, plans


def single(job: Job, options: Options) -> Task[tuple[Product, ...]]:
    """Return the task of doing *job* alone."""
    return _task(job.directory.parent, [job], options)


def words_alone(job: Job, options: Options) -> Task[Product]:
    """Return the task of reading the words of a PDF whose conversion failed."""
    return task(words_in_worker, job.sources[0], options, job.directory).within(Limits()).inside(job.directory)


def _is_small(group: Sequence[Source]) -> bool:
    return len(group) == 1 and group[0].path.stat().st_size <= _SMALL


def _shares(numbers: Sequence[int], most: int, shares: int) -> list[tuple[int, ...]]:
    """Return *numbers* dealt out to at least *shares* batches where there is enough, none larger than *most*."""
    if len(numbers) < 2:  # noqa: PLR2004 - nothing to share
        return []
    count = max(-(-len(numbers) // most), min(shares, len(numbers) // 2))
    return [tuple(numbers[start::count]) for start in range(count)]


def _placed(home: Path, number: int, sources: tuple[Source, ...], kind: Kind) -> Job:
    directory = home / f"{number}"
    directory.mkdir(0o700)
    return Job(sources, kind, directory)


def _task(home: Path, jobs: Sequence[Job], options: Options) -> Task[tuple[Product, ...]]:
    items = tuple((job.sources, job.kind, job.directory) for job in jobs)
    family = jobs[0].kind.family
    converter = CONVERTERS.get(family)
    if converter is None:
        return task(refuse_in_worker, jobs[0].kind).inside(home)
    if family is Family.OFFICE:
        cpu = _START + _EACH * len(jobs)
        limits = Limits(cpu_seconds=cpu, wall_seconds=2 * cpu, memory_bytes=MEMORY, runs_programs=True)
        return task(print_in_worker, items, options).within(limits).inside(home)
    size = max(sum(job.size for job in jobs), _PAINTED if family in {Family.PDF, Family.POSTSCRIPT} else 0)
    limits = limits_for(size, memory_bytes=converter.memory_bytes, runs_programs=converter.needs_programs)
    if family is Family.PDF and len(jobs) > 1:
        limits = replace(limits, cpu_seconds=_EACH * len(jobs), wall_seconds=2 * _EACH * len(jobs))
    return task(convert_in_worker, items, options).within(limits).inside(home)
