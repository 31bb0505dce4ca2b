"""A repair that is killed, or that meets a full disk, at any step harms nothing: typed again, it ends what it began."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.errors import CoffreError
from coffre_cli.store import events
from coffre_cli.store.fs import Disk
from tests.faults.failing import Failing, Killed
from tests.simulators.safe import Safe, add, everything

Harm = Callable[[Path], None]


def _spares(root: Path) -> None:
    shutil.rmtree(root / "slots")
    (root / "vault.json").unlink()
    (root / "ballast").write_bytes(b"x")


def _log(root: Path) -> None:
    data = bytearray((root / "log").read_bytes())
    data[len(data) // 2] ^= 1
    (root / "log").write_bytes(data[:-10])


def _no_log(root: Path) -> None:
    (root / "log").unlink()


def _packs(root: Path) -> None:
    first, second, *_ = sorted((root / "keys").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])


def _index(root: Path) -> None:
    (root / "index.db").write_bytes((root / "index.db").read_bytes()[:-4096])


HARMS: dict[str, Harm] = {"spares": _spares, "log": _log, "no log": _no_log, "packs": _packs, "index": _index}


@pytest.fixture(scope="module")
def origin(quick_folder: Path) -> Safe:
    safe = Safe(quick_folder / "origin" / "vault", quick_folder / "origin" / "state")
    safe.make()
    vault = safe.open()
    add(vault, "Bail", b"lease" * 700, folder="Maison", words="le bail du logement")
    add(vault, "Facture", b"invoice" * 5000, tags=("eau",))
    vault.close()
    return safe


@pytest.mark.parametrize("how", ["kill", "ENOSPC", "EIO"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_repair_may_stop_anywhere(harm: str, how: str, origin: Safe, quick_folder: Path) -> None:
    before, lines = held(origin)
    for at in range(1, 200):
        folder = quick_folder / f"{harm}-{how}-{at}"
        shutil.copytree(origin.root.parent, folder)
        HARMS[harm](folder / "vault")
        disk = Failing(at, how)
        safe = replace(origin, root=folder / "vault", state=folder / "state", disk=disk)
        with contextlib.suppress(Killed, CoffreError):
            safe.mend()
        safe = safe.on(Disk())
        assert safe.mend().is_clean, f"{harm}, {how} at step {at}"
        documents, journal = held(safe)
        assert documents == before, f"{harm}, {how} at step {at}"
        assert journal[: len(lines)] == lines, f"{harm}, {how} at step {at}"
        shutil.rmtree(folder)
        if disk.steps < at:
            return
    pytest.fail("the repair never ended")


def held(safe: Safe) -> tuple[object, list[bytes]]:
    vault = safe.open()
    try:
        return everything(vault), [event.line for event in events.events(vault.index)]
    finally:
        vault.close()
