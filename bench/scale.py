"""A safe of 100,000 documents, 300,000 events and 200 MB of text: what a day's work in it costs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.large import COMMON, RARE
from bench.measure import Aim, Command, Row
from bench.place import PYTHON, Place

DOCUMENTS = 100_000
EVENTS = 300_000


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    vault = fill(place, DOCUMENTS, EVENTS)
    listing, none = place.coffre("list", "Seuls").milliseconds, "–"
    yield Row("coffre list FOLDER, 50 documents of it", listing, None, Aim.BELOW, 80, "ms", none, rounds=11)
    rare, common = place.coffre("search", RARE).milliseconds, place.coffre("search", COMMON).milliseconds
    yield Row("coffre search, a rare word", rare, None, Aim.BELOW, 100, "ms", none, rounds=11)
    yield Row("coffre search, a word of 99 % (newest 2,000)", common, None, Aim.BELOW, 100, "ms", none, rounds=11)
    check = place.coffre("check").seconds
    yield Row("coffre check of all of it", check, None, Aim.BELOW, 6, "s", none, rounds=3)
    letter = place.noise("letter.bin", 1)
    add = place.coffre("add", str(letter), "--no-archive", "--allow-duplicate", "--quiet").milliseconds
    yield Row("coffre add of one file", add, None, Aim.BELOW, 150, "ms", none, rounds=11)
    everything = place.coffre("list").peak_megabytes
    yield Row("memory of `coffre list` of them all", everything, None, Aim.BELOW, 120, "MB", none, rounds=1)
    index = vault / "index.db"
    fold = _without(place.coffre("count"), index)
    yield Row("fold the index anew from the log", fold.seconds, None, Aim.BELOW, 60, "s", none, rounds=1)
    yield Row("memory of that", fold.peak_megabytes, None, Aim.BELOW, 200, "MB", none, rounds=1)


def fill(place: Place, documents: int, events: int) -> Path:
    """Make a safe of that size; return its folder."""
    place.open_safe()
    home = place.folder / "home"
    (vault,) = (path.parent for path in home.rglob("vault.json") if path.parent.name != "spare")
    words = (PYTHON, "-m", "bench.large", str(documents), str(events), str(vault), str(home / "state"))
    Command(words).seconds()
    return vault


def _without(command: Command, index: Path) -> Command:
    def before() -> None:
        for path in index.parent.glob(f"{index.name}*"):
            path.unlink()

    return Command(command.words, command.environment, command.folder, before)
