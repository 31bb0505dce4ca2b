"""Looking for damage: 5,000 files of 50 to 500 kB, on disk, each program with its own store of them."""

from __future__ import annotations

from collections.abc import Iterator

from bench.bulk import FILES, ON_DISK, ROUNDS, pile, restic
from bench.measure import Aim, Command, Row, Sample
from bench.place import Place
from house.programs import is_there

__all__ = ["ON_DISK", "rows"]


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    pile(place)
    size = sum(path.stat().st_size for path in (place.folder / "pile").rglob("*.bin"))
    place.open_safe()
    place.run("add", "pile", "--no-archive", "--quiet")
    whole, quick = place.coffre("check", "--data"), place.coffre("check")
    theirs = _restic(place) if is_there("restic") else None
    name, beside = f"coffre check --data of {FILES:,} files", "`restic check --read-data`"
    yield Row(name, whole.seconds, theirs, Aim.FASTER, 1.8, "s", beside, "restic", ROUNDS)
    cost = _processor_time(_on_one_core(whole), _on_one_core(quick), size / 1e9)
    yield Row("processor time of a GB of it, on one core", cost, None, Aim.BELOW, 1, "s", "–", rounds=ROUNDS)
    yield Row("coffre check, nothing decrypted", quick.seconds, None, Aim.BELOW, 1, "s", "–", rounds=ROUNDS)
    yield Row("memory of `coffre check --data`", whole.peak_megabytes, None, Aim.BELOW, 200, "MB", "–", rounds=1)


def _on_one_core(command: Command) -> Command:
    return Command(("taskset", "-c", "0", *command.words), command.environment, command.folder)


def _processor_time(whole: Command, quick: Command, gigabytes: float) -> Sample:
    """Return what decrypting and comparing costs beyond a check that does neither."""
    return lambda: (whole.cpu_seconds() - quick.cpu_seconds()) / gigabytes


def _restic(place: Place) -> Sample:
    backup = restic(place)
    backup.seconds()
    words = (*backup.words[: backup.words.index("--compression")], "check", "--read-data", "--quiet")
    return Command(words, backup.environment, place.folder).seconds
