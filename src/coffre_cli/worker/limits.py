"""What one task may use."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
_GIGABYTE = 1024 * MEGABYTE
_LONGEST = 120
_BASE_SECONDS = 20
_SECONDS_PER_MEGABYTE = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one task; beyond any of them it ends with a WorkerError."""

    cpu_seconds: int = _BASE_SECONDS
    wall_seconds: float = 2 * _BASE_SECONDS
    memory_bytes: int = 2 * _GIGABYTE
    """Address space, not resident memory."""
    file_bytes: int = 300 * MEGABYTE
    """Size of the largest file it may write."""
    runs_programs: bool = False
    """Whether it starts programs: then the programs' own sandbox replaces the ban on writing elsewhere."""


def limits_for(size: int, *, memory_bytes: int = 2 * _GIGABYTE, runs_programs: bool = False) -> Limits:
    """Return the limits for a file of *size* bytes: 20 s of CPU, and 5 a megabyte, at most 120; twice that of wall."""
    cpu = min(_LONGEST, _BASE_SECONDS + _SECONDS_PER_MEGABYTE * (size // MEGABYTE))
    return Limits(
        cpu_seconds=cpu,
        wall_seconds=2 * cpu,
        memory_bytes=memory_bytes,
        file_bytes=max(300 * MEGABYTE, 4 * size),
        runs_programs=runs_programs,
    )


def impose(limits: Limits) -> None:
    """Bind the calling process, and what it starts, to *limits*; no core dump either."""
    import resource  # noqa: PLC0415 - absent on Windows, where this room cannot run but must be importable

    wanted = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for what, bound in wanted.items():
        ceiling = resource.getrlimit(what)[1]
        lowest = bound if ceiling == resource.RLIM_INFINITY else min(bound, ceiling)
        spare = ceiling == resource.RLIM_INFINITY or lowest < ceiling
        hard = lowest + 1 if what == resource.RLIMIT_CPU and spare else lowest
        try:
            resource.setrlimit(what, (lowest, hard))  # the soft one names itself by its signal, the hard one kills
        except (OSError, ValueError):  # macOS refuses RLIMIT_AS
            continue
