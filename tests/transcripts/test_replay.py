"""The judge of sessions is just: it takes what agrees, refuses what does not, and writes what it can read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transcripts import replay
from tests.transcripts.replay import Outcome

SESSION = """\
# A paper goes in.
# given: scan.tif
# needs: pdfsig qpdf

$ coffre add scan.tif
added [..]
\\# not a comment

! a warning

# Again.
$ coffre add scan.tif | cat
? 17
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "session.txt"
    path.write_text(SESSION, "utf-8")
    return path


def test_a_session_is_read(session: Path) -> None:
    transcript = replay.read(session)
    assert (transcript.given, transcript.needs, transcript.real) == (("scan.tif",), ("pdfsig", "qpdf"), False)
    assert [step.command for step in transcript.steps] == ["coffre add scan.tif", "coffre add scan.tif | cat"]
    assert transcript.steps[0].expected == Outcome(("added [..]", "# not a comment"), ("a warning",), 0)
    assert transcript.steps[1].expected == Outcome((), (), 17)


def test_a_line_with_a_pipe_goes_through_a_shell(session: Path) -> None:
    first, second = replay.read(session).steps
    assert (first.arguments(), second.arguments()) == (["add", "scan.tif"], None)


@pytest.mark.parametrize(
    ("expected", "actual", "verdict"),
    [
        (("added [..]",), ("added x",), True),
        (("added [..]",), ("added x", "y"), False),
        (("added [..]",), ("ad",), False),
        (("[...]", "end"), ("a", "b", "end"), True),
        (("[...]",), (), True),
        (("a.c",), ("abc",), False),
    ],
)
def test_wildcards_stand_for_as_much_as_they_say_and_no_more(
    expected: tuple[str, ...], actual: tuple[str, ...], verdict: bool
) -> None:
    assert replay.agrees(Outcome(expected, (), 0), Outcome(actual, (), 0)) is verdict


def test_another_exit_code_or_a_word_on_stderr_is_a_difference() -> None:
    good = Outcome(("a",), (), 0)
    assert not replay.agrees(good, Outcome(("a",), (), 1))
    assert not replay.agrees(good, Outcome(("a",), ("b",), 0))


def test_what_is_accepted_is_what_will_be_read(session: Path) -> None:
    transcript = replay.read(session)
    came = [Outcome(("added x", "# not a comment"), ("a warning",), 0), Outcome(("# $ !",), ("! why",), 1)]
    replay.write(session, transcript, came)
    again = replay.read(session)
    assert [step.expected for step in again.steps] == [transcript.steps[0].expected, came[1]]


def test_what_differs_every_time_is_not_accepted_to_the_letter(session: Path) -> None:
    line = "da95f6e8  note  12.0 kB  2026-11-21 22:28"
    replay.write(session, replay.read(session), [Outcome((line,), (), 0), Outcome((), (), 17)])
    assert replay.read(session).steps[0].expected.out == ("[..]  note  [..]  [..]",)
