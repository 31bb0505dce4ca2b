"""Tables stand in columns, fit the terminal, and are whole in a pipe."""

from __future__ import annotations

import itertools
import os
import shutil
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.errors import ExitCode
from coffre_cli.i18n import use_language
from coffre_cli.ui.batch import batch_code, worst_code
from coffre_cli.ui.plain import width
from coffre_cli.ui.tables import size_text, table

ROWS = [
    ("0a1b", "Bail", "10"),
    ("2c3d", "Une quittance de loyer d'octobre, avec un long titre", "2000"),
    ("4e5f", "日本語", "3"),
]


def test_columns_stand_under_each_other() -> None:
    lines = list(table(("Id", "Title", "Size"), ROWS, elastic=1))
    assert lines[0].index("Size") == lines[1].index("10") == lines[2].index("2000")
    assert width(lines[3].removesuffix("3")) == lines[0].index("Size")
    assert not any(line.endswith(" ") for line in lines)


def test_one_endless_title_is_whole_in_a_pipe_and_pushes_no_other_line_away() -> None:
    endless = "x" * 300
    lines = list(table(("Id", "Title", "Size"), [*ROWS, ("6a7b", endless, "1")], elastic=1))
    assert endless in lines[4]
    assert max(map(width, lines[:4])) < 80


def test_sizes_are_french_in_french() -> None:
    use_language("fr")
    try:
        assert [size_text(size) for size in (12, 1550, 2_000_000)] == ["12 o", "1,6 ko", "2,0 Mo"]
    finally:
        use_language("en")


def test_a_table_without_rows_is_its_header() -> None:
    assert list(table(("Id", "Title"), [], elastic=1)) == ["Id  Title"]


def test_an_endless_table_is_printed_while_it_comes() -> None:
    rows = ((str(number), "x" * (1 + number // 1_500)) for number in itertools.count())
    lines = list(itertools.islice(table(("Id", "Title"), rows, elastic=1), 1_502))
    assert lines[1] == "0    x"
    assert lines[-1] == "1500  xx"  # wider than the rows that were looked at: whole all the same


@pytest.mark.parametrize("columns", [40, 50, 200])
def test_a_narrow_terminal_shortens_the_elastic_column_only(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
    lines = list(table(("Id", "Title", "Size"), ROWS, elastic=1))
    assert max(map(width, lines)) <= columns
    assert lines[2].startswith("2c3d  Une quittan")
    assert lines[2].endswith("2000")
    assert ("…" in lines[2]) == (columns < 64)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1550, "1.6 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (999_999_999, "1.0 GB"),
        (1_500_000_000, "1.5 GB"),
        (2 * 10**15, "2000.0 TB"),
    ],
)
def test_sizes_are_told_as_disks_are_sold(size: int, text: str) -> None:
    assert size_text(size) == text


@given(st.integers(0, 10**15))
def test_no_size_takes_more_than_eight_columns(size: int) -> None:
    assert len(size_text(size)) <= 9


codes = st.lists(st.sampled_from(ExitCode), max_size=5)


@pytest.mark.parametrize(
    ("given_codes", "answer"),
    [
        ([], ExitCode.DONE),
        ([ExitCode.DONE, ExitCode.DONE], ExitCode.DONE),
        ([ExitCode.ALREADY_THERE, ExitCode.ALREADY_THERE], ExitCode.ALREADY_THERE),
        ([ExitCode.ALREADY_THERE], ExitCode.ALREADY_THERE),
        ([ExitCode.DONE, ExitCode.ALREADY_THERE], ExitCode.PARTIAL),
        ([ExitCode.NOT_FOUND, ExitCode.ALREADY_THERE], ExitCode.PARTIAL),
    ],
)
def test_a_batch_answers_with_its_common_code_or_says_in_part(given_codes: list[ExitCode], answer: ExitCode) -> None:
    assert batch_code(given_codes) is answer


@pytest.mark.parametrize(
    ("given_codes", "answer"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 23], 23),
        ([23, 22], 22),
        ([22, 24, 23], 24),
        ([24, 21, 22], 21),
        ([21, 20], 20),
        ([0, 14], 14),
    ],
)
def test_a_verification_answers_with_the_worst(given_codes: list[int], answer: int) -> None:
    assert worst_code([ExitCode(code) for code in given_codes]) == answer


@given(codes, codes)
def test_no_success_hides_a_failure(some: list[ExitCode], others: list[ExitCode]) -> None:
    failed = any(code is not ExitCode.DONE for code in some + others)
    assert (batch_code(some + others) is not ExitCode.DONE) == failed
    assert (worst_code(some + others) is not ExitCode.DONE) == failed
