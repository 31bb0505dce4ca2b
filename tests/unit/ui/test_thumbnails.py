"""Small pictures of pages in a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.ui.thumbnails import can_show_pictures, contact_sheet

SIZE = (4, 4)


@given(st.integers(0, 7), st.integers(1, 40))
def test_every_picture_is_shown_once_within_the_width(count: int, columns: int) -> None:
    pictures = [bytes([60 * number % 256]) * 16 for number in range(count)]
    lines = list(contact_sheet(pictures, [str(number) for number in range(count)], SIZE, columns))
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    assert all(len(line) <= max(columns, SIZE[0]) for line in bare)
    assert sum(line.count("▀") for line in bare) == count * 4 * 2
    assert " ".join(" ".join(line.split()) for line in bare if "▀" not in line).split() == [
        str(n) for n in range(count)
    ]


def test_white_is_lighter_than_black_and_colours_end_with_the_line() -> None:
    (line, *_rest) = contact_sheet([bytes([255] * 4 + [0] * 12)], ["1"], SIZE, 80)
    assert line == "\x1b[38;5;255;48;5;232m▀" * 4 + "\x1b[0m"


def test_a_pipe_is_shown_no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert not can_show_pictures()
