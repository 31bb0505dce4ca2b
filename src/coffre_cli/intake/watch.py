"""Watched folders: which files are complete, and putting aside those that cannot be taken.

A file is complete when size and modification time stand still between two looks: writers on network shares are slow,
and none of them says that it is done. It is then claimed by a rename inside the folder, so that a second watcher, or a
writer that comes back, cannot touch it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

REJECTED = "rejected"
CLAIMED = ".coffre"
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", "~")


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looked like at one moment."""

    size: int
    modified: int
    """Nanoseconds."""


def look(folder: Path) -> dict[Path, Look]:
    """Return how each file under *folder* looks now; hidden, unfinished and rejected ones are passed over."""
    return {path: seen for path in _candidates(folder) if (seen := _look(path)) is not None}


def settled(before: Mapping[Path, Look], now: Mapping[Path, Look]) -> list[Path]:
    """Return the files that did not change between two looks, in the order of their names."""
    return sorted(path for path, seen in now.items() if before.get(path) == seen)


def claim(folder: Path, path: Path) -> Path | None:
    """Take *path* for ourselves and return where it lies now; None when somebody else was faster."""
    place = folder / CLAIMED / str(os.getpid()) / path.relative_to(folder)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
    except FileNotFoundError:
        return None
    return place


def give_back(folder: Path) -> None:
    """Put back what watchers that are gone had claimed: nothing is lost by a kill."""
    for claimed in (folder / CLAIMED).glob("*") if (folder / CLAIMED).is_dir() else ():
        if claimed.name.isdecimal() and not _alive(int(claimed.name)):
            for path in sorted(one for one in claimed.rglob("*") if one.is_file()):
                _move(path, folder / path.relative_to(claimed))
    clean(folder)


def reject(folder: Path, claimed: Path, name: Path, reason: str) -> Path:
    """Put a file that could not be taken aside, with the reason beside it; return where it lies."""
    place = _move(claimed, folder / REJECTED / name)
    place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
    return place


def clean(folder: Path) -> None:
    """Remove the empty folders that claims leave."""
    root = folder / CLAIMED
    for path in sorted((one for one in root.rglob("*") if one.is_dir()), reverse=True) if root.is_dir() else ():
        if not any(path.iterdir()):
            path.rmdir()
    if root.is_dir() and not any(root.iterdir()):
        root.rmdir()


def _candidates(folder: Path) -> Iterator[Path]:
    for directory, subfolders, names in os.walk(folder):
        subfolders[:] = [one for one in subfolders if not one.startswith(".") and one != REJECTED]
        for name in names:
            if not name.startswith(".") and not name.endswith(_UNFINISHED):
                yield Path(directory) / name


def _look(path: Path) -> Look | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return Look(seen.st_size, seen.st_mtime_ns)


def _move(path: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    place = target
    while place.exists():
        number += 1
        place = target.with_name(f"{target.stem} ({number}){target.suffix}")
    path.rename(place)
    return place


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
