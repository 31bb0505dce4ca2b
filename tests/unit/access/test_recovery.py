"""A recovery code survives being written on paper and typed years later."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.access.recovery import CODE_BYTES, new_code, read_code, write_code
from coffre_cli.crypto.secret import Secret

codes = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES).map(Secret)
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(codes)
def test_a_code_is_read_as_it_was_written(code: Secret) -> None:
    written = write_code(code)
    assert re.fullmatch(rf"(?:[{SYMBOLS}]{{4}}-){{8}}[{SYMBOLS}]{{2}}", written)
    assert read_code(written) == code


@given(codes, st.data())
def test_case_spaces_hyphens_and_lookalikes_do_not_matter(code: Secret, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from({"0": "0oO", "1": "1iIlL", "-": "- "}.get(symbol, symbol + symbol.lower())))
        for symbol in write_code(code)
    )
    assert read_code(f"  {typed.replace('-', '')}\n") == code
    assert read_code(typed) == code


@given(codes, st.data())
def test_a_mistyped_code_is_never_taken_for_the_right_one(code: Secret, data: st.DataObject) -> None:
    written = write_code(code)
    place = data.draw(st.integers(0, len(written) - 1).filter(lambda place: written[place] != "-"))
    wrong = data.draw(st.sampled_from(SYMBOLS).filter(lambda symbol: symbol != written[place]))
    assert read_code(written[:place] + wrong + written[place + 1 :]) != code


def test_a_mistyped_code_is_told_at_once_but_for_one_in_a_thousand() -> None:
    written, passed, tried = write_code(Secret(b"0123456789abcdefghij")), 0, 0
    for place, symbol in enumerate(written):
        for wrong in SYMBOLS if symbol != "-" else "":
            tried += wrong != symbol
            passed += wrong != symbol and read_code(written[:place] + wrong + written[place + 1 :]) is not None
    assert passed <= 5 * tried / 1024


@pytest.mark.parametrize(
    "typed", ["", "-", "0000", "U" * 34, "é" * 34, "0" * 35, "0" * 33, "²" * 34, "٠" * 34, "\0" * 34]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_nothing_crashes(typed: str) -> None:
    found = read_code(typed)
    assert found is None or read_code(write_code(found)) == found


def test_each_code_is_drawn_anew_and_has_160_bits() -> None:
    drawn: list[int] = []

    def random(size: int) -> bytes:
        drawn.append(size)
        return bytes(size)

    assert new_code(random).reveal() == bytes(20)
    assert drawn == [20]
