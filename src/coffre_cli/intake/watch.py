"""Watched folders: which files are complete, taking them, and putting aside those that cannot be taken.

A file is complete when its size and its time stand still between two looks and, where the system tells, nobody has it
open for writing: writers on network shares are slow, and none of them says that it is done. It is then claimed by a
rename inside the folder, under an id of its own: whatever interrupts what follows, the same id is found again, and the
file becomes one document. It leaves the folder only as long as it is what it was when it was claimed.

Others may write into the folder, and put links there: none is followed, nothing is written over.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.i18n import N_
from coffre_cli.intake.look import Look, is_safe, look_of
from coffre_cli.model import RandomBytes
from coffre_cli.store.fs import Disk, guarded, id_in_name, is_own_folder, listed, open_lock

REJECTED = "rejected"
CLAIMED = ".coffre"
_LOCK = "lock"
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".opdownload", "~")
_BEGINNINGS = (".", "~$", "#")
_FURNITURE = frozenset({"thumbs.db", "desktop.ini"})
_EMPTY_SECONDS = 60
"""A scanner makes its file before the first page: an empty one is waited for."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A complete file that was taken to be deposited."""

    id: bytes
    """16 bytes, the same until the file has left; no other file has them."""
    path: Path
    """Where it lies now."""
    inside: Path
    """Where it lay, in the watched folder."""
    seen: Look


def look(folder: Path) -> dict[Path, Look]:
    """Return how each file under *folder* looks now; hidden, unfinished and rejected ones are passed over."""
    return {path: seen for path in _candidates(folder) if (seen := _look(path)) is not None}


def settled(before: Mapping[Path, Look], now: Mapping[Path, Look], moment: datetime) -> list[Path]:
    """Return the files that did not change between two looks, in the order of their names."""
    old = (moment.timestamp() - _EMPTY_SECONDS) * 1e9
    still = (path for path, seen in now.items() if before.get(path) == seen and (seen.size or seen.modified < old))
    return sorted(path for path in still if not _is_being_written(path))


def claims(folder: Path) -> list[Claim]:
    """Return what a watcher that is gone had claimed and not finished."""
    found = []
    for place in listed(folder / CLAIMED):
        name = id_in_name(place)
        for path in sorted(place.rglob("*")) if name is not None and is_own_folder(place) else ():
            seen = _look(path)
            if name is not None and seen is not None:
                inside = path.relative_to(place)
                found.append(Claim(_claim_id(name, inside), path, inside, seen))
    return found


def claim(disk: Disk, folder: Path, path: Path, random: RandomBytes) -> Claim | None:
    """Take *path*; None when it is gone, or when its writer will not let go of it."""
    name, inside = random(16), path.relative_to(folder)
    place = folder / CLAIMED / name.hex() / inside
    try:
        _put(disk, folder, path, place)
    except (FileNotFoundError, StorageFailedError):
        clean(folder)
        return None
    seen = _look(place)
    return None if seen is None else Claim(_claim_id(name, inside), place, inside, seen)


def finish(disk: Disk, folder: Path, taken: Claim) -> bool:
    """Remove a file that is durable elsewhere; one that somebody has changed since goes back, and is False."""
    if _look(taken.path) != taken.seen:
        give_back(disk, folder, taken)
        return False
    disk.unlink(taken.path)
    _last(disk, taken.path.parent)
    clean(folder)
    return True


def give_back(disk: Disk, folder: Path, taken: Claim) -> None:
    """Put a file back where it was."""
    with contextlib.suppress(FileNotFoundError):
        _put(disk, folder, taken.path, _free(folder / taken.inside))
    clean(folder)


def reject(disk: Disk, folder: Path, taken: Claim, reason: str) -> Path:
    """Put a file that could not be taken aside, with the reason beside it; return where it lies."""
    place = _free(folder / REJECTED / taken.inside)
    _make_folders(disk, folder, place)
    beside = _free(place.with_name(f"{place.name}.txt"))
    with guarded(beside), os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(f"{reason}\n".encode())
    with contextlib.suppress(FileNotFoundError):
        _put(disk, folder, taken.path, place)
    clean(folder)
    return place


def clean(folder: Path) -> None:
    """Remove the empty folders that claims leave."""
    root = folder / CLAIMED
    for path in sorted((one for one in root.rglob("*") if one.is_dir()), reverse=True) if root.is_dir() else ():
        with contextlib.suppress(OSError):
            path.rmdir()


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[bool]:
    """Have *folder* to ourselves; False while another watcher has it.

    Raises:
        StorageFailedError: Nothing can be written into it.
    """
    root = folder / CLAIMED
    with guarded(root):
        root.mkdir(exist_ok=True)
        _refuse_link(root)
        descriptor = open_lock(root / _LOCK)
    mine = _locked(descriptor)
    try:
        yield mine
    finally:
        if mine:
            with contextlib.suppress(OSError):
                (root / _LOCK).unlink()
                clean(folder)
                root.rmdir()
        os.close(descriptor)


def _claim_id(name: bytes, inside: Path) -> bytes:
    """Return the id of the file *inside* the claim *name*; a sync tool may put a second file there."""
    return hashlib.sha256(name + os.fsencode(inside)).digest()[:16]


def _candidates(folder: Path) -> Iterator[Path]:
    for directory, subfolders, names in os.walk(folder):
        if is_safe(Path(directory)):
            subfolders.clear()
            continue
        subfolders[:] = [one for one in subfolders if not one.startswith(".") and one != REJECTED]
        for name in names:
            low = name.lower()
            if not name.startswith(_BEGINNINGS) and not low.endswith(_UNFINISHED) and low not in _FURNITURE:
                yield Path(directory) / name


def _look(path: Path) -> Look | None:
    """Look at a regular file, and at nothing else: a link would be followed, a pipe waited for."""
    try:
        seen = path.lstat()
    except OSError:
        return None
    return look_of(seen) if _is_regular(seen.st_mode) else None


def _is_regular(mode: int) -> bool:
    import stat

    return stat.S_ISREG(mode)


def _is_being_written(path: Path) -> bool:
    """Tell whether somebody has *path* open for writing, as far as this system tells: Linux, a file of our own."""
    try:
        import fcntl
        import signal

        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (ImportError, OSError, AttributeError):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # told to whoever does not listen, it does nothing
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except (OSError, AttributeError) as problem:
        return getattr(problem, "errno", None) == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def _locked(descriptor: int) -> bool:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return True
    except OSError as problem:  # a share without locks is watched all the same: a claim is a rename, and has one winner
        return problem.errno not in {errno.EAGAIN, errno.EACCES}
    return os.fstat(descriptor).st_nlink > 0


def _last(disk: Disk, folder: Path) -> None:
    """Make names in *folder* last, on file systems that can."""
    with contextlib.suppress(StorageFailedError, StorageFullError, FileNotFoundError):
        disk.sync_folder(folder)


def _put(disk: Disk, folder: Path, path: Path, place: Path) -> None:
    """Move *path* to *place*, both inside *folder*; no power cut finds it in neither."""
    _make_folders(disk, folder, place)
    disk.rename(path, place)
    _last(disk, place.parent)
    _last(disk, path.parent)


def _make_folders(disk: Disk, folder: Path, place: Path) -> None:
    for one in reversed(place.parents):
        if folder not in one.parents:
            continue
        _refuse_link(one)
        if not one.is_dir():
            disk.make_folder(one)
            _last(disk, one.parent)


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise StorageFailedError(path=path, reason=N_("a link, which is not followed"))


def _free(target: Path) -> Path:
    number = 1
    place = target
    while os.path.lexists(place):
        number += 1
        place = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return place
