"""Verification behind walls: each file in a worker with limits on its time and memory, so that none harms the others.

Files that the raw scan settles need no worker; the first other one starts the workers, which load the libraries once.
"""

from __future__ import annotations

import itertools
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_at_a_glance, verify_pdf
from coffre_cli.signing.verdict import Conclusion, Integrity, Verification
from coffre_cli.signing.versions import changed_pages, draw_differences
from coffre_cli.worker.directory import taken
from coffre_cli.worker.errors import WorkerError
from coffre_cli.worker.limits import Limits
from coffre_cli.worker.pool import Outcome, Task, Workers, task

BATCH = 64
"""Files looked at before the first verdict on them is given."""
LIMITS = Limits(cpu_seconds=30, wall_seconds=45.0, memory_bytes=3 << 30)
_PRELOAD = ("coffre_cli.signing.verification", "coffre_cli.signing.rendering")


def verify_each(
    paths: Iterable[Path],
    trust: Trust,
    *,
    now: datetime,
    at: datetime | None = None,
    password: str | None = None,
    deposit_times: dict[Path, datetime] | None = None,
    workers: int | None = None,
) -> Iterator[Verification | CoffreError]:
    """Give the verdict on each of *paths*, in their order; a file that cannot be opened gives its error instead."""
    known = deposit_times or {}
    with Workers(workers, preload=_PRELOAD) as pool:
        source = iter(paths)
        while batch := tuple(itertools.islice(source, BATCH)):
            yield from _verify_batch(pool, batch, lambda path: _task(path, trust, at or now, password, known.get(path)))


def write_differences(
    path: Path, verification: Verification, directory: Path, *, password: str | None = None
) -> tuple[Path, ...]:
    """Draw the pages of *path* that changed after a signature, before and after, into *directory*.

    Raises:
        WorkerError: The pages could not be drawn within the limits.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with Workers(1, preload=("coffre_cli.signing.rendering",)) as pool:
        drawn = pool.fresh_directory()
        job = task(draw_differences, path.absolute(), changed_pages(verification), drawn, password)
        names = pool.run(job.within(LIMITS).inside(drawn))
        return tuple(Path(shutil.copyfile(taken(drawn, name), directory / name)) for name in names)


def _verify_batch(
    pool: Workers, paths: tuple[Path, ...], make: Callable[[Path], Task[Verification]]
) -> Iterator[Verification | CoffreError]:
    waiting: deque[tuple[Path, Verification | CoffreError | None]] = deque()

    def jobs() -> Iterator[Task[Verification]]:
        for path in paths:
            early = _early(path)
            waiting.append((path, early))
            if early is None:
                yield make(path)

    for outcome in pool.each(jobs()):
        yield from _settled(waiting)
        path, _ = waiting.popleft()
        yield replace(_verdict(path, outcome), file=path)
    yield from _settled(waiting)


def _early(path: Path) -> Verification | CoffreError | None:
    try:
        return verify_at_a_glance(path)
    except CoffreError as error:
        return error


def _settled(waiting: deque[tuple[Path, Verification | CoffreError | None]]) -> Iterator[Verification | CoffreError]:
    """Give the verdicts that stand at the head of the queue and need no worker."""
    while waiting and waiting[0][1] is not None:
        found = waiting.popleft()[1]
        if found is not None:
            yield found


def _task(
    path: Path, trust: Trust, at: datetime, password: str | None, deposit_time: datetime | None
) -> Task[Verification]:
    job = task(verify_pdf, path.absolute(), trust, at=at, password=password, deposit_time=deposit_time)
    return job.within(LIMITS)


def _verdict(path: Path, outcome: Outcome[Verification]) -> Verification:
    try:
        return outcome.value()
    except WorkerError as error:
        remark = Remark(N_("This document could not be examined within its limits."), (("detail", error.code),))
        return Verification(path, Conclusion.INDETERMINATE, Integrity.UNREADABLE, remark)
