"""Looking into a safe that is open."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Aim, Command, Row
from bench.place import Place
from house.programs import is_there

DOCUMENTS = 50


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    papers = place.folder / "papers"
    papers.mkdir()
    for number in range(DOCUMENTS):
        (papers / f"letter-{number:02}.txt").write_text(f"Letter number {number}, about the roof.\n" * 20, "utf-8")
    place.open_safe()
    place.run("add", str(papers), "--no-archive", "--quiet")
    theirs = _borg(place).milliseconds if is_there("borg") else None
    listing = place.coffre("list").milliseconds
    yield Row(
        "coffre list, 50 documents", listing, theirs, Aim.AT_MOST, 0.3, "ms", "`borg list` of 50 files", "borg", 11
    )


def _borg(place: Place) -> Command:
    environment = {
        "BORG_PASSPHRASE": "correct horse battery staple",
        "BORG_BASE_DIR": str(place.folder / "borg-home"),
    }
    repository = str(place.folder / "borg")
    for words in (["init", "-e", "repokey-blake2", repository], ["create", f"{repository}::papers", "papers"]):
        Command(("borg", *words), environment, place.folder).seconds()
    return Command(("borg", "list", f"{repository}::papers"), environment, place.folder)
