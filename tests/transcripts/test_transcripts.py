"""Real terminal sessions, typed again: `*.txt` beside this file, in the language that replay.py explains.

`pytest tests/transcripts --accept` writes down what the product says now; read the difference before keeping it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transcripts import given, replay
from tests.transcripts.replay import Outcome, Step, Transcript

HERE = Path(__file__).parent
PASSWORD = "correct horse battery staple"


def _cases() -> list[object]:
    cases: list[object] = []
    for path in sorted(HERE.glob("*.txt")):
        transcript = replay.read(path)
        marks = [pytest.mark.needs(*transcript.needs)] if transcript.needs else []
        cases.append(pytest.param(path, transcript, id=path.stem, marks=marks))
    return cases


@pytest.fixture
def session_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a safe place and a home of its own."""
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n", "utf-8")
    password.chmod(0o600)
    for name in [name for name in os.environ if name.startswith(("COFFRE_", "LC_", "XDG_"))]:
        monkeypatch.delenv(name)
    places = {"HOME": home, "COFFRE_HOME": home / "coffre", "COFFRE_PASSWORD_FILE": password, "TMPDIR": tmp_path}
    for name, place in places.items():
        monkeypatch.setenv(name, str(place))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.chdir(work)
    return work


@pytest.mark.parametrize(("path", "transcript"), _cases())
def test_a_session_goes_as_it_is_written(
    path: Path,
    transcript: Transcript,
    session_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("COFFRE_LANG", transcript.language)
    for name in transcript.given:
        given.make(name, session_folder)
    places = ((str(session_folder), "$PWD"), (os.environ["HOME"], "$HOME"))
    outcomes = [_type(step, transcript, places, capfd) for step in transcript.steps]
    if request.config.getoption("--accept"):
        replay.write(path, transcript, outcomes)
        return
    for step, outcome in zip(transcript.steps, outcomes, strict=True):
        if not replay.agrees(step.expected, outcome):
            wanted, came = replay.shown(step.expected), replay.shown(outcome)
            lines = [f"{path.name}:{step.line_number}", f"$ {step.command}", "--- expected", *wanted, "--- came", *came]
            pytest.fail("\n".join(lines), pytrace=False)


def _type(
    step: Step, transcript: Transcript, places: tuple[tuple[str, str], ...], capfd: pytest.CaptureFixture[str]
) -> Outcome:
    arguments = None if transcript.real else step.arguments()
    if arguments is not None:
        code = _run_here(arguments)
        captured = capfd.readouterr()
        return Outcome(replay.lines_of(captured.out, places), replay.lines_of(captured.err, places), code)
    finished = subprocess.run(
        ["sh", "-c", step.command], check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return Outcome(
        replay.lines_of(finished.stdout, places), replay.lines_of(finished.stderr, places), finished.returncode
    )


def _run_here(arguments: list[str]) -> int:
    from coffre_cli.cli import run

    return int(run(arguments))
