"""What comes back from a worker is believed to be plain values and nothing else."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable

import pytest

from coffre_cli.signing.verdict import Integrity
from coffre_cli.worker.errors import UntrustworthyResultError
from coffre_cli.worker.wire import read_value


class _Reduced:
    """Pickles to a call of one's choice."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def test_words_of_an_enumeration_come_back_as_python_3_11_2_writes_them() -> None:
    assert read_value(pickle.dumps(_Reduced(getattr, Integrity, "INTACT"))) is Integrity.INTACT


@pytest.mark.parametrize(
    "call",
    [
        _Reduced(getattr, Integrity, "mro"),
        _Reduced(getattr, Integrity, "__class__"),
        _Reduced(getattr, "text", "format"),
        _Reduced(os.getcwd),
        _Reduced(eval, "1"),
    ],
)
def test_no_other_call_is_made_for_a_worker(call: _Reduced) -> None:
    with pytest.raises(UntrustworthyResultError):
        read_value(pickle.dumps(call))
