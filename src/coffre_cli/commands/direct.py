"""Lines that need no parser: `add`, `list`, `search` and `count`, plainly spelled (ADR 0015).

Loading the parser is a quarter of `coffre list`. What is read here is a command, its words and options, each with its
value beside it. Everything else (help, a mistake, any other option) is left to the parser; for what both read, a test
holds that they read the same.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coffre_cli.commands.context import choose
from coffre_cli.commands.registry import ALIASES
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import LANGUAGES
from coffre_cli.values import frozen

_FLAGS: Mapping[str, str] = {
    "--json": "as_json",
    "--quiet": "quiet",
    "-q": "quiet",
    "--no-input": "no_input",
    "--yes": "yes",
    "-y": "yes",
}
_VALUES: Mapping[str, str] = {"--vault": "vault", "-C": "vault", "--lang": "lang"}
_OWN: Mapping[str, tuple[str, ...]] = {
    "add": ("--folder", "--title", "--date"),
    "list": ("--tag", "--since", "--sort"),
    "search": ("--limit",),
    "count": (),
}
_OWN_FLAGS: Mapping[str, str] = {"--no-archive": "add", "--allow-duplicate": "add", "--move": "add"}
"""Each with the command that takes it."""
_WORDS: Mapping[str, tuple[int, int]] = {"add": (1, 1_000), "list": (0, 1), "search": (1, 1_000), "count": (0, 0)}
_COMPLETION = "_COFFRE_COMPLETE"
"""Set by the shell that asks the parser what may follow."""
_LARGEST_LIMIT = 10_000


@frozen
class Line:
    """A line that was read."""

    command: str
    words: tuple[str, ...]
    options: Mapping[str, str]
    """The command's own with a value, by their names without dashes."""
    flags: frozenset[str]
    """The command's own without one, as typed."""
    chosen: Mapping[str, object]
    """The global ones."""


def read_line(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Line | None:
    """Return what *arguments* say, or None when that is for the parser to tell."""
    if _COMPLETION in environment or not all(argument.isprintable() and argument for argument in arguments):
        return None
    command, words = "", []
    options: dict[str, str] = {}
    flags: set[str] = set()
    chosen: dict[str, object] = {}
    for name, value in _pieces(arguments):
        if not name:
            if command:
                words.append(value)
            else:
                command = ALIASES.get(value, value)
        elif name in _FLAGS and not value:
            chosen[_FLAGS[name]] = True
        elif name in _VALUES and value:
            chosen[_VALUES[name]] = value
        elif command in _OWN and name in _OWN[command] and value:
            options[name[2:]] = value
        elif command and _OWN_FLAGS.get(name) == command and not value:
            flags.add(name)
        else:
            return None
    fits = command in _OWN and _WORDS[command][0] <= len(words) <= _WORDS[command][1]
    return Line(command, tuple(words), options, frozenset(flags), chosen) if fits and _may_be(options, chosen) else None


def run(line: Line) -> int:
    """Do what *line* says; return the exit code."""
    if line.command == "add":
        from coffre_cli.commands import depositing
    else:
        from coffre_cli.commands import listing
    gc.freeze()  # as `edge.load` does: what is loaded by now stays
    gc.enable()
    choose(command=line.command, **{name: value for name, value in line.chosen.items() if name != "lang"})
    if line.command == "add":
        asked = depositing.Asked(
            folder=line.options.get("folder"),
            title=line.options.get("title"),
            date=line.options.get("date"),
            no_archive="--no-archive" in line.flags,
            allow_duplicate="--allow-duplicate" in line.flags,
            move="--move" in line.flags,
        )
        return depositing.deposit_files([Path(word) for word in line.words], asked)
    if line.command == "count":
        listing.count_documents()
    elif line.command == "search":
        listing.search_documents(line.words, **{name: int(value) for name, value in line.options.items()})
    else:
        listing.list_documents(*line.words, **line.options)
    return ExitCode.DONE


def _pieces(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield options with their values, empty where there is none to be sure of, and words without a name."""
    left = list(arguments)
    while left:
        name = left.pop(0)
        if not name.startswith("-"):
            yield "", name
        elif name in _FLAGS or name in _OWN_FLAGS:
            yield name, ""
        elif name.startswith("--") and "=" in name:
            before, _, value = name.partition("=")
            yield before, value
        else:
            yield name, left.pop(0) if left and not left[0].startswith("-") else ""


def _may_be(options: Mapping[str, str], chosen: Mapping[str, object]) -> bool:
    limit = options.get("limit", "1")
    counts = limit.isascii() and limit.isdigit() and len(limit) <= len(str(_LARGEST_LIMIT))
    return counts and 1 <= int(limit) <= _LARGEST_LIMIT and chosen.get("lang", LANGUAGES[0]) in LANGUAGES
