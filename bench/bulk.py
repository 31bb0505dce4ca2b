"""Thousands of files at once: 5,000 of 50 to 500 kB that do not compress, on disk, each program with its own store."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

from bench.measure import Aim, Command, Row
from bench.place import Place
from house.programs import is_there

FILES = 5_000
SMALLEST, LARGEST = 50_000, 500_000
ROUNDS = 5
ON_DISK = True
"""Memory would hide what makes deposits last."""


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    _pile(place)
    ours = _ours(place)
    name = f"coffre add of {FILES:,} files"
    restic = _restic(place).seconds if is_there("restic") else None
    borg = _borg(place).seconds if is_there("borg") else None
    yield Row(name, ours, restic, Aim.FASTER, 1.2, "s", "`restic backup --compression off`", "restic", ROUNDS)
    yield Row(name, ours, borg, Aim.FASTER, 1.4, "s", "`borg create --compression none`", "borg", ROUNDS)
    yield Row(f"{name}, for 1,000", lambda: ours() * 1000 / FILES, None, Aim.BELOW, 1, "s", "–", rounds=3)
    yield Row("coffre add of one file", _one(place), None, Aim.BELOW, 150, "ms", "–", rounds=11)


def _pile(place: Place) -> None:
    chance = random.Random(FILES)  # noqa: S311 - the same sizes in every run
    for number in range(FILES):
        path = place.folder / "pile" / f"{number // 100:03}" / f"{number:05}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(chance.randint(SMALLEST, LARGEST)))


def _ours(place: Place) -> Callable[[], float]:
    def before() -> None:
        for name in ("home", "recovery"):
            place.clear(name)
        place.open_safe()
        os.sync()

    add = place.coffre("add", "pile", "--no-archive", "--quiet")
    return Command(add.words, add.environment, add.folder, before).seconds


def _one(place: Place) -> Callable[[], float]:
    letter = place.noise("letter.bin", 1)
    return place.coffre("add", str(letter), "--no-archive", "--allow-duplicate", "--quiet").milliseconds


def _restic(place: Place) -> Command:
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
