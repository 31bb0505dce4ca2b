"""Private directories: in memory where possible, locked while in use, swept when their owner has died."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coffre_cli.errors import StorageFailedError
from coffre_cli.i18n import N_
from coffre_cli.worker.errors import UntrustworthyResultError

_PREFIX = "coffre-work-"
_LOCK = ".lock"
_SPACE = 256 * 1024 * 1024
"""A container's /dev/shm may hold 64 MB only: below this, the ordinary temporary directory is better."""


@contextmanager
def private_directory(*, needed: int = 0) -> Iterator[Path]:
    """Give a fresh 0700 directory, removed with all it holds at the end, for about *needed* bytes.

    What processes that died have left is removed first.

    Raises:
        StorageFailedError: No place accepts a directory.
    """
    base = _place(max(needed, _SPACE))
    sweep(base)
    lock, directory = _create(base)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        directory.with_suffix(_LOCK).unlink(missing_ok=True)
        os.close(lock)


def sweep(base: Path) -> None:
    """Remove from *base* the private directories whose owner no longer lives."""
    for path in base.glob(f"{_PREFIX}*{_LOCK}"):
        try:
            lock = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:  # gone meanwhile, or another user's
            continue
        try:
            if _held(lock):
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                path.unlink(missing_ok=True)
        finally:
            os.close(lock)


def taken(directory: Path, name: str) -> Path:
    """Return the path of the file *name* that a worker says it left in *directory*, once that is proven.

    Raises:
        UntrustworthyResultError: It is no plain name, no regular file, or has a second name elsewhere.
    """
    if not name or name in {".", ".."} or "/" in name or "\0" in name:
        raise UntrustworthyResultError(reason=N_("not a plain file name"))
    path = directory / name
    try:
        if not stat.S_ISDIR(directory.lstat().st_mode):
            raise UntrustworthyResultError(reason=N_("not a directory"))
        found = path.lstat()
    except OSError as error:
        raise UntrustworthyResultError(reason=N_("file missing")) from error
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise UntrustworthyResultError(reason=N_("not a file of its own"))
    return path


def _place(needed: int) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for candidate in (Path("/dev/shm"), Path(runtime) if runtime else None):  # noqa: S108 - a memory file system
        if candidate is not None and candidate.is_dir() and os.access(candidate, os.W_OK | os.X_OK):
            room = os.statvfs(candidate)
            if room.f_bavail * room.f_frsize >= 4 * needed:
                return candidate
    return Path(tempfile.gettempdir())


def _create(base: Path) -> tuple[int, Path]:
    for _attempt in range(100):
        directory = base / f"{_PREFIX}{os.urandom(8).hex()}"
        lock = os.open(directory.with_suffix(_LOCK), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        if _held(lock) and os.fstat(lock).st_nlink == 1:  # else a sweeper was quicker
            directory.mkdir(0o700)
            return lock, directory
        os.close(lock)
    raise StorageFailedError(path=base, reason=N_("no private directory can be made"))


def _held(lock: int) -> bool:
    import fcntl  # noqa: PLC0415 - absent on Windows, where this room cannot run but must be importable

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
