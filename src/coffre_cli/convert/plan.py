"""Which files share a process, and how much each process may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.convert.jobs import convert_in_worker, print_in_worker, refuse_in_worker
from coffre_cli.convert.model import Family, Kind, Options, Product, Source
from coffre_cli.convert.registry import CONVERTERS
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.soffice import MEMORY
from coffre_cli.worker.limits import Limits, limits_for
from coffre_cli.worker.pool import Task, Workers, task

_BATCH = 10
"""Office files for one LibreOffice: starting it costs as much as five files."""
_START, _EACH = 60, 30
"""CPU seconds of a batch: for the start, for each file."""


@dataclass(frozen=True, slots=True)
class Job:
    """What becomes one archive."""

    sources: tuple[Source, ...]
    kind: Kind
    directory: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """One task and the positions of the jobs it does."""

    numbers: tuple[int, ...]
    task: Task[tuple[Product, ...]]


def job_of(pool: Workers, sources: tuple[Source, ...]) -> Job:
    """Return the job of converting *sources*, with a directory of its own."""
    return Job(sources, sniff(sources[0].path, sources[0].name), pool.fresh_directory())


def plans(pool: Workers, jobs: Sequence[Job], options: Options) -> list[Plan]:
    """Return the tasks that do all *jobs*: office files in batches, everything else alone."""
    office = [number for number, job in enumerate(jobs) if job.kind.family is Family.OFFICE]
    batches = _batches(office, pool.number) if len(office) > 1 else []
    batched = {number for batch in batches for number in batch}
    alone = [Plan((number,), single(job, options)) for number, job in enumerate(jobs) if number not in batched]
    return [*(Plan(batch, _together(pool, [jobs[n] for n in batch], options)) for batch in batches), *alone]


def single(job: Job, options: Options) -> Task[tuple[Product, ...]]:
    """Return the task of doing *job* alone."""
    converter = CONVERTERS.get(job.kind.family)
    if converter is None:
        return task(refuse_in_worker, job.kind).inside(job.directory)
    size = sum(source.path.stat().st_size for source in job.sources)
    limits = limits_for(size, memory_bytes=converter.memory_bytes, runs_programs=converter.needs_programs)
    return task(convert_in_worker, job.sources, job.kind, options).within(limits).inside(job.directory)


def _batches(numbers: Sequence[int], workers: int) -> list[tuple[int, ...]]:
    count = max(-(-len(numbers) // _BATCH), min(workers, len(numbers) // 4))
    return [tuple(numbers[start::count]) for start in range(max(1, count))]


def _together(pool: Workers, jobs: Sequence[Job], options: Options) -> Task[tuple[Product, ...]]:
    cpu = _START + _EACH * len(jobs)
    limits = Limits(cpu_seconds=cpu, wall_seconds=2 * cpu, memory_bytes=MEMORY, runs_programs=True)
    sources = tuple(job.sources[0] for job in jobs)
    kinds = tuple(job.kind for job in jobs)
    directories = tuple(job.directory for job in jobs)
    return task(print_in_worker, sources, kinds, directories, options).within(limits).inside(pool.fresh_directory())
