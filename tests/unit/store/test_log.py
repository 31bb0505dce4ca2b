"""The log keeps whole frames; what a crash left at its end is no commit, and anything else is damage."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import StorageFullError
from coffre_cli.store.errors import LogDamagedError
from coffre_cli.store.fs import Disk
from coffre_cli.store.log import Frame, LogFile, StoredEvent

VAULT = b"v" * 16
EVENTS = [StoredEvent(b'{"n":%d}' % number, os.urandom(100 + number)) for number in range(1, 8)]
GROUPS = [EVENTS[:1], EVENTS[1:4], EVENTS[4:5], EVENTS[5:]]


def log_at(path: Path, disk: Disk | None = None) -> LogFile:
    return LogFile(disk or Disk(), path, Secret(b"k" * 32), VAULT, os.urandom)


def write(log: LogFile) -> list[int]:
    """Write the groups as frames and return where each ends."""
    ends, end, first = list[int](), 0, 1
    for group in GROUPS:
        end = log.append(end, first, tuple(group), f"note {first}")
        ends.append(end)
        first += len(group)
    return ends


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    """A log of four frames."""
    log = log_at(tmp_path / "log")
    write(log)
    return log


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[LogFile, bytes, list[int]]:
    """A log of four frames, its bytes, and where each frame ends."""
    log = log_at(tmp_path_factory.mktemp("log") / "log")
    ends = write(log)
    return log, log.path.read_bytes(), ends


def read(log: LogFile) -> list[Frame]:
    return list(log.frames())


def test_frames_are_read_as_they_were_appended(log: LogFile) -> None:
    frames = read(log)
    assert [list(frame.events) for frame in frames] == GROUPS
    assert [frame.first for frame in frames] == [1, 2, 5, 6]
    assert [frame.note for frame in frames] == ["note 1", "note 2", "note 5", "note 6"]
    assert [frame.end for frame in frames] == [*(frame.offset for frame in frames[1:]), log.size()]
    assert list(log.frames(frames[2].offset)) == frames[2:]


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    log = log_at(tmp_path / "log")
    assert log.size() == 0
    assert read(log) == []


@given(data=st.data())
def test_a_torn_tail_is_no_commit_and_costs_nothing_before_it(
    shared: tuple[LogFile, bytes, list[int]], data: st.DataObject
) -> None:
    log, whole, ends = shared
    cut = data.draw(st.integers(0, len(whole)))
    log.path.write_bytes(whole[:cut])
    assert [frame.end for frame in read(log)] == [end for end in ends if end <= cut]


@given(data=st.data())
def test_a_tail_of_anything_is_no_commit(shared: tuple[LogFile, bytes, list[int]], data: st.DataObject) -> None:
    log, whole, ends = shared
    log.path.write_bytes(whole + data.draw(st.binary(max_size=200) | st.just(bytes(4096)) | st.just(b"COFLOG1")))
    assert [frame.end for frame in read(log)] == ends


@given(data=st.data())
def test_a_flipped_bit_is_never_read_as_data(shared: tuple[LogFile, bytes, list[int]], data: st.DataObject) -> None:
    log, whole, ends = shared
    place = data.draw(st.integers(0, len(whole) - 1) | st.sampled_from([0, 8, 12, 20, 24]))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    log.path.write_bytes(flipped)
    if place < ends[-2]:
        with pytest.raises(LogDamagedError):
            read(log)
    else:  # the last frame: whether it was committed, only the index knows
        assert [frame.end for frame in read(log)] == ends[:-1]


@pytest.mark.parametrize("dropped", [0, 1, 2])
def test_a_frame_that_stands_elsewhere_keeps_its_number(log: LogFile, dropped: int) -> None:
    frames, whole = read(log), log.path.read_bytes()
    log.path.write_bytes(whole[: frames[dropped].offset] + whole[frames[dropped].end :])
    numbers = [frame.first for frame in read(log)]
    assert numbers == [first for index, first in enumerate([1, 2, 5, 6]) if index != dropped]


def test_a_frame_cannot_be_given_another_number(log: LogFile) -> None:
    import zlib

    data = bytearray(log.path.read_bytes())
    data[12:20] = (9).to_bytes(8, "big")
    length = int.from_bytes(data[8:12], "big")
    data[20:24] = zlib.crc32(data[24 : 24 + length], zlib.crc32(data[:20])).to_bytes(4, "big")
    log.path.write_bytes(data)
    with pytest.raises(LogDamagedError):
        read(log)


def test_neither_another_key_nor_another_vault_reads_a_log(log: LogFile) -> None:
    for other in (replace(log, key=Secret(b"o" * 32)), replace(log, vault_id=b"w" * 16)):
        with pytest.raises(LogDamagedError):
            read(other)


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"])
def test_a_forged_length_takes_no_memory(log: LogFile, length: bytes) -> None:
    data = bytearray(log.path.read_bytes())
    data[8:12] = length
    log.path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(LogDamagedError):
            read(log)
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_torn_tail_is_set_aside_and_the_log_goes_on(log: LogFile, tmp_path: Path) -> None:
    end = log.size()
    with log.path.open("ab") as file:
        file.write(b"COFLOG1\n half a frame")
    log.cut_tail(end, tmp_path / "aside")
    assert (tmp_path / "aside").read_bytes() == b"COFLOG1\n half a frame"
    assert log.size() == end
    log.append(end, 8, (EVENTS[0],), "note 8")
    assert [frame.first for frame in read(log)] == [1, 2, 5, 6, 8]


class FullDisk(Disk):
    """Fails at one step, having done half of it."""

    def __init__(self, step: str) -> None:
        self.step = step

    def write(self, descriptor: int, data: bytes | bytearray | memoryview, path: Path) -> None:
        self._fail("write", path, lambda: os.write(descriptor, memoryview(data)[: len(data) // 2]))
        super().write(descriptor, data, path)

    def sync(self, descriptor: int, path: Path) -> None:
        self._fail("sync", path, lambda: 0)
        super().sync(descriptor, path)

    def _fail(self, step: str, path: Path, half: Callable[[], int]) -> None:
        if self.step == step:
            self.step = ""
            half()
            raise StorageFullError(path=path)


@pytest.mark.parametrize("step", ["write", "sync"])
def test_a_failed_append_leaves_the_log_as_it_was(log: LogFile, step: str) -> None:
    before = log.path.read_bytes()
    full = replace(log, disk=FullDisk(step))
    with pytest.raises(StorageFullError):
        full.append(len(before), 8, (EVENTS[0],), "note 8")
    assert log.path.read_bytes() == before
    full.append(len(before), 8, (EVENTS[0],), "note 8")
    assert read(log)[-1].first == 8


def test_the_log_tells_nothing_but_sizes_and_numbers(tmp_path: Path) -> None:
    log = log_at(tmp_path / "log")
    log.append(0, 1, (StoredEvent(b"canary" * 20, b"canary" * 20),), "canary" * 20)
    assert b"canary" not in log.path.read_bytes()


@given(
    st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), min_size=1, max_size=5), st.text(max_size=20)
)
def test_any_bytes_can_stand_in_a_frame(
    shared: tuple[LogFile, bytes, list[int]], events: list[tuple[bytes, bytes]], note: str
) -> None:
    log = shared[0]
    log.path.unlink(missing_ok=True)
    stored = tuple(StoredEvent(line, body) for line, body in events)
    end = log.append(0, 1, stored, note)
    assert read(log) == [Frame(0, end, 1, stored, note)]
