"""Streams that the caller closed, or stopped reading."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, str]:
    """The environment of a safe with one document."""
    (tmp_path / "password").write_text("correct horse battery staple", "utf-8")
    (tmp_path / "note.txt").write_text("Quittance de loyer.\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "LC_"))}
    environment |= {"COFFRE_HOME": str(tmp_path / "home"), "COFFRE_LANG": "en"}
    environment |= {"COFFRE_PASSWORD_FILE": str(tmp_path / "password"), "FOLDER": str(tmp_path)}
    for words in (f"init start --yes --recovery-file {tmp_path}/recovery", f"add {tmp_path}/note.txt --no-archive"):
        assert shell(environment, f"coffre {words}").returncode == 0
    return environment


def shell(environment: dict[str, str], line: str) -> subprocess.CompletedProcess[str]:
    """Type *line* into a shell."""
    ours = f'coffre() {{ {shlex.quote(sys.executable)} -m coffre_cli "$@"; }}; {line}'
    return subprocess.run(["sh", "-c", ours], check=False, env=environment, capture_output=True, text=True, timeout=60)


def test_a_result_for_an_output_that_is_closed_is_an_error(safe: dict[str, str]) -> None:
    done = shell(safe, "coffre list >&-")
    assert (done.returncode, done.stderr.splitlines()[0][:8]) == (1, "coffre: ")
    assert "Traceback" not in done.stderr


def test_streams_that_are_closed_lead_no_words_into_the_safe(safe: dict[str, str]) -> None:
    assert shell(safe, 'coffre add "$FOLDER/note.txt" --allow-duplicate --no-archive -q <&- >&- 2>&-').returncode == 0
    assert shell(safe, "coffre count 2>&-").stdout == "2\n"
    assert shell(safe, "coffre check --full").returncode == 0


def test_a_reader_that_goes_away_in_mid_export_is_told_nothing(safe: dict[str, str]) -> None:
    for _ in range(3):
        assert shell(safe, "coffre list").returncode == 0
    assert shell(safe, "coffre journal export - | head -1 >/dev/null").stderr == ""


def test_a_device_is_written_into_and_stays_one(safe: dict[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = shell(safe, f"coffre get note -o {pipe} --original --force >/dev/null & cat {pipe}")
    assert done.stdout == "Quittance de loyer.\n"
    assert pipe.is_fifo()
