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
from functools import partial
from pathlib import Path
from typing import Protocol

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
AGAIN = Limits(cpu_seconds=10, wall_seconds=15.0, memory_bytes=3 << 30)
"""Of the second look at a file that a worker did not survive."""
_PRELOAD = ("coffre_cli.signing.verification", "coffre_cli.signing.rendering")


class Make(Protocol):
    """Makes the task of verifying one file."""

    def __call__(self, path: Path, *, pictures: bool) -> Task[Verification]:
        """Return the task; *pictures* says whether it may draw pages."""


def _never(_: Path) -> datetime | None:
    return None


def verify_each(
    paths: Iterable[Path],
    trust: Trust,
    *,
    now: datetime,
    at: datetime | None = None,
    password: str | None = None,
    deposit_time: Callable[[Path], datetime | None] = _never,
    workers: int | None = None,
) -> Iterator[Verification | CoffreError]:
    """Give the verdict on each of *paths*, in their order; a file that cannot be opened gives its error instead."""

    def make(path: Path, *, pictures: bool) -> Task[Verification]:
        job = task(
            verify_pdf, path.absolute(), trust,
            at=at or now, password=password, deposit_time=deposit_time(path), pictures=pictures,
        )  # fmt: skip
        return job.within(LIMITS if pictures else AGAIN)

    with Workers(workers, preload=_PRELOAD) as pool:
        source = iter(paths)
        while batch := tuple(itertools.islice(source, BATCH)):
            yield from _verify_batch(pool, batch, make)


def one_worker() -> Workers:
    """Return a pool of one worker, for `verify_one`; a context manager."""
    return Workers(1, preload=_PRELOAD)


def verify_one(
    pool: Workers, path: Path, trust: Trust, *, now: datetime, deposit_time: datetime | None = None
) -> Verification:
    """Return the verdict on *path*, given in a worker of *pool*."""
    failure = ""
    for limits, pictures in ((LIMITS, True), (AGAIN, False)):
        job = task(verify_pdf, path.absolute(), trust, at=now, deposit_time=deposit_time, pictures=pictures)
        try:
            return pool.run(job.within(limits))
        except WorkerError as error:
            failure = error.code
    return _beyond_limits(path, failure)


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


def _verify_batch(pool: Workers, paths: tuple[Path, ...], make: Make) -> Iterator[Verification | CoffreError]:
    waiting: deque[tuple[Path, Verification | CoffreError | None]] = deque()

    def jobs() -> Iterator[Task[Verification]]:
        for path in paths:
            early = _early(path)
            waiting.append((path, early))
            if early is None:
                yield make(path, pictures=True)

    for outcome in pool.each(jobs()):
        yield from _settled(waiting)
        path, _ = waiting.popleft()
        yield replace(_verdict(pool, path, outcome, partial(make, path, pictures=False)), file=path)
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


def _verdict(
    pool: Workers, path: Path, outcome: Outcome[Verification], plainly: Callable[[], Task[Verification]]
) -> Verification:
    """Return the verdict; where the worker did not survive, that of another one which draws no page."""
    try:
        return outcome.value()
    except WorkerError:
        pass
    try:
        return pool.run(plainly())
    except WorkerError as error:
        return _beyond_limits(path, error.code)


def _beyond_limits(path: Path, code: str) -> Verification:
    remark = Remark(N_("This document could not be examined within its limits."), (("detail", code),))
    return Verification(path, Conclusion.INDETERMINATE, Integrity.UNREADABLE, remark)
