"""Results go to stdout, the rest to stderr; JSON is one object a line and nothing else."""

from __future__ import annotations

import json
import sys

import pytest

from coffre_cli.model import Remark
from coffre_cli.ui.output import Output, remark_text
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.ui.prompt import CannotAskError, Terminal


def told(capsys: pytest.CaptureFixture[str], output: Output) -> tuple[str, str]:
    output.show("a result", {"schema": "coffre.thing/1", "title": "Été"})
    output.say("said")
    output.detail("in detail")
    output.warn("beware")
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_a_person_gets_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, Output()) == ("a result\n", "said\nwarning: beware\n")


def test_a_script_gets_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = told(capsys, Output(as_json=True))
    assert [json.loads(line) for line in out.splitlines()] == [{"schema": "coffre.thing/1", "title": "Été"}]
    assert err == "warning: beware\n"


def test_quiet_leaves_the_result_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, Output(quiet=True, verbose=2)) == ("a result\n", "")


def test_verbose_tells_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, Output(verbose=1)) == ("a result\n", "said\nin detail\nwarning: beware\n")


def test_remarks_are_told_with_their_facts_made_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    remark = Remark("Page {page} has no text.", (("page", "\x1b[2J7"),))
    assert remark_text(remark) == "Page \N{REPLACEMENT CHARACTER}[2J7 has no text."
    Output().warn_all([remark, remark])
    assert capsys.readouterr().err.count("warning: Page") == 2


@pytest.mark.parametrize("quiet", [True, False])
def test_progress_is_silent_when_nobody_watches(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = "rich.progress" in sys.modules
    with ProgressBar(quiet=quiet) as bar:
        for done in range(100):
            bar(done, 100, "\x1b[2J")
    assert capsys.readouterr() == ("", "")
    assert ("rich.progress" in sys.modules) == loaded


def test_nobody_is_asked_when_questions_are_not_allowed() -> None:
    terminal = Terminal(allowed=False)
    assert not terminal.is_there()
    for ask in (terminal.password, terminal.answer):
        with pytest.raises(CannotAskError) as refused:
            ask("Really?")
        assert refused.value.facts["question"] == "Really?"
