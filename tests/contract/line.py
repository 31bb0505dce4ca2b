"""A script that calls `coffre`: what it gives, what it gets back."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from coffre_cli.cli import run

Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class Called:
    """What one command line answered."""

    code: int
    lines: tuple[Answer, ...]
    error: Answer

    @property
    def line(self) -> Answer:
        """The only line there is."""
        (only,) = self.lines
        return only


def coffre(*words: object) -> Called:
    """Run `coffre WORDS --json --no-input` and read every line it prints."""
    stdout, stderr = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = run([*map(str, words), "--json", "--no-input"])
    stdout.seek(0)
    lines = tuple(json.loads(line) for line in stdout)
    errors = [json.loads(line) for line in stderr.getvalue().splitlines() if line.startswith("{")]
    assert all("schema" in line for line in lines)
    return Called(code, lines, next((one for one in errors if one["schema"] == "coffre.error/1"), {}))


def piped(*words: object, given: bytes = b"") -> tuple[int, bytes]:
    """Run `coffre WORDS` in a pipe that brings *given*; return its code and what it sends on."""
    stdout, stderr = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    stdin = patch("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    with stdin, contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = run([*map(str, words), "--no-input"])
    stdout.flush()
    stdout.seek(0)
    return code, stdout.buffer.read()


def note(folder: Path, name: str = "note.txt", text: str = "Clé du garage : chez la gardienne.\n") -> Path:
    """Write a small text."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name
