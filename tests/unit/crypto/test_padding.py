"""Padding hides the size of a document, costs little, and has one form."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.padding import LENGTH_SIZE, MINIMUM_SIZE, padded_size, padding_piece, padding_size

sizes = st.integers(0, 2**50) | st.integers(0, 2**14)


@given(sizes)
def test_the_size_is_that_of_the_page(size: int) -> None:
    length = size + LENGTH_SIZE
    exponent = math.floor(math.log2(length)) if length < 2**40 else length.bit_length() - 1
    step = 2 ** (exponent - (math.floor(math.log2(exponent)) + 1)) if length > MINIMUM_SIZE else MINIMUM_SIZE
    assert padded_size(size) == -(-length // step) * step


@given(sizes)
def test_padding_adds_at_most_an_eighth_beyond_the_least_size(size: int) -> None:
    total = padded_size(size)
    assert size + LENGTH_SIZE <= total <= max(MINIMUM_SIZE, (size + LENGTH_SIZE) * 1.125)


@given(sizes, sizes)
def test_a_longer_document_is_never_the_smaller_one(one: int, other: int) -> None:
    assert (padded_size(one) <= padded_size(other)) or one > other


@given(st.integers(0, 2**50))
def test_a_padded_size_needs_no_more_padding(size: int) -> None:
    total = padded_size(size)
    assert padded_size(total - LENGTH_SIZE) == total


def test_small_documents_cannot_be_told_apart() -> None:
    assert {padded_size(size) for size in range(MINIMUM_SIZE - LENGTH_SIZE + 1)} == {MINIMUM_SIZE}


@given(st.integers(0, 100_000), st.lists(st.integers(1, 5000), max_size=40))
def test_pieces_make_zeros_and_then_the_length(size: int, cuts: list[int]) -> None:
    whole, start, total = b"", 0, padding_size(size)
    for count in [*cuts, total]:
        piece = padding_piece(size, start, min(count, total - start))
        whole, start = whole + piece, start + len(piece)
    assert whole == bytes(total - LENGTH_SIZE) + size.to_bytes(LENGTH_SIZE, "big")
