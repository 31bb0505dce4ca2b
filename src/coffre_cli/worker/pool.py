"""Workers: tasks in, outcomes out."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Generic, ParamSpec, Self, TypeVar

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.worker import wire
from coffre_cli.worker.directory import private_directory
from coffre_cli.worker.errors import WorkerCrashedError, WorkerUnavailableError
from coffre_cli.worker.limits import Limits
from coffre_cli.worker.outcome import read_outcome
from coffre_cli.worker.process import Server

P = ParamSpec("P")
T = TypeVar("T")
_AHEAD = 4
"""Outcomes kept waiting for a slow consumer, per worker."""


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A call to be made in a worker, and its limits; `task` makes one."""

    function: tuple[str, str]
    """Module and name."""
    arguments: bytes
    """Pickled."""
    limits: Limits
    directory: Path | None
    """Where it runs, kept afterwards; without it, a fresh private directory, removed afterwards."""

    def within(self, limits: Limits) -> Task[T]:
        """Return the same call with other *limits*."""
        return replace(self, limits=limits)

    def inside(self, directory: Path) -> Task[T]:
        """Return the same call, run in *directory* (see `Workers.fresh_directory`), which is kept."""
        return replace(self, directory=directory)


def task(function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> Task[T]:
    """Return the task of calling the module-level *function* with these arguments."""
    return Task((function.__module__, function.__qualname__), pickle.dumps((arguments, named)), Limits(), None)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a task used."""

    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """The value of a task, or the error that stands for it."""

    result: T | None
    error: CoffreError | None
    cost: Cost

    def value(self) -> T:
        """Return the value.

        Raises:
            CoffreError: The task raised it.
            WorkerError: The task ended badly.
        """
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # without an error the result is the function's own


class Workers:
    """A pool of limited processes; a context manager. Usable from several threads."""

    def __init__(self, number: int | None = None, *, preload: tuple[str, ...] = (), needed: int = 0) -> None:
        """Prepare *number* workers (default: one a processor) that have imported *preload*.

        A name `module:function` in *preload* also calls that function once, for what it leaves in caches.
        *needed* is about how many bytes of files the private directory will hold at once.
        """
        self.number = number or processors()
        self._preload = preload
        self._needed = needed
        self._stack = contextlib.ExitStack()
        self._numbers = count(1)
        self._pending: dict[int, tuple[wire.Order, bool]] = {}
        self._finished: dict[int, Outcome[object]] = {}
        self._receiving = threading.Lock()
        self._sending = threading.Lock()
        self._server: Server | None = None
        self._root: Path | None = None

    def __enter__(self) -> Self:
        """Make the private directory; processes start with the first task."""
        self._root = self._stack.enter_context(private_directory(needed=self._needed))
        return self

    def __exit__(self, *_reason: object) -> None:
        """End every process and remove the private directory."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._stack.close()

    @property
    def directory(self) -> Path:
        """The private directory of the pool."""
        if self._root is None:
            raise WorkerUnavailableError(reason=N_("closed"))
        return self._root

    @property
    def network_cut(self) -> bool:
        """Whether tasks run without any network; starts the processes."""
        return self._serving().network_cut

    def fresh_directory(self) -> Path:
        """Make a private directory that lives as long as the pool, unless removed before."""
        directory = self.directory / f"{next(self._numbers)}"
        directory.mkdir(0o700)
        return directory

    def warm(self) -> None:
        """Start the processes now, so that their imports overlap with other work."""
        self._serving()

    def run(self, job: Task[T]) -> T:
        """Run one task and return its value.

        Raises:
            CoffreError: The task raised it.
            WorkerError: The task ended badly.
        """
        return self._wait_for(self._submit(job), job).value()

    def each(self, tasks: Iterable[Task[T]]) -> Iterator[Outcome[T]]:
        """Run *tasks* side by side; yield their outcomes in the order given."""
        waiting: list[tuple[int, Task[T]]] = []
        for job in tasks:
            waiting.append((self._submit_soon(job), job))
            while waiting and (waiting[0][0] in self._finished or len(waiting) >= _AHEAD * self.number):
                yield self._wait_for(*waiting.pop(0))
        for number, job in waiting:
            yield self._wait_for(number, job)

    def as_completed(self, tasks: Iterable[Task[T]]) -> Iterator[tuple[int, Outcome[T]]]:
        """Run *tasks* side by side; yield (position from 0, outcome) as each ends."""
        waiting: dict[int, tuple[int, Task[T]]] = {}
        for position, job in enumerate(tasks):
            waiting[self._submit_soon(job)] = (position, job)
            yield from self._ended(waiting)
        while waiting:
            self._receive_until(lambda: any(number in self._finished for number in waiting))
            yield from self._ended(waiting)

    def _ended(self, waiting: dict[int, tuple[int, Task[T]]]) -> Iterator[tuple[int, Outcome[T]]]:
        for number in [number for number in waiting if number in self._finished]:
            position, job = waiting.pop(number)
            yield position, self._wait_for(number, job)

    def _submit_soon(self, job: Task[T]) -> int:
        self._receive_until(lambda: len(self._pending) <= self.number)  # one more hides the hand-over
        return self._submit(job)

    def _submit(self, job: Task[T]) -> int:
        server = self._serving()
        number = next(self._numbers)
        directory = job.directory or self.directory / f"{number}"
        if job.directory is None:
            directory.mkdir(0o700)
        order = wire.Order(number, job.function, job.arguments, job.limits, str(directory))
        self._pending[number] = (order, job.directory is not None)
        with self._sending:
            server.send(order)
        return number

    def _wait_for(self, number: int, _job: Task[T]) -> Outcome[T]:
        self._receive_until(lambda: number in self._finished)
        return self._finished.pop(number)  # type: ignore[return-value]  # the outcome of this very task

    def _receive_until(self, satisfied: Callable[[], bool]) -> None:
        while not satisfied():
            with self._receiving:
                if not satisfied():
                    self._receive_one()

    def _receive_one(self) -> None:
        report = self._serving().receive()
        if report is None:
            self._all_crashed()
            return
        order, kept = self._pending.pop(report.number)
        directory = Path(order.directory)
        result, error = read_outcome(report, directory, order.limits)
        if not kept:
            shutil.rmtree(directory, ignore_errors=True)
        self._finished[report.number] = Outcome(result, error, Cost(report.cpu_seconds, report.peak_bytes))

    def _all_crashed(self) -> None:
        """Answer for every pending task when the server itself has died; the next task starts another."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        for number in list(self._pending):
            del self._pending[number]
            self._finished[number] = Outcome(None, WorkerCrashedError(reason=N_("server gone")), Cost(0.0, 0))

    def _serving(self) -> Server:
        with self._sending:
            if self._server is None:
                self._server = Server(self.directory, self._preload)
            return self._server


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
