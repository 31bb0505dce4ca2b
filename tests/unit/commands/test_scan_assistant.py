"""The scanner assistant: pages are counted and looked at, a jam loses none, a question has an option or a default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from coffre_cli.commands.scan_assistant import Assistant
from coffre_cli.i18n import use_language
from coffre_cli.intake.errors import FeederEmptyError, ScannerError
from coffre_cli.intake.join import PageLook
from coffre_cli.intake.scanner import ScanWish
from coffre_cli.ui.output import Output
from coffre_cli.usecases.scanning import look_at, scan_batch
from tests.simulators.scanner import EMPTY, FEEDER_AND_GLASS, GLASS, JAMMED, OPEN, Scanner, scanner

Start = Callable[..., tuple[Assistant, Scanner]]


@dataclass
class Script:
    """A person who answers what was written down."""

    answers: list[str] | None
    questions: list[str] = field(default_factory=list)

    def is_there(self) -> bool:
        return self.answers is not None

    def answer(self, question: str) -> str:
        self.questions.append(question)
        assert self.answers is not None
        return self.answers.pop(0)


def _all_written(pages: Sequence[Path]) -> list[PageLook]:
    return [PageLook(bytes(20 * 28), blank=False) for _page in pages]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    use_language("en")

    def start(
        plan: Sequence[tuple[str, int]],
        answers: Sequence[str] | None,
        *,
        feeder: bool | None = None,
        options: str = FEEDER_AND_GLASS,
        look: Callable[[Sequence[Path]], Sequence[PageLook]] = _all_written,
    ) -> tuple[Assistant, Scanner]:
        machine = scanner(tmp_path / "bin", plan, options)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
        person = Script(None if answers is None else list(answers))
        wish = ScanWish("fake:0", feeder, 300)
        (tmp_path / "pages").mkdir()
        return Assistant(person, Output(), partial(scan_batch, wish), look), machine

    return start


def test_pages_are_told_one_by_one(start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assistant, _machine = start([("www", EMPTY)], None)
    assistant.gather(tmp_path / "pages")
    assert capsys.readouterr().err.splitlines() == ["1 page scanned", "2 pages scanned", "3 pages scanned"]
    assert assistant.fault is None


def test_after_a_jam_the_rest_is_scanned_and_no_page_is_lost(start: Start, tmp_path: Path) -> None:
    assistant, _machine = start([("ww", JAMMED), ("w", OPEN), ("ww", EMPTY)], ["", "", ""])
    assistant.gather(tmp_path / "pages")
    assert len(assistant.pages) == 5
    assert all(page.is_file() for page in assistant.pages)
    assert assistant.fault is None


def test_whoever_stops_after_a_jam_keeps_what_was_scanned(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant, _machine = start([("ww", JAMMED)], ["s"])
    assistant.gather(tmp_path / "pages")
    assert (len(assistant.pages), type(assistant.fault)) == (2, ScannerError)
    assert "the paper is jammed" in capsys.readouterr().err


def test_without_a_person_a_jam_gives_the_pages_before_it_and_is_said(start: Start, tmp_path: Path) -> None:
    assistant, machine = start([("ww", JAMMED), ("w", EMPTY)], None)
    assistant.gather(tmp_path / "pages")
    assert (len(assistant.pages), type(assistant.fault)) == (2, ScannerError)
    assert len(machine.calls) == 1


def test_an_empty_feeder_waits_for_paper_when_somebody_is_there(start: Start, tmp_path: Path) -> None:
    assistant, _machine = start([("", EMPTY), ("w", EMPTY)], ["", ""])
    assistant.gather(tmp_path / "pages")
    assert len(assistant.pages) == 1


@pytest.mark.parametrize("answers", [None, ["s"]])
def test_an_empty_feeder_is_an_error_when_nothing_comes(
    start: Start, tmp_path: Path, answers: list[str] | None
) -> None:
    assistant, _machine = start([("", EMPTY)], answers)
    with pytest.raises(FeederEmptyError):
        assistant.gather(tmp_path / "pages")


def test_more_pages_join_those_that_are_there(start: Start, tmp_path: Path) -> None:
    assistant, _machine = start([("w", EMPTY), ("ww", EMPTY)], ["y", ""])
    assistant.gather(tmp_path / "pages")
    assert [page.parent.name for page in assistant.pages] == ["batch0000", "batch0001", "batch0001"]


@pytest.mark.parametrize(("answer", "left_out"), [("y", True), ("", False), ("o", True)])
def test_blank_pages_are_named_and_left_out_by_choice(
    start: Start, tmp_path: Path, answer: str, left_out: bool
) -> None:
    assistant, _machine = start([("wbw", EMPTY)], ["", answer], look=look_at)
    assistant.gather(tmp_path / "pages")
    assert [look.blank for look in assistant.looks] == [False, True, False]
    assert assistant.blank_to_leave_out(chosen=False) is left_out
    assert isinstance(assistant.person, Script)
    assert assistant.person.questions[-1].startswith("Page 2 looks blank.")


def test_without_a_person_blank_pages_stay_unless_an_option_says_otherwise(start: Start) -> None:
    assistant, _machine = start([("w", EMPTY)], None)
    assistant.looks = [PageLook(b"", blank=True), PageLook(b"", blank=False)]
    assert assistant.blank_to_leave_out(chosen=False) is False
    assert assistant.blank_to_leave_out(chosen=True) is True


def test_a_question_has_its_default(start: Start) -> None:
    assistant, _machine = start([("w", EMPTY)], ["", " Bail "])
    assert [assistant.asked("Title:", "scan"), assistant.asked("Title:", "scan")] == ["scan", "Bail"]


@pytest.mark.parametrize(
    ("feeder", "options", "count"),
    [
        (None, FEEDER_AND_GLASS, 2000),
        (None, GLASS, 1),
        (False, FEEDER_AND_GLASS, 1),
        (True, FEEDER_AND_GLASS, 2000),
        (True, GLASS, 2000),
    ],
)
def test_a_glass_is_scanned_once_and_never_taken_for_a_feeder(
    start: Start, tmp_path: Path, feeder: bool | None, options: str, count: int
) -> None:
    assistant, machine = start([("w", EMPTY)], None, feeder=feeder, options=options)
    assistant.gather(tmp_path / "pages")
    (call,) = machine.calls
    assert f"--batch-count={count}" in call
    assert "300" in call
