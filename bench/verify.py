"""A folder of 300 mixed files verified, everything from the start of our command to its end.

100 PDFs bear a signature, 50 two, 50 one and bytes that were added after it; 50 are unsigned, 50 are no PDFs. Of
pyHanko's command, one process a file, 30 are timed and multiplied by ten.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import Aim, Row, Sample
from bench.place import COFFRE, Place
from bench.sign import paper

FILES = 300
COMMANDS = 30
ONCE, TWICE, CHANGED, UNSIGNED, OTHERS = 100, 50, 50, 50, 50
SIZE = 30_000
_ANSWERS = (0, 1, 20)
"""A folder in which one file was changed ends with 20; pyHanko's command says 1 of what it does not believe."""


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    place.open_safe()
    pile = _pile(place)
    place.run("identity", "export", "bench", str(place.folder / "root.pem"))
    ours = _ours(place)
    theirs = _commands(place, pile) if shutil.which("pyhanko") else None
    beside = f"one `pyhanko sign validate` a file ({COMMANDS} × {FILES // COMMANDS})"
    yield Row(f"coffre verify of {FILES} files", ours, theirs, Aim.FASTER, 5, "s", beside, "pyhanko", rounds=1)
    yield Row("the same, for each file", lambda: ours() * 1000 / FILES, None, Aim.BELOW, 80, "ms", "–", rounds=3)


def _pile(place: Place) -> Path:
    """Make the folder; the file names mix the kinds, as a folder of papers does."""
    raw, pile = place.folder / "raw", place.folder / "pile"
    raw.mkdir()
    pile.mkdir()
    for number in range(ONCE + TWICE + CHANGED):
        (raw / f"{number:03}.pdf").write_bytes(paper(SIZE))
    place.run("sign", "raw", "-o", "once", "--quiet")
    signed = sorted((place.folder / "once").iterdir())
    again = place.folder / "again"
    again.mkdir()
    for path in signed[ONCE : ONCE + TWICE]:
        shutil.move(path, again / path.name)
    place.run("seal", "again", "-o", "twice", "--quiet", *_organisation(place))
    for path in signed[:ONCE]:
        shutil.copy(path, pile / path.name)
    for path in (place.folder / "twice").iterdir():
        shutil.copy(path, pile / path.name)
    for path in signed[ONCE + TWICE :]:
        (pile / path.name).write_bytes(path.read_bytes() + b"\n% added\n")
    for number in range(UNSIGNED):
        (pile / f"{number:03}-unsigned.pdf").write_bytes(paper(SIZE))
    for number in range(OTHERS):
        (pile / f"{number:03}-other.txt").write_bytes(os.urandom(SIZE))
    return pile


def _organisation(place: Place) -> Sequence[str]:
    place.run("identity", "create", "--organisation", "Bench", "--siren", "732829320")
    return ("--identity", "Bench")


def _ours(place: Place) -> Sample:
    return lambda: _seconds((COFFRE, "verify", "pile", "--json"), place)


def _commands(place: Place, pile: Path) -> Sample:
    files = sorted(pile.iterdir())[:: FILES // COMMANDS]
    root = str(place.folder / "root.pem")
    commands = [("pyhanko", "sign", "validate", "--trust", root, str(file)) for file in files]
    return lambda: sum(_seconds(command, place) for command in commands) * FILES / COMMANDS


def _seconds(words: Sequence[str], place: Place) -> float:
    environment = os.environ | place.environment()
    started = time.perf_counter()
    done = subprocess.run(words, check=False, env=environment, cwd=place.folder, capture_output=True)
    spent = time.perf_counter() - started
    if done.returncode not in _ANSWERS:
        raise RuntimeError(f"{' '.join(words)} answered {done.returncode}")
    return spent
