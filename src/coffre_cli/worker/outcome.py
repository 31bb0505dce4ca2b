"""From the way a process ended to a value or an error."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.worker import wire
from coffre_cli.worker.directory import taken
from coffre_cli.worker.errors import (
    UntrustworthyResultError,
    WorkerCrashedError,
    WorkerError,
    WorkerFailedError,
    WorkerMemoryError,
    WorkerTimedOutError,
)
from coffre_cli.worker.limits import MEGABYTE, Limits

RESULT = ".result"
_NEARLY = 0.85
"""A native library that finds no memory aborts: above this part of a limit, a crash is want of what it limits."""


def read_outcome(report: wire.Report, directory: Path, limits: Limits) -> tuple[object, CoffreError | None]:
    """Return (value, None) or (None, error) for the task that ended as *report* says in *directory*."""
    failure = _failure(report, limits)
    if failure is not None:
        (directory / RESULT).unlink(missing_ok=True)
        return None, failure
    try:
        path = taken(directory, RESULT)
        if path.stat().st_size > wire.RESULT_LIMIT:
            return None, UntrustworthyResultError(reason=N_("result too large"))
        data = path.read_bytes()
        path.unlink()
        return _decoded(wire.read_value(data), limits)
    except WorkerError as error:
        return None, error


def _failure(report: wire.Report, limits: Limits) -> WorkerError | None:
    if report.timed_out or (os.WIFSIGNALED(report.status) and os.WTERMSIG(report.status) == signal.SIGXCPU):
        return _timed_out(limits)
    if os.WIFEXITED(report.status) and os.WEXITSTATUS(report.status) == 0:
        return None
    if report.cpu_seconds >= _NEARLY * limits.cpu_seconds:
        return _timed_out(limits)
    if report.peak_bytes > _NEARLY * limits.memory_bytes:
        return _no_memory(limits)
    if os.WIFSIGNALED(report.status):
        number = os.WTERMSIG(report.status)
        return WorkerCrashedError(reason=signal.strsignal(number) or str(number))
    return WorkerCrashedError(reason=N_("no result"))


def _decoded(answer: object, limits: Limits) -> tuple[object, CoffreError | None]:
    match answer:
        case ("value", value):
            return value, None
        case ("error", (str(module), str(name), dict(facts))):
            return None, wire.error_of(module, name, facts)
        case ("failed", str(reason)):
            return None, WorkerFailedError(reason=reason)
        case ("memory", None):
            return None, _no_memory(limits)
        case _:
            raise UntrustworthyResultError(reason=N_("unexpected answer"))


def _timed_out(limits: Limits) -> WorkerError:
    return WorkerTimedOutError(seconds=limits.cpu_seconds)


def _no_memory(limits: Limits) -> WorkerError:
    return WorkerMemoryError(megabytes=limits.memory_bytes // MEGABYTE)
