"""Where the index lies: outside the vault where other computers see its files, or where nothing can be written."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.vault.index_place import FileSystem, file_system, kind_of
from coffre_cli.vault.rekey import NewKeys, rekey
from tests.simulators.safe import QUICK, Safe, add, delete, everything

MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 0:52 / /media/NAS\\040du\\040salon rw,nosuid shared:7 master:3 - nfs4 nas:/volume1 rw,vers=4.2
41 27 0:53 / /media/partage rw,relatime - cifs //nas/partage rw,vers=3.1.1
42 27 0:54 /sous/dossier /media/moi/distant rw - fuse.sshfs moi@serveur: rw
43 27 0:55 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync
44 27 0:56 / /media/moi/.coffre rw - fuse.gocryptfs /media/moi/chiffre rw
45 27
"""


@pytest.mark.parametrize(
    ("device", "kind", "network"),
    [
        ((254, 0), "ext4", False),
        ((0, 52), "nfs4", True),
        ((0, 53), "cifs", True),
        ((0, 54), "fuse.sshfs", True),
        ((0, 55), "9p", True),
        ((0, 56), "fuse.gocryptfs", False),
        ((8, 1), "", False),
    ],
)
def test_a_file_system_is_known_by_the_device_of_the_folder(device: tuple[int, int], kind: str, network: bool) -> None:
    found = kind_of(os.makedev(*device), MOUNTS)
    assert found == kind
    assert FileSystem(found).is_network == network


def test_a_table_of_mounts_that_makes_no_sense_tells_nothing() -> None:
    for mounts in ("", "\n", "1 2 254:0", "1 2 254:0 / / rw -", "- - - -"):
        assert kind_of(os.makedev(254, 0), mounts) == ""


def test_an_ordinary_folder_is_neither_far_nor_read_only(tmp_path: Path) -> None:
    found = file_system(tmp_path)
    assert not found.is_network
    assert not found.read_only
    assert file_system(tmp_path / "not made yet") == FileSystem()


@pytest.fixture
def far(safe: Safe) -> Safe:
    """Give a safe on a network file system, as one that was moved there from an ordinary disk."""
    return replace(safe, file_system=lambda _root: FileSystem("nfs4"))


def indexes(safe: Safe) -> list[Path]:
    return sorted(path for path in safe.state.rglob("index.db*"))


def test_on_a_network_file_system_the_index_lies_in_the_account_and_everything_works(far: Safe) -> None:
    before = (far.root / "index.db").read_bytes()
    vault = far.open()
    held = everything(vault)
    record = add(vault, "Loin", b"far away" * 100, words="au loin")
    vault.close()
    assert (far.root / "index.db").read_bytes() == before  # another computer may be at work with it
    assert [path.name for path in indexes(far)] == ["index.db"]
    assert far.check().findings == []
    vault = far.open()
    assert everything(vault).keys() == held.keys() | {record}
    delete(vault, record)
    vault.close()
    assert not (far.root / "index.db").exists()  # nor may a copy keep the key of what was deleted for good
    assert far.check().findings == []


def test_new_keys_take_the_index_outside_with_them(far: Safe) -> None:
    vault = far.open()
    held = everything(vault)
    fresh = rekey(vault.parts, vault.index, NewKeys(far.password, lambda _code: None, QUICK))
    vault.close()
    vault = far.open(fresh.payload)
    assert everything(vault) == held
    vault.close()
    assert [path.parent.name.rpartition("-")[2] for path in indexes(far)] == ["1"]
    assert far.check(fresh.payload).findings == []


@pytest.mark.parametrize("harm", ["deleted", "emptied", "garbage"])
def test_an_index_outside_is_folded_again_like_any(harm: str, far: Safe) -> None:
    vault = far.open()
    held = everything(vault)
    vault.close()
    (far.root / "index.db").unlink()
    (index,) = indexes(far)
    if harm == "deleted":
        index.unlink()
    else:
        index.write_bytes(b"" if harm == "emptied" else os.urandom(20_000))
    assert far.mend().findings == []
    vault = far.open()
    assert everything(vault) == held
    vault.close()


def test_back_on_an_ordinary_disk_no_copy_stays_outside(far: Safe, safe: Safe) -> None:
    vault = far.open()
    held = everything(vault)
    vault.close()
    vault = safe.open()
    assert everything(vault) == held
    vault.close()
    assert indexes(safe) == []
    assert safe.check().findings == []
