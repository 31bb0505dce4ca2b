"""Tesseract: the words on one picture, and where they stand."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coffre_cli.worker.program import run_program

_SECONDS = 120
_COLUMNS = 12
_LEAST_CONFIDENCE = 20.0
_WORD_LEVEL = "5"


@dataclass(frozen=True, slots=True)
class Seen:
    """A word on a picture, its box in pixels from the upper left corner, and the line it belongs to."""

    text: str
    left: int
    top: int
    width: int
    height: int
    line: tuple[str, str, str]
    """Block, paragraph, line."""


def tesseract_is_there() -> bool:
    """Whether Tesseract is installed."""
    return shutil.which("tesseract") is not None


@cache
def installed_languages(directory: Path) -> frozenset[str]:
    """Return the languages that Tesseract has; *directory* is where it runs."""
    listed = run_program(["tesseract", "--list-langs"], directory=directory, seconds=20)
    lines = (listed.output + b"\n" + listed.errors).decode("utf-8", "replace").splitlines()
    return frozenset(line.strip() for line in lines if line.strip().isidentifier())


def tesseract_version(directory: Path) -> str:
    """Return Tesseract's version; *directory* is where it runs."""
    told = run_program(["tesseract", "--version"], directory=directory, seconds=20)
    words = (told.output + told.errors).decode("utf-8", "replace").split()
    return words[1] if len(words) > 1 else ""


def seen_words(
    picture: Path, *, languages: Sequence[str], dpi: int, directory: Path, seconds: float = _SECONDS
) -> list[Seen]:
    """Return the words on *picture*, in reading order.

    Raises:
        MissingProgramError: Tesseract is not installed.
        WorkerTimedOutError: It took too long.
    """
    done = run_program(
        [
            *("tesseract", str(picture), "stdout", "-l", "+".join(languages)),
            *("--dpi", str(dpi), "-c", "tessedit_create_tsv=1"),
        ],
        directory=directory,
        seconds=seconds,
        environment={"OMP_THREAD_LIMIT": "1"},  # several threads for a page lose to several pages at once
    )
    return [word for line in done.output.decode("utf-8", "replace").splitlines() if (word := _word(line)) is not None]


def _word(line: str) -> Seen | None:
    parts = line.split("\t")
    if len(parts) != _COLUMNS or parts[0] != _WORD_LEVEL or not parts[11].strip():
        return None
    try:
        left, top, width, height = (int(part) for part in parts[6:10])
        confident = float(parts[10]) >= _LEAST_CONFIDENCE
    except ValueError:
        return None
    return Seen(parts[11].strip(), left, top, width, height, (parts[2], parts[3], parts[4])) if confident else None


def as_text(words: Sequence[Seen]) -> str:
    """Return *words* as lines, a blank one between paragraphs."""
    text = ""
    last: tuple[str, str, str] | None = None
    for word in words:
        if last is None:
            text += word.text
        elif word.line == last:
            text += f" {word.text}"
        else:
            text += ("\n" if word.line[:2] == last[:2] else "\n\n") + word.text
        last = word.line
    return text
