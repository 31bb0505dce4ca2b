"""A file is written whole or not at all, for its owner only, and refusals of the system are told as such."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.store.fs import CONSTANT_DAY, PAGE_SIZE, Disk, discard, guarded, write_whole


def test_a_file_is_private_and_tells_no_time(tmp_path: Path) -> None:
    mask = os.umask(0o000)
    try:
        write_whole(Disk(), tmp_path / "file", b"content", staging=tmp_path, random=os.urandom)
        Disk().make_folder(tmp_path / "folder")
    finally:
        os.umask(mask)
    file = (tmp_path / "file").stat()
    assert (tmp_path / "file").read_bytes() == b"content"
    assert (file.st_mode & 0o777, file.st_mtime) == (0o600, CONSTANT_DAY)
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


class Fails(Disk):
    """Fails at the step called so."""

    def __init__(self, step: str) -> None:
        self.step = step

    def write(self, descriptor: int, data: bytes | bytearray | memoryview, path: Path) -> None:
        super().write(descriptor, memoryview(data)[: len(data) // 2], path)
        self._fail("write", path)

    def sync(self, descriptor: int, path: Path) -> None:
        self._fail("sync", path)
        super().sync(descriptor, path)

    def rename(self, source: Path, target: Path) -> None:
        self._fail("rename", target)
        super().rename(source, target)

    def _fail(self, step: str, path: Path) -> None:
        if self.step == step:
            raise StorageFullError(path=path)


@pytest.mark.parametrize("step", ["write", "sync", "rename"])
def test_what_could_not_be_written_leaves_what_was_there(step: str, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")
    with pytest.raises(StorageFullError):
        write_whole(Fails(step), target, b"after and longer", staging=tmp_path, random=os.urandom)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_as_such(number: int) -> None:
    with pytest.raises(StorageFullError), guarded(Path("here")):
        raise OSError(number, "full")


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.EACCES, errno.ENOTDIR])
def test_any_other_refusal_is_told_in_the_words_of_the_system(number: int) -> None:
    with pytest.raises(StorageFailedError) as failed, guarded(Path("here")):
        raise OSError(number, os.strerror(number))
    assert failed.value.facts["reason"] == os.strerror(number)


def test_a_missing_file_stays_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Disk().read(tmp_path / "nowhere")


def test_a_file_is_never_created_over_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFailedError):
        Disk().create(tmp_path / "file")


def test_what_is_gone_is_removed(tmp_path: Path) -> None:
    steps: list[Callable[[], None]] = [
        lambda: Disk().unlink(tmp_path / "nowhere"),
        lambda: discard(Disk(), tmp_path / "nowhere"),
        lambda: Disk().make_folder(tmp_path),
        lambda: Disk().close(10_000),
    ]
    for step in steps:
        step()


def test_reading_stops_one_byte_after_its_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(100))
    assert len(Disk().read(tmp_path / "file", 10)) == 11
    assert len(Disk().read(tmp_path / "file", 100)) == len(Disk().read(tmp_path / "file")) == 100


@pytest.mark.parametrize("size", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 300_000, 1 << 20])
@pytest.mark.parametrize("offset", [0, 8], ids=["at a page", "within a page"])
def test_what_passes_by_the_cache_is_what_was_given(size: int, offset: int, tmp_path: Path) -> None:
    data = memoryview(mmap.mmap(-1, offset + size + 1))[offset : offset + size]  # the system refuses what is within
    data[:] = os.urandom(size)
    path = tmp_path / "file"
    descriptor = Disk().create(path)
    Disk().write_past_cache(descriptor, data, path)
    Disk().write(descriptor, b"and more", path)
    Disk().close(descriptor)
    assert path.read_bytes() == data.tobytes() + b"and more"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_refusal_past_the_cache_is_told_as_any_other() -> None:
    path = Path("/dev/full")
    descriptor = os.open(path, os.O_WRONLY)
    with pytest.raises(StorageFullError):
        Disk().write_past_cache(descriptor, memoryview(mmap.mmap(-1, PAGE_SIZE)), path)
    Disk().close(descriptor)


@pytest.mark.parametrize(("number", "stands"), [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False)])
def test_a_file_system_that_cannot_fsync_folders_is_no_failure(
    number: int, stands: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with contextlib.nullcontext() if stands else pytest.raises(StorageFailedError):
        Disk().sync_folder(tmp_path)
