"""A medium that cannot be written: reads are served, that is said, and the journal learns of them later."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from coffre_cli.journal.event import Operation
from coffre_cli.store import events
from tests.simulators.household import Household

Remount = Callable[[str], None]


@pytest.fixture
def medium(households: dict[str, Household], tmp_path: Path) -> Iterator[tuple[Household, Remount]]:
    """Give a household whose safe lies on a medium of its own, and the means to make that read-only."""
    household = households["as it was made"].copy(tmp_path / "household")
    root = household.safe.root
    root.rename(tmp_path / "aside")
    root.mkdir()
    if os.geteuid():  # only root may mount, and only others are stopped by rights
        root.rmdir()
        (tmp_path / "aside").rename(root)
        yield household, partial(_rights, root)
        subprocess.run(["chmod", "-R", "u+w", root], check=True)
        return
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", root], check=False).returncode:
        pytest.skip("this container may not mount")
    subprocess.run(["cp", "-a", f"{tmp_path / 'aside'}/.", root], check=True)
    yield household, partial(_remount, root)
    subprocess.run(["umount", root], check=True)


def _remount(root: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", root], check=True)


def _rights(root: Path, how: str) -> None:
    subprocess.run(["chmod", "-R", "a-w" if how == "ro" else "u+w", root], check=True)


CHANGES = (("add", "second.pdf"), ("delete", "facture", "--yes"), ("tag", "facture", "--add", "x"), ("rekey",))


@pytest.mark.parametrize("index", ["there", "gone"])
def test_on_a_read_only_medium_reading_works_and_is_told_later(
    index: str, medium: tuple[Household, Remount], tmp_path: Path
) -> None:
    household, remount = medium
    wanted = household.must("get", "Journal", "--original", "-o", "-")
    if index == "gone":
        (household.safe.root / "index.db").unlink()
    files = sorted(path.relative_to(household.safe.root) for path in household.safe.root.rglob("*"))
    remount("ro")
    listed = household.run("list", "--json")
    assert listed.returncode == 0
    assert listed.stdout.count(b"coffre.document/1") == 6
    assert b"cannot be written" in listed.stderr
    got = household.run("get", "Journal", "--original", "-o", str(tmp_path / "out"))
    assert got.returncode == 0
    assert (tmp_path / "out").read_bytes() == wanted
    for words in (("check", "--data"), ("search", "bail"), ("show", "contrat"), ("status",), ("journal", "verify")):
        done = household.run(*words)
        assert done.returncode == 0, done.stderr
    for change in CHANGES:
        done = household.run(*change)
        assert done.returncode == 1, change
        assert b"Read-only" in done.stderr or b"Permission denied" in done.stderr
        assert b"did not foresee" not in done.stderr
    assert sorted(path.relative_to(household.safe.root) for path in household.safe.root.rglob("*")) == files

    remount("rw")
    assert household.must("count") == b"6\n"
    vault = household.safe.open()
    told = [event.operation for event in events.events(vault.index)][-12:]
    vault.close()
    assert {Operation.LIST, Operation.READ, Operation.SEARCH, Operation.SHOW, Operation.CHECK} <= set(told)
    assert not list(household.home.rglob("state/indexes/*/index.db"))
    assert household.safe.check().findings == []
