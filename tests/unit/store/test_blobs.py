"""A blob gives back the bytes it was given, bit for bit, or nothing that could be taken for them."""

from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffre_cli.crypto.padding import padded_size
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import sealed_size
from coffre_cli.store.blobs import HEADER_SIZE, BlobFolder, BlobId, Written, blob_path, header
from coffre_cli.store.errors import BlobAlteredError, BlobMissingError
from coffre_cli.store.fs import CONSTANT_DAY, Disk

KEY = Secret(b"k" * 32)
VAULT = b"v" * 16
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="session")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> BlobFolder:
    folder = tmp_path_factory.mktemp("blobs")
    (folder / "tmp").mkdir()
    return BlobFolder(Disk(), folder, folder / "tmp", VAULT, os.urandom)


def read(blobs: BlobFolder, written: Written, key: Secret = KEY) -> bytes:
    sink = io.BytesIO()
    blobs.copy_to(sink, written.blob, key, written.size)
    return sink.getvalue()


@given(
    st.integers(0, 50_000)
    | st.sampled_from([4088, 4089, 16376, 16384, MEBIBYTE - 8, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])
)
@settings(max_examples=60)
def test_what_was_kept_is_given_back(blobs: BlobFolder, size: int) -> None:
    content = hashlib.shake_256(b"content").digest(size)
    written = blobs.write(io.BytesIO(content), KEY)
    assert (written.size, written.sha256) == (size, hashlib.sha256(content).digest())
    assert read(blobs, written) == content
    path = blob_path(blobs.folder, written.blob)
    assert path.stat().st_size == HEADER_SIZE + sealed_size(padded_size(size))


@pytest.fixture(scope="session")
def kept(blobs: BlobFolder) -> Written:
    """A document of two chunks and a bit."""
    return blobs.write(io.BytesIO(hashlib.shake_256(b"kept").digest(40_000)), KEY)


@given(data=st.data())
def test_any_flipped_bit_is_reported(blobs: BlobFolder, kept: Written, data: st.DataObject) -> None:
    path = blob_path(blobs.folder, kept.blob)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    place = data.draw(st.integers(0, 103) | st.integers(0, len(whole) - 1))
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(flipped)
    try:
        with pytest.raises(BlobAlteredError):
            read(blobs, kept)
    finally:
        path.write_bytes(whole)


@given(data=st.data())
def test_any_cut_and_any_addition_is_reported(blobs: BlobFolder, kept: Written, data: st.DataObject) -> None:
    path = blob_path(blobs.folder, kept.blob)
    whole = path.read_bytes()
    end = data.draw(st.integers(0, len(whole) - 1))
    for other in (whole[:end], whole + data.draw(st.binary(min_size=1, max_size=20))):
        path.write_bytes(other)
        try:
            with pytest.raises(BlobAlteredError):
                read(blobs, kept)
        finally:
            path.write_bytes(whole)


@pytest.mark.parametrize("size", [0, 39_999, 40_001, 2**40])
def test_a_document_of_another_size_is_reported(blobs: BlobFolder, kept: Written, size: int) -> None:
    with pytest.raises(BlobAlteredError):
        blobs.copy_to(io.BytesIO(), kept.blob, KEY, size)


def test_blobs_cannot_be_exchanged(blobs: BlobFolder) -> None:
    one, other = blobs.write(io.BytesIO(b"one"), KEY), blobs.write(io.BytesIO(b"two"), KEY)
    blob_path(blobs.folder, one.blob).write_bytes(blob_path(blobs.folder, other.blob).read_bytes())
    with pytest.raises(BlobAlteredError):
        read(blobs, one)


def test_neither_another_key_nor_another_vault_reads_a_blob(blobs: BlobFolder, kept: Written) -> None:
    with pytest.raises(BlobAlteredError):
        read(blobs, kept, Secret(b"o" * 32))
    other = BlobFolder(blobs.disk, blobs.folder, blobs.staging, b"w" * 16, os.urandom)
    with pytest.raises(BlobAlteredError):
        read(other, kept)


def test_a_missing_blob_is_named(blobs: BlobFolder) -> None:
    with pytest.raises(BlobMissingError) as missing:
        blobs.copy_to(io.BytesIO(), BlobId(bytes(16)), KEY, 1)
    assert missing.value.facts["blob"] == "0" * 32


def test_nothing_of_an_altered_chunk_reaches_the_reader(blobs: BlobFolder) -> None:
    content = hashlib.shake_256(b"long").digest(3 * MEBIBYTE)
    written, sink = blobs.write(io.BytesIO(content), KEY), io.BytesIO()
    path = blob_path(blobs.folder, written.blob)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(BlobAlteredError):
        blobs.copy_to(sink, written.blob, KEY, written.size)
    assert content.startswith(sink.getvalue())


def test_the_same_document_is_never_the_same_blob(blobs: BlobFolder) -> None:
    one, other = blobs.write(io.BytesIO(b"same"), KEY), blobs.write(io.BytesIO(b"same"), KEY)
    assert one.blob != other.blob
    data = [blob_path(blobs.folder, written.blob).read_bytes()[104:] for written in (one, other)]
    assert data[0] != data[1]


def test_a_file_tells_neither_its_words_nor_its_day_nor_to_others(blobs: BlobFolder) -> None:
    written = blobs.write(io.BytesIO(b"canary" * 100), KEY)
    path = blob_path(blobs.folder, written.blob)
    assert b"canary" not in path.read_bytes()
    assert path.read_bytes()[:HEADER_SIZE] == header(VAULT, written.blob)
    assert (path.stat().st_mtime, path.stat().st_mode & 0o777) == (CONSTANT_DAY, 0o600)
    assert not list(blobs.staging.iterdir())


class Failing(io.RawIOBase):
    """A disk that goes away after a mebibyte."""

    def __init__(self) -> None:
        self.left = 2

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # the wider type is not needed here
        self.left -= 1
        if not self.left:
            raise OSError("gone")
        return len(buffer)


def test_a_source_that_fails_leaves_nothing_behind(blobs: BlobFolder) -> None:
    before = set(blobs.ids())
    with pytest.raises(OSError, match="gone"):
        blobs.write(Failing(), KEY)  # type: ignore[arg-type] # raw files read like any other
    assert set(blobs.ids()) == before
    assert not list(blobs.staging.iterdir())


class Dripping(io.BytesIO):
    """A pipe that gives a few bytes at a time."""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # the wider type is not needed here
        return super().readinto(buffer[:777])


def test_a_source_may_give_its_bytes_as_slowly_as_it_likes(blobs: BlobFolder) -> None:
    content = hashlib.shake_256(b"slow").digest(MEBIBYTE + 5000)
    assert read(blobs, blobs.write(Dripping(content), KEY)) == content


def test_memory_does_not_grow_with_the_document(blobs: BlobFolder, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(24 * MEBIBYTE))
    tracemalloc.start()
    try:
        with (tmp_path / "large").open("rb", buffering=0) as source:
            written = blobs.write(source, KEY)
        with (tmp_path / "out").open("wb") as sink:
            blobs.copy_to(sink, written.blob, KEY, written.size)
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_only_files_named_as_blobs_are_blobs(blobs: BlobFolder, tmp_path: Path) -> None:
    folder = BlobFolder(blobs.disk, tmp_path, tmp_path, VAULT, os.urandom)
    name = "ab" * 16
    (tmp_path / "ab").mkdir()
    for stray in (f"{name}.cof", "ab.cof", f"{name.upper()}.cof", f"{name} (copy).cof", f"{name}.txt", "readme"):
        (tmp_path / "ab" / stray).touch()
    (tmp_path / "note").touch()
    assert list(folder.ids()) == [bytes.fromhex(name)]
    assert list(BlobFolder(blobs.disk, tmp_path / "nowhere", tmp_path, VAULT, os.urandom).ids()) == []
