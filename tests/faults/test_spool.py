"""Whatever fails at whatever step between a watched folder and the safe: one file becomes one document."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from coffre_cli.errors import CoffreError
from coffre_cli.store.fs import Disk
from coffre_cli.usecases import spooling
from coffre_cli.usecases.inbox import Tray, deposit_files, ready, seal_files
from coffre_cli.usecases.intake import Wishes
from coffre_cli.usecases.spooling import take_in
from coffre_cli.vault.spool import letterbox
from coffre_cli.vault.spool_key import count_waiting
from tests.faults.failing import Failing, Killed
from tests.faults.recording import Keep, Recording, world
from tests.simulators.safe import Safe, everything

FILES = {"Impôts/avis.txt": b"avis " * 900, "bail.txt": b"bail", "vide.txt": b"", "long.bin": bytes(range(256)) * 300}
STATES = 80
LONG_STATES = 4_000
STRIDE = 5
"""Of the steps that fail, unless `--long` asks for each."""
Way = Callable[["Stage"], None]


@dataclass
class Stage:
    """A vault and a watched folder."""

    safe: Safe
    folder: Path

    def tray(self) -> Tray:
        wishes = Wishes(archive=False)
        return Tray(self.folder, "Fax", wishes, lambda error: error.code, self.safe.clock, disk=self.safe.disk)

    def on(self, disk: Disk) -> Stage:
        return Stage(self.safe.on(disk), self.folder)

    def copied_to(self, place: Path) -> Stage:
        shutil.copytree(self.safe.root.parent, place)
        return Stage(replace(self.safe, root=place / "vault", state=place / "state"), place / "tray")


def _seal(stage: Stage) -> None:
    """What cron does while the safe is locked."""
    found = stage.safe.located
    tray = stage.tray()
    list(seal_files(letterbox(found.descriptor, found.layout, stage.safe.around), tray, ready(tray, _nothing)))


def _take_in(stage: Stage) -> None:
    """What the next opening does."""
    vault = stage.safe.open()
    try:
        left = take_in(vault).left
        if left is not None:
            raise left
    finally:
        vault.close()


def _deposit(stage: Stage) -> None:
    """What a service does while the safe is open."""
    vault = stage.safe.open()
    try:
        list(deposit_files(vault, stage.tray(), ready(stage.tray(), _nothing)))
    finally:
        vault.close()


def _sealed_and_taken_in(stage: Stage) -> None:
    _seal(stage)
    _take_in(stage)


def _nothing() -> None:
    """Let no time pass."""


@pytest.fixture(autouse=True, scope="module")
def _plain() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spooling, "Wishes", lambda trust: Wishes(trust=trust, archive=False))
        yield


@pytest.fixture(scope="module")
def stage(quick_folder: Path) -> Stage:
    place = quick_folder / "origin"
    safe = Safe(place / "vault", place / "state")
    place.mkdir()
    safe.make()
    for name, content in FILES.items():
        (place / "tray" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "tray" / name).write_bytes(content)
    _age(place / "tray")
    return Stage(safe, place / "tray")


def _age(folder: Path) -> None:
    """Make the files older than the clock: an empty one that was just made is waited for."""
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))


def _keep(shuffle: random.Random, chance: float) -> Keep:
    return lambda _step: shuffle.random() < chance


def _verify(stage: Stage, what: str) -> None:
    """Each file is one document, and nothing of it is anywhere else."""
    vault = stage.safe.open()
    held = sorted((folder, title, content) for title, folder, _tags, content in everything(vault).values())
    waiting = count_waiting(vault.parts.layout)
    vault.close()
    wanted = []
    for name, content in FILES.items():
        path = Path("Fax") / name
        wanted.append((str(path.parent), path.stem, content))
    assert held == sorted(wanted), what
    assert not waiting, what
    assert [path for path in stage.folder.rglob("*") if path.is_file()] == [], what
    report = stage.safe.check(data=False, full=False)
    assert report.is_clean, f"{what}: {report.findings}"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["kill", "ENOSPC", "EIO"])
@pytest.mark.parametrize("way", [_sealed_and_taken_in, _deposit, "mixed"])
def test_every_step_between_the_folder_and_the_safe_may_fail(
    way: Way | str, how: str, stage: Stage, quick_folder: Path, request: pytest.FixtureRequest
) -> None:
    first, second = (_seal, _deposit) if way == "mixed" else (way, way)
    assert callable(first)
    assert callable(second)
    for at in range(1, 2_000, 1 if request.config.getoption("--long") else STRIDE):
        place = quick_folder / f"{how}-{at}"
        disk = Failing(at, how)
        copy = stage.copied_to(place)
        with contextlib.suppress(Killed, CoffreError):
            first(copy.on(disk))
        second(copy.on(Disk()))
        _take_in(copy.on(Disk()))
        _verify(copy.on(Disk()), f"{how} at step {at}")
        shutil.rmtree(place)
        if disk.steps < at:
            assert at > 20
            return
    pytest.fail("it never ended")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", [_sealed_and_taken_in, _deposit])
def test_a_power_cut_between_the_folder_and_the_safe_loses_and_doubles_nothing(
    way: Way, stage: Stage, quick_folder: Path, request: pytest.FixtureRequest
) -> None:
    copy = stage.copied_to(quick_folder / "power" / way.__name__)
    state = shutil.copytree(copy.safe.state, quick_folder / "power-state" / way.__name__)
    disk = Recording(copy.safe.root.parent)
    base = disk.adopt()
    way(copy.on(disk))
    shuffle = random.Random(20261122)  # noqa: S311 - choices that can be repeated
    count = LONG_STATES if request.config.getoption("--long") else STATES
    for number in range(count):
        cut = number * (len(disk.steps) + 1) // count
        image = world(base, disk.steps[:cut], _keep(shuffle, shuffle.choice([0.0, 0.5, 1.0])), shuffle)
        index = disk.steps[cut].index if cut < len(disk.steps) else len(disk.indexes) - 1
        place = quick_folder / "after"
        image.write_to(place, disk.indexes[index])
        shutil.rmtree(place / "state", ignore_errors=True)
        shutil.copytree(state, place / "state")
        left = Stage(replace(stage.safe, root=place / "vault", state=place / "state"), place / "tray")
        _age(left.folder)
        way(left)
        _take_in(left)
        _verify(left, f"cut after step {cut} of {len(disk.steps)}, {number}")
