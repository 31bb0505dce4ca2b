"""No title, whatever it is made of, acts on the terminal or on the line it stands in."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.ui.plain import fitted, json_line, plain, width
from tests.strategies import json_objects

ESC, CSI, BELL = "\x1b", "\x9b", "\x07"


@pytest.mark.parametrize(
    "text", ["Bail", "Échéance d'été", "日本語", "🖋 signé", "a\u0301", "العربية", "«  »", "", "~`$\\"]
)
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"{ESC}[31mred{ESC}[0m",
        f"{ESC}]0;title{BELL}",
        f"{ESC}]8;;http://example.org{ESC}\\link{ESC}]8;;{ESC}\\",
        f"{CSI}2J",
        "a\rb",
        "a\nb",
        "a\tb",
        "a\bb",
        "a\x7fb",
        "a\x00b",
        "a\x85b",
        "a\u2028b\u2029c",
        "contrat\u202efdp.exe",
        "\u2066hidden\u2069",
        "\u200e\u200f\u061c",
        "a\u200bb\ufeffc",
        "\U000e0041\U000e007f",
        "\ue000\U000f0000",
        "\udcff\ud800",
    ],
    ids=ascii,
)
def test_nothing_acts_on_a_terminal_or_turns_the_reading_direction(text: str) -> None:
    shown = plain(text)
    assert shown != text
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in shown)


@given(st.text())
def test_what_is_shown_is_one_line_that_stays_as_it_is(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert plain(shown) == shown
    shown.encode()


def test_invisible_joiners_go_without_a_trace() -> None:
    assert plain("extra\u00adordinaire\u200d\u200c") == "extraordinaire"


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("été", 3), ("e\u0301", 1), ("日本", 4), ("", 0), ("ａ", 2)])
def test_width_is_what_the_terminal_takes(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(st.characters(categories=["L", "N", "Mn", "Po"]), max_size=30), st.integers(1, 40))
def test_a_cell_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width(fitted(text, columns)) == columns


def test_a_cell_that_is_too_narrow_says_so() -> None:
    assert fitted("quittance", 5) == "quit…"
    assert fitted("日本語", 4) == "日… "


@given(json_objects())
def test_json_says_the_same_to_a_program(value: dict[str, object]) -> None:
    assert json.loads(json_line(value)) == value  # type: ignore[arg-type] # the strategy draws canonical values


@given(st.text())
def test_json_does_nothing_to_a_terminal(text: str) -> None:
    line = json_line({"title": text})
    assert json.loads(line) == {"title": text}
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in line)


def test_json_leaves_letters_readable() -> None:
    assert json_line({"title": "Échéance 日本"}) == '{"title": "Échéance 日本"}'
