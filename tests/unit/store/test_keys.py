"""Key packs give back their keys, under their own name and vault only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import seal
from coffre_cli.model import RecordId
from coffre_cli.store.errors import KeyPackAlteredError
from coffre_cli.store.fs import Disk
from coffre_cli.store.keys import PACK_CAPACITY, KeyFolder, PackId, RecordKey

VAULT = b"v" * 16


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return folder_at(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return folder_at(tmp_path)


def folder_at(path: Path, vault: bytes = VAULT, key: bytes = b"k" * 32) -> KeyFolder:
    return KeyFolder(Disk(), path, path, Secret(key), vault, os.urandom)


def record_keys(count: int) -> list[RecordKey]:
    return [RecordKey(RecordId(os.urandom(16)), number, Secret(os.urandom(32))) for number in range(count)]


@given(st.integers(1, PACK_CAPACITY))
def test_a_pack_gives_back_its_keys(shared: KeyFolder, count: int) -> None:
    keys = record_keys(count)
    pack = shared.write(keys)
    assert shared.read(pack) == tuple(keys)
    assert pack in shared.packs()
    shared.remove([pack])
    assert pack not in shared.packs()


@given(data=st.data())
def test_any_flipped_bit_or_cut_is_reported(shared: KeyFolder, data: st.DataObject) -> None:
    pack = shared.write(record_keys(3))
    whole = shared.path(pack).read_bytes()
    flipped = bytearray(whole)
    flipped[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    for other in (bytes(flipped), whole[: data.draw(st.integers(0, len(whole) - 1))]):
        shared.path(pack).write_bytes(other)
        with pytest.raises(KeyPackAlteredError):
            shared.read(pack)


def test_a_pack_under_another_name_is_reported(folder: KeyFolder) -> None:
    pack, other = folder.write(record_keys(1)), PackId(bytes(16))
    folder.path(other).write_bytes(folder.path(pack).read_bytes())
    with pytest.raises(KeyPackAlteredError):
        folder.read(other)


def test_a_pack_of_another_vault_or_key_is_reported(folder: KeyFolder) -> None:
    pack = folder.write(record_keys(1))
    for other in (folder_at(folder.folder, vault=b"w" * 16), folder_at(folder.folder, key=b"o" * 32)):
        with pytest.raises(KeyPackAlteredError):
            other.read(pack)


def test_a_missing_pack_is_reported(folder: KeyFolder) -> None:
    with pytest.raises(KeyPackAlteredError):
        folder.read(PackId(bytes(16)))


@pytest.mark.parametrize("size", [0, 1, 55, 57, 56 * 257])
def test_a_pack_of_another_size_is_reported(folder: KeyFolder, size: int) -> None:
    pack = PackId(bytes(16))
    context = b"coffre/1/keys\0" + VAULT + pack
    folder.path(pack).write_bytes(seal(b"k" * 32, context, bytes(size), os.urandom))
    with pytest.raises(KeyPackAlteredError):
        folder.read(pack)


def test_only_files_named_as_packs_are_packs(folder: KeyFolder) -> None:
    pack = folder.write(record_keys(1))
    for stray in ("ab.keys", f"{'AB' * 16}.keys", f"{'ab' * 16} (copy).keys", f"{'ab' * 17}.keys", "note.txt"):
        (folder.folder / stray).touch()
    assert folder.packs() == {pack}


def test_a_pack_is_removed_once_and_for_all(folder: KeyFolder) -> None:
    pack = folder.write(record_keys(1))
    folder.remove([pack, PackId(bytes(16))])
    assert folder.packs() == frozenset()
