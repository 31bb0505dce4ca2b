"""Somebody else can write into the safe's folder: what lies elsewhere is never touched, and nothing waits for ever."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import CoffreError
from coffre_cli.store.documents import find_by_title
from coffre_cli.vault.errors import VaultChangedError
from coffre_cli.vault.rekey import NewKeys, rekey
from tests.simulators.safe import QUICK, Clock, Safe, delete, everything


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of the owner's, with names that a sweep of the safe would take for its own."""
    folder = tmp_path / "elsewhere"
    for name in ("a.jpg", "places.db", "own.keys", "slots/one.json", "0123456789abcdef.partial"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"mine: {name}", "utf-8")
    return folder


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("place", ["gen-7", "quarantine", "tmp", "gen-1"])
def test_a_link_in_the_safe_leads_no_sweep_out_of_it(place: str, safe: Safe, elsewhere: Path) -> None:
    before = files(elsewhere)
    link = safe.root / place
    if link.is_dir():
        shutil.rmtree(link)
    link.symlink_to(elsewhere)
    safe.open().close()
    if place != "tmp":  # nothing can be written then
        vault = safe.open()
        delete(vault, find_by_title(vault.index, "Facture")[0])
        vault.close()
    later = replace(safe, clock=Clock(datetime.now(UTC) + timedelta(days=2)))
    later.mend()
    assert files(elsewhere) == before


@pytest.mark.parametrize("name", ["lock", "spool.lock"])
def test_a_link_in_the_place_of_a_lock_empties_no_file(name: str, safe: Safe, tmp_path: Path) -> None:
    from coffre_cli.vault.spool import taking_in

    secret = tmp_path / "id_rsa"
    secret.write_text("PRIVATE KEY", "utf-8")
    parts = safe.parts()
    (safe.root / name).unlink(missing_ok=True)
    (safe.root / name).symlink_to(secret)
    held = parts.lock.exclusive() if name == "lock" else taking_in(parts)
    with pytest.raises(CoffreError):
        held.__enter__()
    assert secret.read_text("utf-8") == "PRIVATE KEY"


def test_a_pipe_among_the_slots_is_waited_for_by_nobody(safe: Safe) -> None:
    os.mkfifo(safe.root / "slots" / f"{'ab' * 16}.json")
    vault = safe.open()
    assert everything(vault)
    vault.close()


def _rekeyed(safe: Safe) -> None:
    def ignore(_code: Secret) -> None:
        """Let the test forget the code."""

    vault = safe.open()
    rekey(vault.parts, vault.index, NewKeys(safe.password, ignore, QUICK))
    vault.close()


def test_new_keys_that_a_sync_tool_has_brought_half_of_are_left_alone(safe: Safe, tmp_path: Path) -> None:
    other = replace(safe, root=tmp_path / "other" / "vault", state=tmp_path / "other" / "state")
    shutil.copytree(safe.root, other.root)
    _rekeyed(safe)
    shutil.copytree(safe.root / "gen-1", other.root / "gen-1")  # and `vault.json` is still to come
    brought = files(other.root / "gen-1")
    vault = other.open()
    delete(vault, find_by_title(vault.index, "Facture")[0])
    vault.close()
    assert files(other.root / "gen-1") == brought
    with pytest.raises(VaultChangedError):
        _rekeyed(other)
    assert files(other.root / "gen-1") == brought
    assert other.check().findings == []
