"""Level 2: decrypt renditions and compare their digests, the longest unverified first, on every core."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED as FIRST
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.journal.event import moment
from coffre_cli.store import documents, inspection
from coffre_cli.store.blob_check import BlobVerifier, Expected
from coffre_cli.store.blobs import BlobId
from coffre_cli.store.index import Index
from coffre_cli.store.inspection import KnownBlob
from coffre_cli.vault.check_blobs import blob_finding
from coffre_cli.vault.check_model import Finding
from coffre_cli.vault.parts import Parts

_GROUP_BYTES: Final = 32 * 1024 * 1024
_GROUP_BLOBS: Final = 256
_WORTH_PROCESSES: Final = 64 * 1024 * 1024
"""Below this one process has finished before others have started."""
_AHEAD: Final = 2
"""Groups waiting for each process: enough to keep it busy, few enough to keep keys out of memory."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much to decrypt: a fixed n-th of t parts, or a fraction of what was verified longest ago."""

    part: int = 1
    parts: int = 1
    fraction: Fraction = Fraction(1)

    def of(self, names: list[BlobId]) -> list[BlobId]:
        """Return what of *names*, the longest unverified first, is to be decrypted now."""
        chosen = [name for name in names if int.from_bytes(name[:4], "big") % self.parts == self.part - 1]
        return chosen[: -(-len(chosen) * self.fraction.numerator // self.fraction.denominator)]


@dataclass(frozen=True, slots=True)
class Verified:
    """One rendition that was decrypted."""

    blob: BlobId
    size: int
    reason: str
    """Why it is not what was written; empty when it is."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What a process needs to verify some blobs; it travels through a pipe, never through a file."""

    folder: Path
    vault_id: bytes
    blobs: tuple[Expected, ...]


def verify_data(parts: Parts, index: Index, share: Share) -> Iterator[Verified | Finding]:
    """Decrypt *share* of the renditions; what was verified is remembered, so that the next run begins with the rest."""
    names = share.of(inspection.blobs_to_verify(index))
    known = dict[BlobId, KnownBlob]()
    done = 0
    for results in _run(parts, index, names, known):
        good = [one.blob for one in results if not one.reason]
        with contextlib.suppress(StorageFullError, StorageFailedError):  # it is verified all the same
            inspection.mark_verified(index, good, moment(parts.around.clock()))
        for one in results:
            done += 1
            yield one
            if one.reason and _is_still_there(index, one.blob):
                yield blob_finding(parts, index, known.pop(one.blob), one.reason)
            known.pop(one.blob, None)
        parts.around.progress(done, len(names), "data")


def _run(parts: Parts, index: Index, names: list[BlobId], known: dict[BlobId, KnownBlob]) -> Iterator[list[Verified]]:
    tasks = _tasks(parts, index, names, known)
    processes = _cores() if documents.occupancy(index) >= _WORTH_PROCESSES else 1
    if processes == 1:
        yield from map(_verify, tasks)
        return
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_leave_interruptions_to_the_caller)
    waiting: set[Future[list[Verified]]] = set()
    try:
        for task in tasks:
            waiting.add(pool.submit(_verify, task))
            if len(waiting) >= processes * _AHEAD:
                finished, waiting = wait(waiting, return_when=FIRST)
                yield from (one.result() for one in finished)
        yield from (one.result() for one in waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _tasks(parts: Parts, index: Index, names: list[BlobId], known: dict[BlobId, KnownBlob]) -> Iterator[_Task]:
    for start in range(0, len(names), _GROUP_BLOBS):
        group: list[Expected] = []
        size = 0
        for sealed in inspection.sealed_blobs(index, names[start : start + _GROUP_BLOBS]):
            known[sealed.known.blob] = sealed.known
            group.append(Expected(sealed.known.blob, sealed.known.size, sealed.key.reveal(), sealed.sha256))
            size += sealed.known.size
            if size >= _GROUP_BYTES:
                yield _Task(parts.layout.blobs, parts.vault_id, tuple(group))
                group, size = [], 0
        if group:
            yield _Task(parts.layout.blobs, parts.vault_id, tuple(group))


def _verify(task: _Task) -> list[Verified]:
    verifier = _verifier(task.folder, task.vault_id)
    return [Verified(one.blob, one.size, verifier.problem(one)) for one in task.blobs]


@functools.lru_cache(maxsize=1)
def _verifier(folder: Path, vault_id: bytes) -> BlobVerifier:
    """Return the one verifier of this process: its buffers cost more to make than a small blob to verify."""
    return BlobVerifier(folder, vault_id)


def _leave_interruptions_to_the_caller() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_still_there(index: Index, name: BlobId) -> bool:
    """Tell whether no deletion has removed the blob meanwhile."""
    return any(True for _ in inspection.sealed_blobs(index, [name]))


def _cores() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_share(text: str) -> Share | None:
    """Return the share that a person typed: nothing, `n/t` or `x%`; None when it is none of them."""
    if not text:
        return Share()
    with contextlib.suppress(ValueError, ZeroDivisionError):
        if text.endswith("%"):
            fraction = Fraction(text[:-1]) / 100
            return Share(fraction=fraction) if 0 < fraction <= 1 else None
        part, _, parts = text.partition("/")
        return Share(int(part), int(parts)) if 1 <= int(part) <= int(parts) else None
    return None
