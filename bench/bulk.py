"""Thousands of files at once: 5,000 of 50 to 500 kB that do not compress, on disk, each program with its own store.

Takes 13 GB while it lasts.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from bench.measure import Aim, Command, Row, Sample
from bench.place import Place
from house.programs import is_there

FILES = 5_000
SMALLEST, LARGEST = 50_000, 500_000
ROUNDS = 5
ON_DISK = True
"""Memory would hide what makes deposits last."""


@dataclass
class _Turns:
    """Runs every program in turn, and answers for each from what was measured."""

    programs: Mapping[str, Sample]
    measured: dict[str, list[float]] = field(default_factory=dict)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def sample(self, row: str, program: str) -> Sample | None:
        """Return what *program* costs, for *row*; None when it is not there."""
        return (lambda: self._next(row, program)) if program in self.programs else None

    def _next(self, row: str, program: str) -> float:
        turn = self.told[row, program]
        self.told[row, program] += 1
        if turn == len(self.measured.get("coffre", ())):
            for name, cost in self.programs.items():
                self.measured.setdefault(name, []).append(cost())
        return self.measured[program][turn]


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    pile(place)
    others = {"restic": restic(place).seconds, "borg": _borg(place).seconds}
    ours = _ours(place)
    turns = _Turns({"coffre": ours} | {name: cost for name, cost in others.items() if is_there(name)})
    goals = (("restic", 1.2, "`restic backup --compression off`"), ("borg", 1.4, "`borg create --compression none`"))
    for program, goal, beside in goals:
        name = f"coffre add of {FILES:,} files, beside {program}"
        mine, theirs = turns.sample(name, "coffre") or ours, turns.sample(name, program)
        yield Row(name, mine, theirs, Aim.FASTER, goal, "s", beside, program, ROUNDS)
    mine = turns.sample("alone", "coffre") or ours
    yield Row(
        "the same, files a second", lambda: FILES / mine(), None, Aim.FASTER, 1_000, "files/s", "–", rounds=ROUNDS
    )
    yield Row("coffre add of one file beside them", _one(place), None, Aim.BELOW, 150, "ms", "–", rounds=11)


def pile(place: Place) -> None:
    """Make the files, below `pile`."""
    chance = random.Random(FILES)  # noqa: S311 - the same sizes in every run
    for number in range(FILES):
        path = place.folder / "pile" / f"{number // 100:03}" / f"{number:05}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(chance.randint(SMALLEST, LARGEST)))


def _ours(place: Place) -> Sample:
    spent = count()

    def before() -> None:
        # Removed files would cost the next ones: for a minute ext4 passes by each inode that was freed (up to 1 s).
        home = place.folder / "home"
        if home.exists():
            home.rename(place.folder / f"spent-{next(spent)}")
        place.open_safe()
        os.sync()

    add = place.coffre("add", "pile", "--no-archive", "--quiet")
    return Command(add.words, add.environment, add.folder, before).seconds


def _one(place: Place) -> Sample:
    letter = place.noise("letter.bin", 1)
    return place.coffre("add", str(letter), "--no-archive", "--allow-duplicate", "--quiet").milliseconds


def restic(place: Place) -> Command:
    """Return `restic backup` of the pile, into a store made anew each time."""
    words = ("restic", "-r", str(place.folder / "restic"), "--no-cache")
    return _other(place, "restic", (*words, "init"), (*words, "--compression", "off", "backup", "--quiet", "pile"))


def _borg(place: Place) -> Command:
    store = str(place.folder / "borg")
    create = ("borg", "create", "--compression", "none", f"{store}::pile", "pile")
    return _other(place, "borg", ("borg", "init", "-e", "repokey-blake2", store), create)


def _other(place: Place, name: str, init: tuple[str, ...], store: tuple[str, ...]) -> Command:
    environment = {
        "RESTIC_PASSWORD": "correct horse battery staple",
        "BORG_PASSPHRASE": "correct horse battery staple",
        "BORG_BASE_DIR": str(place.folder / "borg-home"),
        "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
    }

    def before() -> None:
        place.clear(name)
        Command(init, environment, place.folder).seconds()
        os.sync()

    return Command(store, environment, place.folder, before)
