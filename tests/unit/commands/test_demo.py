"""The demonstration proves the product, touches nothing of the user's and leaves nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.cli import run
from coffre_cli.usecases.demonstration import Demonstration, Scene
from coffre_cli.usecases.demonstration_papers import write_papers
from coffre_cli.usecases.demonstration_stage import set_stage
from coffre_cli.usecases.demonstration_words import WORDS

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_every_step_does_what_it_should_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("COFFRE_HOME", str(home))
    monkeypatch.setenv("COFFRE_VAULT", "nowhere")
    monkeypatch.setenv("COFFRE_LANG", "fr")
    code = run(["demo", "--json"])
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [step["step"] for step in steps if not step["passed"]] == []
    assert code == 0
    assert {step["schema"] for step in steps} == {"coffre.demo/1"}
    assert {step["step"] for step in steps} >= {"init", "verify", "verify-changed", "journal-changed", "alarm-check"}
    assert not home.exists()
    assert list(_left_in_memory()) == []


def _left_in_memory() -> Iterator[Path]:
    """Yield private directories that nobody holds, or that this process forgot; others may be at work beside it."""
    ours = {one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}
    for directory in Path("/dev/shm").glob("coffre-work-*/"):
        lock = directory.with_suffix(".lock")
        with contextlib.suppress(BlockingIOError, FileNotFoundError), lock.open() as file:
            if lock not in ours:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield directory


def test_one_step_that_fails_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenes = [Scene("good", "This went well."), Scene("bad", "This did not.", passed=False)]
    monkeypatch.setattr(Demonstration, "scenes", lambda _self: iter(scenes))
    assert run(["demo"]) == 1
    captured = capsys.readouterr()
    assert "THIS IS NOT WHAT SHOULD HAVE COME." in captured.out
    assert "bad" in captured.err


def test_a_command_that_fails_answers_its_code(tmp_path: Path) -> None:
    stage = set_stage(tmp_path, "en")
    played = stage.play(("coffre", "list"))
    assert (played.code, "coffre init" in played.err) == (10, True)


def test_nothing_of_the_users_own_settings_reaches_the_stage(tmp_path: Path) -> None:
    stage = set_stage(tmp_path, "en", {"COFFRE_VAULT": "mine", "XDG_CONFIG_HOME": "mine", "PATH": "p", "HOME": "mine"})
    assert "mine" not in stage.environment.values()
    assert (stage.folder / "password").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("language", ["en", "fr"])
def test_papers_look_like_what_scanners_and_telephones_send(tmp_path: Path, language: str) -> None:
    from PIL import Image

    names = WORDS[language].papers
    write_papers(tmp_path, names, language=language, moment=MOMENT)
    assert (tmp_path / names.lease).read_bytes().startswith(b"%PDF-")
    with Image.open(tmp_path / names.letter) as letter:
        assert (letter.format, getattr(letter, "n_frames", 1), letter.info["compression"]) == ("TIFF", 2, "group4")
    with Image.open(tmp_path / names.bill) as bill:
        assert (bill.format, bill.mode) == ("JPEG", "RGB")
