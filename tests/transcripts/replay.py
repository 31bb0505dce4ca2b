"""Reading a terminal session from a file, typing it again, and comparing.

    # What this session is about. Lines with a number sign are for readers, but four words are heard:
    # given: scan.tif contrat.pdf   (files made by given.py)
    # needs: pdfsig                 (system programs)
    # lang: fr                      (English otherwise)
    # real                          (each command is a process of its own; implied by lang)
    $ coffre add scan.tif
    added  scan  [..]
    ! warning on stderr
    ? 17

`[..]` stands for anything within a line; a line `[...]` for any lines. `? N` is the exit code, 0 when it is left out.
Output that begins with one of `$ # ! ?` or a backslash has a backslash before it. `$PWD` and `$HOME` stand for the
folders of the session.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ANY = "[..]"
ANY_LINES = "[...]"
_SPECIAL = "$#!?\\"
_VOLATILE = re.compile(
    r"\b[0-9a-f]{8,}\b"  # ids and digests
    r"|\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?Z?"  # moments
    r"|\b\d+(\.\d)? [kM]B\b|(?<=\"size\": )\d{4,}"  # sizes of what is drawn
)
_SHELL = re.compile(r"[|<>;&$`*\n]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed and answered."""

    out: tuple[str, ...]
    err: tuple[str, ...]
    code: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line typed, and what must follow."""

    line_number: int
    command: str
    expected: Outcome
    comments: tuple[str, ...] = ()
    """The lines that stand before it."""

    def arguments(self) -> list[str] | None:
        """Return what follows `coffre`, or None when the line needs a shell."""
        if not self.command.startswith("coffre") or _SHELL.search(self.command):
            return None
        return shlex.split(self.command)[1:]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole session."""

    steps: tuple[Step, ...]
    closing: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    language: str = "en"
    real: bool = False


@dataclass(slots=True)
class _Reading:
    comments: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)


def read(path: Path) -> Transcript:
    """Return the session that *path* tells."""
    reading = _Reading()
    lines = path.read_text("utf-8").splitlines()
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.startswith("$ "):
            position = _read_step(lines, position, reading)
            continue
        if line.strip() and not line.startswith("#"):
            raise ValueError(f"{path.name}:{position + 1}: neither a comment nor a command: {line}")
        reading.comments.append(line)
        _hear(line, reading.words)
        position += 1
    words = reading.words
    language = words.get("lang", ["en"])[0]
    return Transcript(
        steps=tuple(reading.steps),
        closing=tuple(reading.comments),
        given=tuple(words.get("given", ())),
        needs=tuple(words.get("needs", ())),
        language=language,
        real="real" in words or language != "en",
    )


def write(path: Path, transcript: Transcript, outcomes: Sequence[Outcome]) -> None:
    """Put in *path* the same session with *outcomes* where they differ from what was expected."""
    lines: list[str] = []
    for step, outcome in zip(transcript.steps, outcomes, strict=True):
        lines += [*step.comments, f"$ {step.command}"]
        lines += shown(step.expected if agrees(step.expected, outcome) else _lasting(outcome))
    path.write_text("\n".join([*lines, *transcript.closing]) + "\n", "utf-8")


def agrees(expected: Outcome, actual: Outcome) -> bool:
    """Tell whether *actual* is what was *expected*, wildcards considered."""
    return (
        expected.code == actual.code
        and _pattern(expected.out).fullmatch(_joined(actual.out)) is not None
        and _pattern(expected.err).fullmatch(_joined(actual.err)) is not None
    )


def shown(outcome: Outcome) -> list[str]:
    """Return *outcome* as a transcript writes it."""
    lines = [f"\\{line}" if line[:1] and line[0] in _SPECIAL else line for line in outcome.out]
    lines += [f"! {line}".rstrip() for line in outcome.err]
    return [*lines, f"? {outcome.code}"] if outcome.code else lines


def _lasting(outcome: Outcome) -> Outcome:
    """Return *outcome* with wildcards for what is different every time."""
    out, err = (tuple(_VOLATILE.sub(ANY, line) for line in lines) for lines in (outcome.out, outcome.err))
    return Outcome(out, err, outcome.code)


def lines_of(text: str, places: Sequence[tuple[str, str]], tidy: Callable[[str], str] = str.rstrip) -> tuple[str, ...]:
    """Return the lines of *text* with the session's own folders named, and no blanks at the ends."""
    for path, name in places:
        text = text.replace(path, name)
    return tuple(tidy(line) for line in text.rstrip("\n").split("\n")) if text.strip("\n") else ()


def _read_step(lines: Sequence[str], position: int, reading: _Reading) -> int:
    number, command = position + 1, lines[position][2:]
    out: list[str] = []
    err: list[str] = []
    code = 0
    position += 1
    while position < len(lines) and not lines[position].startswith(("$ ", "#")):
        line = lines[position]
        if line.startswith("? "):
            code = int(line[2:])
        elif line == "!" or line.startswith("! "):
            err.append(line[2:])
        else:
            out.append(line.removeprefix("\\"))
        position += 1
    blank: list[str] = []
    while out and not out[-1]:
        blank.append(out.pop())
    reading.steps.append(Step(number, command, Outcome(tuple(out), tuple(err), code), tuple(reading.comments)))
    reading.comments = blank
    return position


def _hear(line: str, words: dict[str, list[str]]) -> None:
    if line == "# real":
        words["real"] = []
    match = re.match(r"# (given|needs|lang): (.+)", line)
    if match:
        words[match[1]] = match[2].split()


def _pattern(lines: Sequence[str]) -> re.Pattern[str]:
    parts = []
    for line in lines:
        if line == ANY_LINES:
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*?".join(re.escape(piece) for piece in line.split(ANY)) + r"\n")
    return re.compile("".join(parts))


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
