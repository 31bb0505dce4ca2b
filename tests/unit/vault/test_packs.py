from __future__ import annotations

from pathlib import Path

import pytest

from coffre_cli.store import events
from coffre_cli.store.errors import KeyPackAlteredError
from coffre_cli.vault.packs import merge_packs
from tests.simulators.safe import Safe, add, content, delete


@pytest.fixture
def empty(tmp_path: Path) -> Safe:
    safe = Safe(tmp_path / "vault", tmp_path / "state")
    safe.make()
    return safe


def test_sixteen_small_packs_become_one(empty: Safe) -> None:
    vault = empty.open()
    records = [add(vault, f"n° {number}", bytes([number]) * 50) for number in range(15)]
    assert vault.parts.keys.sizes() == dict.fromkeys(vault.parts.keys.packs(), 16)
    assert len(vault.parts.keys.packs()) == 1
    assert events.known_packs(vault.index) == vault.parts.keys.packs()
    vault.close()
    (empty.root / "index.db").unlink()
    vault = empty.open()
    assert [content(vault, record) for record in records] == [bytes([number]) * 50 for number in range(15)]
    vault.close()
    assert empty.check().findings == []


def test_the_number_of_packs_stays_small(empty: Safe) -> None:
    vault = empty.open()
    for number in range(60):
        add(vault, f"n° {number}", b"x")
        assert len(vault.parts.keys.packs()) < 32
    vault.close()


def test_a_key_deleted_for_good_is_in_no_merged_pack(empty: Safe) -> None:
    vault = empty.open()
    records = [add(vault, f"n° {number}", b"x") for number in range(14)]
    delete(vault, records[3])
    add(vault, "encore", b"x")
    add(vault, "et encore", b"x")
    held = {entry.record for pack in vault.parts.keys.packs() for entry in vault.parts.keys.read(pack)}
    assert records[3] not in held
    assert set(records) - {records[3]} < held
    vault.close()


def test_a_pack_brought_back_by_a_sync_tool_loses_its_dead_key_at_the_next_deletion(empty: Safe) -> None:
    vault = empty.open()
    first, second = add(vault, "un", b"1"), add(vault, "deux", b"2")
    (pack,) = events.packs_of(vault.index, [first])
    kept = vault.parts.keys.path(pack).read_bytes()
    delete(vault, first)
    vault.parts.keys.path(pack).write_bytes(kept)
    vault.close()
    assert [one.kind.code for one in empty.check().findings] == ["key_undead"]
    vault = empty.open()
    delete(vault, second)
    assert not vault.parts.keys.path(pack).exists()
    vault.close()
    assert empty.check().findings == []


def test_a_pack_that_cannot_be_read_stops_no_deposit(empty: Safe) -> None:
    vault = empty.open()
    for number in range(14):
        add(vault, f"n° {number}", b"x")
    (harmed, *_) = sorted(vault.parts.keys.packs())
    vault.parts.keys.path(harmed).write_bytes(b"?" * 128)
    add(vault, "le seizième", b"x")
    with pytest.raises(KeyPackAlteredError):
        merge_packs(vault.parts, vault.index)
    vault.close()
    assert empty.mend().findings == []


def test_a_deletion_that_is_still_to_be_finished_is_no_damage(empty: Safe) -> None:
    vault = empty.open()
    document = vault.document(add(vault, "un", b"1"))
    assert document is not None
    with vault.change() as change:
        change.destroy(document)
    assert empty.check(full=False).findings == []
    vault.close()
    empty.open().close()
    assert empty.check().findings == []
