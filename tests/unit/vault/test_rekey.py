from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coffre_cli.access.slots import SlotKind
from coffre_cli.crypto.secret import Secret
from coffre_cli.journal.event import Operation
from coffre_cli.store import events
from coffre_cli.vault.check import Depth, examine
from coffre_cli.vault.errors import NewerFormatError, VaultChangedError
from coffre_cli.vault.rekey import NewKeys, rekey
from coffre_cli.vault.repair import repair
from tests.simulators.safe import QUICK, Safe, add, delete, everything


def rekeyed(safe: Safe) -> Secret:
    told: list[Secret] = []
    vault = safe.open()
    rekey(vault.parts, vault.index, NewKeys(safe.password, told.append, QUICK))
    vault.close()
    return told[0]


def seen(safe: Safe) -> tuple[object, list[bytes]]:
    vault = safe.open()
    lines = [event.line for event in events.events(vault.index)]
    found = everything(vault)
    vault.close()
    return found, lines


def test_everything_is_there_under_new_keys(safe: Safe) -> None:
    before, lines = seen(safe)
    old = safe.payload()
    code = rekeyed(safe)
    new = safe.payload()
    assert old.master_key != new.master_key
    assert safe.payload(SlotKind.RECOVERY, code) == new
    after, now = seen(safe)
    assert after == before
    assert now[: len(lines)] == lines
    assert safe.check().findings == []
    names = {path.name for path in safe.root.iterdir()}
    assert "gen-1" in names
    assert names.isdisjoint({"slots", "log", "keys", "index.db", "spare"})


def test_a_check_or_a_repair_that_new_keys_overtake_stops_and_touches_nothing(safe: Safe) -> None:
    old = safe.parts()
    (safe.root / "spare" / "vault.json").unlink()
    (found,) = examine(old, Depth()).findings
    rekeyed(safe)
    before = {path: path.read_bytes() for path in safe.root.rglob("*") if path.is_file()}
    with pytest.raises(VaultChangedError):
        examine(old, Depth())
    with pytest.raises(VaultChangedError):
        repair(old, [found])
    assert {path: path.read_bytes() for path in safe.root.rglob("*") if path.is_file()} == before
    assert safe.check().findings == []


def test_the_journal_says_so(safe: Safe) -> None:
    rekeyed(safe)
    vault = safe.open()
    operations = [event.operation for event in events.events(vault.index)]
    vault.close()
    assert Operation.REKEY in operations


def test_it_can_be_done_again_and_life_goes_on(safe: Safe) -> None:
    rekeyed(safe)
    rekeyed(safe)
    vault = safe.open()
    record = add(vault, "Après", b"after")
    delete(vault, record)
    vault.close()
    assert safe.located.layout.generation == 2
    assert safe.check().findings == []


def test_a_command_at_work_meanwhile_writes_nothing_under_old_keys(safe: Safe) -> None:
    vault = safe.open()
    rekeyed(safe)
    with pytest.raises(VaultChangedError):
        add(vault, "Trop tard", b"late")
    vault.close()
    assert safe.check().findings == []


def test_when_the_code_cannot_be_handed_over_nothing_changes(safe: Safe) -> None:
    def refuse(code: Secret) -> None:
        raise FileExistsError

    before, lines = seen(safe)
    vault = safe.open()
    with pytest.raises(FileExistsError):
        rekey(vault.parts, vault.index, NewKeys(safe.password, refuse, QUICK))
    vault.close()
    assert seen(safe) == (before, lines)
    assert not (safe.root / "gen-1").exists()


def test_what_an_interrupted_change_of_keys_left_goes_at_the_next_opening(safe: Safe, tmp_path: Path) -> None:
    shutil.copytree(safe.root, tmp_path / "before")
    rekeyed(safe)
    shutil.copytree(tmp_path / "before" / "slots", safe.root / "slots")
    shutil.copy(tmp_path / "before" / "log", safe.root / "log")
    safe.open().close()
    assert not (safe.root / "slots").exists()
    assert not (safe.root / "log").exists()


def test_a_vault_of_a_newer_format_is_refused_in_a_sentence(safe: Safe) -> None:
    for path in (safe.root / "vault.json", safe.root / "spare" / "vault.json"):
        path.write_bytes(path.read_bytes().replace(b'"min_reader":1', b'"min_reader":2'))
    with pytest.raises(NewerFormatError):
        safe.open()


@pytest.mark.parametrize("name", ["vault.json", "gen-1/log", "gen-1/index.db", "gen-1/spare/vault.json"])
def test_the_new_generation_is_repaired_like_the_first(name: str, safe: Safe) -> None:
    rekeyed(safe)
    before, _ = seen(safe)
    (safe.root / name).unlink()
    assert not safe.check(data=False, full=False).is_clean
    assert safe.mend().findings == []
    assert seen(safe)[0] == before
