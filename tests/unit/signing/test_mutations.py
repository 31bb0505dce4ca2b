"""Signed files damaged at random: no verdict raises, and none passes unless every signed byte is as it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from coffre_cli.errors import ExitCode
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from tests.unit.signing.bases import Base, bases, timestamped

QUICK, LONG = 300, 6000
WORDS = (
    b"/ByteRange", b"/Contents", b"endobj", b"endstream", b"stream\n", b"xref\n", b"trailer", b"startxref", b"%%EOF",
    b"/Root 1 0 R", b"/Prev 0", b"/AcroForm", b"/Fields []", b"<<", b">>", b"[", b"]", b"null", b"4 0 R",
    b"9999999 0 R", b"/Kids [2 0 R]", b"/Parent 10 0 R", b"/Length -1", b"/Filter /LZW", b"\0", b"\xff",
    b"/Encrypt << >>",
)  # fmt: skip
Mutate = Callable[[random.Random, bytes], bytes]


def flip(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def overwrite(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    junk = chance.randbytes(chance.randint(1, 40))
    return data[:place] + junk + data[place + len(junk) :]


def delete(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data)) + 1
    return data[:place] + data[place + chance.randint(1, 200) :]


def insert(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice((*WORDS, chance.randbytes(9))) + data[place:]


def misspell(chance: random.Random, data: bytes) -> bytes:
    known = [word for word in WORDS if word in data] or [data[:1]]
    word = chance.choice(known)
    places = [place for place in range(len(data)) if data.startswith(word, place)]
    place = chance.choice(places)
    return data[:place] + chance.choice(WORDS) + data[place + len(word) :]


def repeat(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 3000)]
    place = chance.randrange(len(data) + 1)
    return data[:place] + piece + data[place:]


def cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data)) + 1]


def append(chance: random.Random, data: bytes) -> bytes:
    return data + b"\n" + chance.choice(WORDS) + data[chance.randrange(len(data)) :]


def renumber(chance: random.Random, data: bytes) -> bytes:
    digits = [place for place, byte in enumerate(data) if byte in b"0123456789"] or [0]
    place = chance.choice(digits)
    return data[:place] + b"%d" % chance.randrange(10) + data[place + 1 :]


MUTATIONS: tuple[Mutate, ...] = (flip, overwrite, delete, insert, misspell, repeat, cut, append, renumber)


@pytest.fixture(scope="module")
def documents(alice: Identity, root: LocalRoot) -> list[Base]:
    made = bases(alice)
    return [*made.values(), Base(timestamped(made["letter"].data, root))]


def mutants(documents: list[Base], seeds: range) -> Iterator[tuple[int, Base, bytes]]:
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - the same mutants in every run
        base = chance.choice(documents)
        data = base.data
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            data = chance.choice(MUTATIONS)(chance, data)
        yield seed, base, data


def is_as_signed(base: Base, data: bytes) -> bool:
    """Tell whether *data* is a version that was signed, but for what the signatures leave out of themselves."""
    for start, first, second, length in base.ranges:
        whole = data.rstrip(b"\r\n").ljust(second + length, b"\n")
        if len(whole) == second + length and whole[start:first] == base.data[start:first]:
            return whole[second:] == base.data[second : second + length]
    return False


def judge(documents: list[Base], seeds: range, path: Path, trust: Trust, now: datetime) -> None:
    for seed, base, data in mutants(documents, seeds):
        path.write_bytes(data)
        found = verify_pdf(path, trust, at=now)
        assert found.exit_code is not ExitCode.DONE or is_as_signed(base, data), seed


def test_no_mutant_raises_or_passes(documents: list[Base], tmp_path: Path, trust: Trust, now: datetime) -> None:
    judge(documents, range(QUICK), tmp_path / "a.pdf", trust, now)


def test_whole_signed_versions_are_known(documents: list[Base]) -> None:
    base = documents[0]
    _, first, second, _ = base.ranges[0]
    assert is_as_signed(base, base.data)
    assert is_as_signed(base, base.data[:first] + b"<00>".ljust(second - first) + base.data[second:])
    assert not is_as_signed(base, base.data.replace(b"100 euros", b"999 euros"))


@pytest.mark.long
def test_no_mutant_of_many_raises_or_passes(documents: list[Base], tmp_path: Path, trust: Trust, now: datetime) -> None:
    judge(documents, range(QUICK, LONG), tmp_path / "a.pdf", trust, now)
