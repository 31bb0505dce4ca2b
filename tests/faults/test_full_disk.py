"""A small file system, filled to its last byte by somebody else."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from coffre_cli.errors import StorageFullError
from coffre_cli.journal.event import Operation
from coffre_cli.store import events
from tests.simulators.household import Household
from tests.simulators.safe import Safe, add, content, delete, everything


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> Path:
    filler = place / "somebody's"
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return filler


def test_the_command_deletes_on_a_full_disk(small_disk: Path, households: dict[str, Household], tmp_path: Path) -> None:
    household = households["as it was made"].copy(tmp_path / "household")
    root = household.safe.root
    shutil.move(root, small_disk / "famille")
    root.symlink_to(small_disk / "famille")
    filler = fill(small_disk)
    for title in ("facture", "Journal", "page"):
        done = household.run("delete", title, "--yes")
        assert done.returncode == 0, done.stderr
    fill(small_disk)
    listed = household.run("list")
    assert listed.returncode == 0
    assert not {b"facture", b"Journal", b"page"} & set(listed.stdout.split())
    refused = household.run("add", "second.pdf")
    assert refused.returncode == 1
    assert b"full" in refused.stderr
    assert household.run("check").returncode in {0, 20}  # the ballast was given up
    filler.unlink()
    household.must("check", "--repair")
    assert household.safe.check().findings == []


def test_on_a_full_disk_reading_and_deleting_work_and_adding_is_refused(small_disk: Path, tmp_path: Path) -> None:
    safe = Safe(small_disk / "vault", tmp_path / "state")
    safe.make()
    vault = safe.open()
    first = add(vault, "Un", b"1" * 200_000, words="mot " * 50)
    second = add(vault, "Deux", b"2" * 100_000)
    vault.close()
    filler = fill(small_disk)

    vault = safe.open()
    assert content(vault, second) == b"2" * 100_000
    for _ in range(3):  # the last page of the log may have room for one or two
        vault.note(Operation.READ, record=second)
    with pytest.raises(StorageFullError):
        add(vault, "Trois", b"3" * 5_000)
    delete(vault, first)
    assert vault.document(first) is None
    vault.close()

    filler.unlink()
    vault = safe.open()
    assert list(everything(vault)) == [second]
    vault.write_missed()
    assert sum(event.operation == Operation.READ for event in events.events(vault.index)) == 3
    vault.close()
    assert (safe.root / "ballast").exists()
    assert safe.check().findings == []
