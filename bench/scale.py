"""A safe of 100,000 documents, 300,000 events and 200 MB of text, on the disk: what a day's work in it costs.

Rows come by the clock and, where other programs may be at work, by the processor. The safe is made once and kept in the
directory for temporary files: `coffre-bench-…`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.large import COMMON, RARE
from bench.measure import MEBIBYTE, Aim, Command, Row
from bench.place import PYTHON, Place

ON_DISK = True
DOCUMENTS = 100_000
EVENTS = 300_000
GIGABYTES = 4
_NOISE_EVERY = 64 * MEBIBYTE
_NONE = "–"


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    large, vault = fill(DOCUMENTS, EVENTS)
    yield from _fold(large, vault)
    yield from _daily(large)
    state = large.folder / "home" / "state"
    opening = Command((PYTHON, "-m", "bench.opened", str(vault), str(state)), large.environment())
    yield Row("open the safe (check's level 0)", lambda: _told(opening), None, Aim.BELOW, 50, "ms", _NONE, rounds=11)
    check = large.coffre("check").seconds
    yield Row("coffre check of all of it (level 1)", check, None, Aim.BELOW, 6, "s", _NONE, rounds=5)
    for words in (("list", "Seuls"), ("search", COMMON), ("list",)):
        memory = large.coffre(*words).peak_megabytes
        yield Row(f"memory of `coffre {' '.join(words)}`", memory, None, Aim.BELOW, 120, "MB", _NONE, rounds=1)
    yield from _one_large_file(place)


def fill(documents: int, events: int) -> tuple[Place, Path]:
    """Return a place with an open safe of that size, made if there is none yet, and the safe's folder."""
    recipe = hashlib.sha256((Path(__file__).parent / "large.py").read_bytes()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"coffre-bench-{documents}-{events}-{recipe}"
    place, whole = Place(folder), folder / "whole"
    if whole.exists():
        place.run("unlock", "--for", "2h")
        return place, _vault(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    place.open_safe()
    vault = _vault(folder)
    words = (PYTHON, "-m", "bench.large", str(documents), str(events), str(vault), str(folder / "home" / "state"))
    Command(words).seconds()
    _without_index(vault)
    whole.touch()
    return place, vault


def _vault(folder: Path) -> Path:
    (vault,) = (path.parent for path in (folder / "home").rglob("vault.json") if path.parent.name != "spare")
    return vault


def _without_index(vault: Path) -> None:
    for path in vault.glob("index.db*"):
        path.unlink()


def _fold(large: Place, vault: Path) -> Iterator[Row]:
    counting = large.coffre("count")
    fold = Command(counting.words, counting.environment, counting.folder, lambda: _without_index(vault))
    seconds, processor, megabytes = _all_at_once(fold)
    name = "fold the index anew from the log"
    yield Row(name, lambda: seconds, None, Aim.BELOW, 60, "s", _NONE, rounds=1)
    yield Row(f"{name}: processor", lambda: processor, None, Aim.BELOW, 60, "s", _NONE, rounds=1)
    yield Row(f"{name}: memory", lambda: megabytes, None, Aim.BELOW, 200, "MB", _NONE, rounds=1)


def _all_at_once(command: Command) -> tuple[float, float, float]:
    """Run *command* once; return the seconds it took by the clock and by the processor, and its memory in MB."""
    before, started = os.times(), time.perf_counter()
    megabytes = command.peak_megabytes()
    after, seconds = os.times(), time.perf_counter() - started
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, spent, megabytes


def _daily(large: Place) -> Iterator[Row]:
    letter = str(large.noise("letter.bin", 1))
    for name, command, goal in (
        ("coffre list FOLDER, 50 documents of it", large.coffre("list", "Seuls"), 80),
        ("coffre search, a rare word", large.coffre("search", RARE), 100),
        ("coffre search, a word of 99 % (newest 2,000)", large.coffre("search", COMMON), 100),
        ("coffre add of one file", large.coffre("add", letter, "--no-archive", "--allow-duplicate", "--quiet"), 150),
    ):
        yield Row(name, command.milliseconds, None, Aim.BELOW, goal, "ms", _NONE, rounds=21)
        processor = _processor(command)
        yield Row(f"{name}: processor", processor, None, Aim.BELOW, goal, "ms", _NONE, rounds=21)


def _one_large_file(place: Place) -> Iterator[Row]:
    place.open_safe()
    big = str(_mostly_holes(place.folder / "big.bin", GIGABYTES * 1024 * MEBIBYTE))
    for name, command in (
        ("add", place.coffre("add", big, "--no-archive", "--quiet")),
        ("get", place.coffre("get", "big", "-o", "out.bin", "--original", "--quiet")),
    ):
        memory = command.peak_megabytes
        yield Row(f"memory of `coffre {name}` of {GIGABYTES} GiB", memory, None, Aim.BELOW, 80, "MB", _NONE, rounds=1)


def _mostly_holes(path: Path, size: int) -> Path:
    """Make a file of *size* bytes with a little noise here and there, which costs no time and no disk."""
    with path.open("wb") as file:
        for offset in range(0, size, _NOISE_EVERY):
            file.seek(offset)
            file.write(os.urandom(4096))
        file.truncate(size)
    return path


def _processor(command: Command) -> Callable[[], float]:
    return lambda: command.cpu_seconds() * 1000


def _told(command: Command) -> float:
    environment = {**os.environ, **command.environment}
    said = subprocess.run(command.words, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return float(said.stdout)
