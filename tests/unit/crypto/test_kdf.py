"""Key derivation asks for bounded work, whatever a file says."""

from __future__ import annotations

import resource

import pytest
from cryptography.hazmat.primitives.kdf import argon2
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.errors import ForgedParametersError
from coffre_cli.crypto.kdf import DEFAULT_ARGON2, Argon2Parameters, expand_recovery_code
from coffre_cli.crypto.secret import Secret


def test_the_default_work_is_within_the_bounds() -> None:
    assert (DEFAULT_ARGON2.memory_kib, DEFAULT_ARGON2.iterations, DEFAULT_ARGON2.lanes) == (262_144, 4, 4)


@pytest.mark.parametrize(
    ("memory_kib", "iterations", "lanes"),
    [
        (4 * 1024 * 1024 + 1, 1, 1),
        (2**70, 1, 1),
        (7, 1, 1),
        (31, 1, 4),
        (0, 1, 1),
        (-1, 1, 1),
        (64, 0, 1),
        (64, 33, 1),
        (64, 2**40, 1),
        (64, 1, 0),
        (64 * 1024, 1, 17),
        (64, 1, -1),
    ],
)
def test_absurd_work_is_refused_before_memory_is_taken(
    memory_kib: int, iterations: int, lanes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(argon2, "Argon2id")  # whoever reached for it would fail
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ForgedParametersError) as refused:
        Argon2Parameters(memory_kib, iterations, lanes)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096
    assert refused.value.facts["parameter"] in {"memory_kib", "iterations", "lanes"}


@given(st.integers(1, 16), st.integers(1, 32), st.data())
def test_all_within_the_bounds_is_taken(lanes: int, iterations: int, data: st.DataObject) -> None:
    memory = data.draw(st.integers(8 * lanes, 4 * 1024 * 1024))
    assert Argon2Parameters(memory, iterations, lanes).memory_kib == memory


def test_a_recovery_code_derives_another_key_for_each_slot() -> None:
    code = Secret(b"c" * 20)
    keys = {
        expand_recovery_code(code, salt, bound).key.reveal()
        for salt in (bytes(16), b"s" * 16)
        for bound in (b"a" * 32, b"b" * 32)
    }
    assert len(keys) == 4
