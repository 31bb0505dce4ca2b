"""What `./dev bench` says can be believed."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from bench import table
from bench.measure import Aim, Command, Result, Row, measure


def _row(aim: Aim, goal: float, *, rounds: int = 3, ours: Callable[[], float] = float, beside: bool = True) -> Row:
    return Row("work", ours, (lambda: 4.0) if beside else None, aim, goal, "ms", "other", rounds=rounds)


def test_both_sides_are_measured_in_turn_and_the_first_round_does_not_count() -> None:
    costs, turns = iter([100.0, 1.0, 3.0, 2.0]), []

    def ours() -> float:
        turns.append("ours")
        return next(costs)

    def theirs() -> float:
        turns.append("theirs")
        return 4.0

    result = measure(Row("work", ours, theirs, Aim.AT_MOST, 1, "ms", "other", rounds=3))
    assert (result.ours, result.theirs) == (2.0, 4.0)
    assert turns == ["ours", "theirs"] * 4


def test_what_is_measured_once_is_done_once() -> None:
    costs = iter([7.0])
    assert measure(_row(Aim.BELOW, 80, rounds=1, ours=lambda: next(costs), beside=False)).ours == 7.0


@pytest.mark.parametrize(
    ("aim", "ours", "theirs", "goal", "figure", "reached"),
    [
        (Aim.AT_MOST, 2.0, 4.0, 0.5, 0.5, True),
        (Aim.AT_MOST, 3.0, 4.0, 0.5, 0.75, False),
        (Aim.FASTER, 2.0, 4.0, 1.5, 2.0, True),
        (Aim.FASTER, 4.0, 4.0, 1.5, 1.0, False),
        (Aim.BELOW, 79.0, None, 80, 79.0, True),
        (Aim.BELOW, 81.0, None, 80, 81.0, False),
    ],
)
def test_a_goal_is_reached_or_not(
    aim: Aim, ours: float, theirs: float | None, goal: float, figure: float, reached: bool
) -> None:
    result = Result(_row(aim, goal), ours, theirs)
    assert (result.figure(), result.reached()) == (figure, reached)
    assert ("NO" in table.plain(table.lines([result]))) is not reached


def test_a_program_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="answered 3"):
        Command((sys.executable, "-c", "raise SystemExit(3)")).seconds()


def test_what_we_hold_ourselves_does_not_count() -> None:
    held = bytearray(200_000_000)
    assert Command((sys.executable, "-c", "import time; time.sleep(0.2)")).peak_megabytes() < 90
    assert len(held) == 200_000_000


def test_the_memory_of_a_child_counts() -> None:
    child = "import time; held = bytearray(90_000_000); time.sleep(0.3)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert Command((sys.executable, "-c", parent)).peak_megabytes() > 90


def test_the_page_says_what_was_left_out() -> None:
    assert "Left out, for want of the other program: work." in table.section("", [], [_row(Aim.AT_MOST, 1)])
