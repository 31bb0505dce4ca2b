"""Entries of the spool: sealed by whoever has the public key, opened by the owner, refused if anything else."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.envelope import ENVELOPE_OVERHEAD, seal_to
from coffre_cli.crypto.keypair import spool_public_key
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import seal
from coffre_cli.store import spool as module
from coffre_cli.store.errors import EntryAlteredError, EntryTooLargeError, SourceChangedError
from coffre_cli.store.fs import Disk
from coffre_cli.store.spool import EntryId, Slip, SpoolFolder
from tests import independent_reader as reader

SEED = Secret(bytes(range(32)))
VAULT, ENTRY = b"v" * 16, EntryId(b"e" * 16)
SLIP = Slip("Avis d’impôt.pdf", "Impôts/2026", 5, 1_780_000_000, "2026-11-21T09:00:00Z", "auto")
ENVELOPE_END = 48 + 4096 + ENVELOPE_OVERHEAD


@pytest.fixture
def folder(tmp_path: Path) -> SpoolFolder:
    for name in ("spool", "tmp"):
        (tmp_path / name).mkdir()
    return SpoolFolder(Disk(), tmp_path / "spool", tmp_path / "tmp", VAULT, os.urandom)


def _put(folder: SpoolFolder, content: bytes, slip: Slip = SLIP, entry: EntryId = ENTRY) -> Path:
    slip = replace(slip, size=len(content))
    folder.keep(folder.seal(io.BytesIO(content), slip, spool_public_key(SEED), entry), entry)
    return folder.path(entry)


def _got(folder: SpoolFolder, entry: EntryId = ENTRY) -> bytes:
    sink = io.BytesIO()
    folder.copy_to(sink, entry, SEED)
    return sink.getvalue()


@pytest.mark.parametrize("size", [0, 1, 5, 16_376, 1 << 20, (1 << 20) + 7])
def test_what_is_sealed_comes_out_bit_for_bit(folder: SpoolFolder, size: int) -> None:
    content = os.urandom(size)
    _put(folder, content)
    assert folder.entries() == [ENTRY]
    assert folder.read(ENTRY, SEED) == replace(SLIP, size=size)
    assert _got(folder) == content
    folder.remove(ENTRY)
    assert folder.entries() == []


def test_a_second_reader_that_knows_the_page_of_the_format_alone_opens_it(folder: SpoolFolder) -> None:
    data = _put(folder, b"paper" * 5000).read_bytes()
    slip, document = reader.read_entry(data, VAULT, ENTRY, SEED.reveal())
    assert (slip["name"], slip["folder"], document) == (SLIP.name, SLIP.folder, b"paper" * 5000)


def test_an_entry_tells_neither_names_nor_words_nor_its_day(folder: SpoolFolder) -> None:
    path = _put(folder, b"salaire " * 90)
    data = path.read_bytes()
    assert not any(word.encode() in data for word in ("salaire", "Avis", "Impôts", "2026"))
    assert (path.stat().st_mode & 0o777, int(path.stat().st_mtime)) == (0o600, 946_684_800)
    assert path.stat().st_size == _put(folder, b"loyer", entry=EntryId(b"f" * 16)).stat().st_size


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_a_name_of_any_length_is_no_reason_to_lose_a_document(name: str, place: str) -> None:
    slip, _key = module.read_slip(module.write_slip(replace(SLIP, name=name, folder=place), Secret(bytes(32))))
    assert name.startswith(slip.name)
    assert place.startswith(slip.folder)


def test_a_flipped_bit_anywhere_is_refused(folder: SpoolFolder) -> None:
    path = _put(folder, b"paper")
    good = path.read_bytes()
    for place in [*range(48), *range(48, ENVELOPE_END, 97), *range(ENVELOPE_END, len(good), 61), len(good) - 1]:
        bad = bytearray(good)
        bad[place] ^= 1
        path.write_bytes(bad)
        with pytest.raises(EntryAlteredError):
            _got(folder)


@pytest.mark.parametrize("size", [0, 7, 48, 100, ENVELOPE_END, ENVELOPE_END + 50, -1, -16, 1])
def test_a_cut_or_lengthened_entry_is_refused(folder: SpoolFolder, size: int) -> None:
    path = _put(folder, b"paper")
    data = path.read_bytes()
    path.write_bytes(data + b"x" if size == 1 else data[:size])
    with pytest.raises(EntryAlteredError):
        _got(folder)


def test_an_entry_under_another_name_or_of_another_vault_is_refused(folder: SpoolFolder) -> None:
    path = _put(folder, b"paper")
    other = EntryId(b"x" * 16)
    folder.path(other).write_bytes(path.read_bytes())
    with pytest.raises(EntryAlteredError):
        folder.read(other, SEED)
    with pytest.raises(EntryAlteredError):
        replace(folder, vault_id=b"w" * 16).read(ENTRY, SEED)
    with pytest.raises(EntryAlteredError):
        folder.read(ENTRY, Secret(os.urandom(32)))


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "nothing"])
def test_what_is_no_file_is_refused_and_never_waited_for(folder: SpoolFolder, what: str, tmp_path: Path) -> None:
    path = folder.path(ENTRY)
    if what == "link":
        path.symlink_to(_put(folder, b"paper", entry=EntryId(b"f" * 16)))
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    with pytest.raises(EntryAlteredError):
        folder.read(ENTRY, SEED)


@pytest.mark.parametrize(
    "plaintext",
    [
        bytes(4096),
        b"\0\2{}".ljust(4096, b"\0"),
        b"\0\2{}".ljust(4096, b"x"),
        b"\xff\xff".ljust(4096, b"{"),
        b"\0\2{}",
        b'\0\7{"a":1}'.ljust(5000, b"\0"),
    ],
)
def test_a_forged_slip_is_refused(folder: SpoolFolder, plaintext: bytes) -> None:
    header = module.MAGIC + b"\x01" + bytes(7) + VAULT + ENTRY
    envelope = seal_to(spool_public_key(SEED), b"coffre/1/spool\0" + header, plaintext)
    folder.path(ENTRY).write_bytes(header + envelope + seal(bytes(32), header, bytes(4096), os.urandom))
    with pytest.raises(EntryAlteredError):
        folder.read(ENTRY, SEED)


@pytest.mark.parametrize("change", [{"size": -1}, {"size": 2**62}, {"kind": "events"}, {"key": "AA=="}])
def test_a_slip_that_lies_about_its_document_is_refused(folder: SpoolFolder, change: dict[str, object]) -> None:
    good = module.write_slip(SLIP, Secret(bytes(32)))
    value = json.loads(good[2 : 2 + int.from_bytes(good[:2], "big")]) | change
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    header = module.MAGIC + b"\x01" + bytes(7) + VAULT + ENTRY
    slip = (len(data).to_bytes(2, "big") + data).ljust(4096, b"\0")
    envelope = seal_to(spool_public_key(SEED), b"coffre/1/spool\0" + header, slip)
    folder.path(ENTRY).write_bytes(header + envelope + seal(bytes(32), header, bytes(4096), os.urandom))
    with pytest.raises(EntryAlteredError):
        _got(folder)


def test_a_file_that_grows_while_it_is_read_is_not_sealed(folder: SpoolFolder) -> None:
    with pytest.raises(SourceChangedError):
        folder.seal(io.BytesIO(b"longer"), SLIP, spool_public_key(SEED), ENTRY)
    assert list(folder.staging.iterdir()) == []


def test_a_file_beyond_the_limit_is_not_sealed(folder: SpoolFolder) -> None:
    with pytest.raises(EntryTooLargeError):
        folder.seal(io.BytesIO(b""), replace(SLIP, size=module.MAXIMUM_SIZE + 1), spool_public_key(SEED), ENTRY)


def test_an_entry_goes_over_to_other_keys_with_its_document_as_it_is(folder: SpoolFolder, tmp_path: Path) -> None:
    path = _put(folder, b"paper" * 5000)
    other = replace(folder, folder=tmp_path / "other")
    new = Secret(os.urandom(32))
    folder.reseal(ENTRY, SEED, spool_public_key(new), other)
    sink = io.BytesIO()
    other.copy_to(sink, ENTRY, new)
    assert sink.getvalue() == b"paper" * 5000
    assert other.path(ENTRY).read_bytes()[ENVELOPE_END:] == path.read_bytes()[ENVELOPE_END:]
    with pytest.raises(EntryAlteredError):
        other.read(ENTRY, SEED)
