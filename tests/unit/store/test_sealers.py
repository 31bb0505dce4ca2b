"""Helper processes that seal files: what they write, and what they leave when things go wrong."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import StorageFullError
from coffre_cli.model import Sha256
from coffre_cli.store import sealers
from coffre_cli.store.blobs import BlobFolder, Written
from coffre_cli.store.fs import Disk
from coffre_cli.store.sealers import KnownFile, Sealers, helpers_for

KEY = Secret(bytes(range(32)))


class Sink(bytearray):
    """Takes a document."""

    def write(self, data: memoryview, /) -> None:
        self.extend(data)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    for name in ("blobs", "tmp"):
        (tmp_path / name).mkdir()
    return BlobFolder(Disk(), tmp_path / "blobs", tmp_path / "tmp", bytes(16), os.urandom)


@pytest.fixture
def small_files(tmp_path: Path) -> Iterator[None]:
    """No file may grow beyond 100 kB, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def paper(folder: Path, size: int) -> tuple[Path, bytes]:
    data = os.urandom(size)
    path = folder / f"{size}.bin"
    path.write_bytes(data)
    return path, data


@pytest.mark.parametrize("size", [0, 1, 16_384, 1 << 20, (1 << 20) + 5, 3_000_000])
def test_what_a_helper_seals_opens_as_what_it_was_given(blobs: BlobFolder, tmp_path: Path, size: int) -> None:
    path, data = paper(tmp_path, size)
    with Sealers(blobs, 1) as helpers:
        written = helpers.receive(helpers.send(path, size, KEY))
    assert isinstance(written, Written)
    assert (written.size, written.sha256) == (size, hashlib.sha256(data).digest())
    sink = Sink()
    blobs.copy_to(sink, written.blob, KEY, size)
    assert bytes(sink) == data


def test_answers_can_be_taken_in_any_order(blobs: BlobFolder, tmp_path: Path) -> None:
    papers = [paper(tmp_path, size) for size in range(1, 41)]
    with Sealers(blobs, 3) as helpers:
        tickets = [helpers.send(path, len(data), KEY) for path, data in papers]
        for ticket, (_, data) in reversed(list(zip(tickets, papers, strict=True))):
            written = helpers.receive(ticket)
            assert isinstance(written, Written)
            assert written.sha256 == hashlib.sha256(data).digest()


def test_a_known_content_is_not_sealed(blobs: BlobFolder, tmp_path: Path) -> None:
    path, data = paper(tmp_path, 5_000)
    digest = Sha256(hashlib.sha256(data).digest())
    with Sealers(blobs, 1) as helpers:
        assert helpers.receive(helpers.send(path, 5_000, KEY, [digest])) == KnownFile(digest)
    assert list(blobs.ids()) == []


def test_a_file_that_is_gone_is_reported_as_the_system_says_it(blobs: BlobFolder, tmp_path: Path) -> None:
    with Sealers(blobs, 1) as helpers, pytest.raises(FileNotFoundError):
        helpers.receive(helpers.send(tmp_path / "gone", 1, KEY))


def test_a_name_that_is_no_text_is_read_all_the_same(blobs: BlobFolder, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.txt"))
    path.write_bytes(b"coffee")
    with Sealers(blobs, 1) as helpers:
        assert isinstance(helpers.receive(helpers.send(path, 6, KEY)), Written)


@pytest.mark.usefixtures("small_files")
def test_a_full_disk_leaves_nothing_of_the_blob(blobs: BlobFolder, tmp_path: Path) -> None:
    small, _ = paper(tmp_path, 50_000)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(90_000)
    with Sealers(blobs, 1) as helpers:
        first, second = helpers.send(small, 50_000, KEY), helpers.send(large, 90_000, KEY)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert isinstance(helpers.receive(first), Written)
        assert isinstance(helpers.receive(second), Written)
        huge, _ = paper(tmp_path, 200_000)
        with pytest.raises(StorageFullError):
            helpers.receive(helpers.send(huge, 200_000, KEY))
    assert list(blobs.staging.iterdir()) == []


def test_blobs_that_nobody_took_are_removed_at_the_end(blobs: BlobFolder, tmp_path: Path) -> None:
    with Sealers(blobs, 2) as helpers:
        for size in range(1, 30):
            helpers.send(paper(tmp_path, size)[0], size, KEY)
    assert list(blobs.ids()) == []
    assert list(blobs.staging.iterdir()) == []


def test_a_helper_that_dies_answers_none(blobs: BlobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealers, "_START", "raise SystemExit(1) # {path} {life} {channels}")
    with Sealers(blobs, 1) as helpers:
        assert helpers.receive(helpers.send(paper(tmp_path, 1)[0], 1, KEY)) is None


def test_a_disk_of_another_make_gets_no_helpers(blobs: BlobFolder) -> None:
    class OtherDisk(Disk):
        """Not plain files."""

    other = BlobFolder(OtherDisk(), blobs.folder, blobs.staging, blobs.vault_id, blobs.random)
    assert helpers_for(blobs) > 1
    assert helpers_for(other) == 0
