"""Rows, and how they are measured."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

Sample = Callable[[], float]
"""Does the work once and returns what it cost, in the unit of its row."""

MEBIBYTE = 1024 * 1024


class Aim(StrEnum):
    """What a goal says about a row."""

    AT_MOST = "≤"
    """Our cost over theirs stays below the goal."""
    FASTER = "≥"
    """Their cost over ours is above the goal: how many times faster we are; with nobody beside, our own figure."""
    BELOW = "<"
    """Our cost itself stays below the goal; there is nobody to compare with."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    ours: Sample
    theirs: Sample | None
    aim: Aim
    goal: float
    unit: str
    beside: str
    """What the other one is."""
    program: str | None = None
    """The system program the other one is, when it is one."""
    rounds: int = 7


@dataclass(frozen=True, slots=True)
class Result:
    """A row and its medians."""

    row: Row
    ours: float
    theirs: float | None

    def figure(self) -> float:
        """Return what is held against the goal."""
        if self.theirs is None:
            return self.ours
        return self.theirs / self.ours if self.row.aim is Aim.FASTER else self.ours / self.theirs

    def reached(self) -> bool:
        """Tell whether the goal is reached."""
        return self.figure() >= self.row.goal if self.row.aim is Aim.FASTER else self.figure() <= self.row.goal


def measure(row: Row) -> Result:
    """Measure both sides in turn, after one round that only warms the caches (but where one round is enough)."""
    sides = [row.ours] if row.theirs is None else [row.ours, row.theirs]
    costs: list[list[float]] = [[] for _ in sides]
    for _ in range(row.rounds + (row.rounds > 1)):
        for side, sample in zip(costs, sides, strict=True):
            side.append(sample())
    costs = [side[row.rounds > 1 :] for side in costs]
    medians = [statistics.median(side) for side in costs]
    return Result(row, medians[0], medians[1] if len(medians) > 1 else None)


@dataclass(frozen=True, slots=True)
class Command:
    """A program and its surroundings."""

    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    before: Callable[[], object] = lambda: None
    """Puts things in place, unmeasured."""

    def seconds(self) -> float:
        """Run it; return the wall time from start to end."""
        self.before()
        started = time.perf_counter()
        self._run()
        return time.perf_counter() - started

    def milliseconds(self) -> float:
        """Run it; return the wall time from start to end."""
        return self.seconds() * 1000

    def cpu_seconds(self) -> float:
        """Run it; return the time that processors spent on it and its children."""
        self.before()
        with self._start() as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self._refuse_failure(process.returncode)
        return usage.ru_utime + usage.ru_stime

    def peak_megabytes(self) -> float:
        """Run it; return the most memory that it and its children held at once (MB)."""
        self.before()
        with self._start() as process:
            watch = _MemoryWatch(process.pid)
            watch.start()
            _, status, _ = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            watch.stop()
        self._refuse_failure(process.returncode)
        return watch.peak / 1e6

    def try_run(self) -> None:
        """Run it, whatever it answers."""
        with contextlib.suppress(OSError), self._start() as process:
            process.wait()

    def _run(self) -> None:
        with self._start() as process:
            process.wait()
        self._refuse_failure(process.returncode)

    def _refuse_failure(self, code: int) -> None:
        if code:
            raise RuntimeError(f"{' '.join(self.words)} answered {code}")

    def _start(self) -> subprocess.Popen[bytes]:
        nothing = subprocess.DEVNULL
        environment = {**os.environ, **self.environment}
        return subprocess.Popen(
            self.words, stdin=nothing, stdout=nothing, stderr=nothing, env=environment, cwd=self.folder
        )


class _MemoryWatch(threading.Thread):
    """Adds up the proportional memory of a process and its children, fifty times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._ended.wait(0.02):
            family = sum(_memory(pid, "smaps_rollup", "Pss:") for pid in _family(self._pid))
            self.peak = max(self.peak, family, _memory(self._pid, "status", "VmHWM:"))

    def stop(self) -> None:
        """Stop looking."""
        self._ended.set()
        self.join()


def _family(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(word) for word in (task / "children").read_text("ascii").split()]
    return [pid, *(each for child in children for each in _family(child))]


def _memory(pid: int, file: str, name: str) -> int:
    """Return what the kernel says of *pid* in bytes; `ru_maxrss` would count what we held when we started it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text("ascii", "replace").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0
