"""Lines that need no parser: `list`, `search` and `count`, plainly spelled (docs/adr/0015-lines-read-without-typer.md).

Loading the parser is a quarter of `coffre list`. What is read here is a command, its words and options, each with its
value beside it. Everything else (help, a mistake, any other option) is left to the parser; for what both read, a test
holds that they read the same.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence

from coffre_cli.commands.context import choose
from coffre_cli.commands.registry import ALIASES
from coffre_cli.i18n import LANGUAGES
from coffre_cli.values import frozen

_FLAGS: Mapping[str, str] = {"--json": "as_json", "--quiet": "quiet", "-q": "quiet"}
_VALUES: Mapping[str, str] = {"--vault": "vault", "-C": "vault", "--lang": "lang"}
_OWN: Mapping[str, tuple[str, ...]] = {"list": ("--tag", "--since", "--sort"), "search": ("--limit",), "count": ()}
_WORDS: Mapping[str, tuple[int, int]] = {"list": (0, 1), "search": (1, 1_000), "count": (0, 0)}
_COMPLETION = "_COFFRE_COMPLETE"
"""Set by the shell that asks the parser what may follow."""
_LARGEST_LIMIT = 10_000


@frozen
class Line:
    """A line that was read."""

    command: str
    words: tuple[str, ...]
    options: Mapping[str, str]
    """The command's own, by their names without dashes."""
    chosen: Mapping[str, object]
    """The global ones."""


def read_line(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Line | None:
    """Return what *arguments* say, or None when that is for the parser to tell."""
    if _COMPLETION in environment or not all(argument.isprintable() and argument for argument in arguments):
        return None
    command, words = "", []
    options: dict[str, str] = {}
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
        else:
            return None
    fits = command in _OWN and _WORDS[command][0] <= len(words) <= _WORDS[command][1]
    return Line(command, tuple(words), options, chosen) if fits and _may_be(options, chosen) else None


def run(line: Line) -> None:
    """Do what *line* says."""
    from coffre_cli.commands import listing

    gc.freeze()  # as `edge.load` does: what is loaded by now stays
    gc.enable()
    choose(command=line.command, **{name: value for name, value in line.chosen.items() if name != "lang"})
    if line.command == "count":
        listing.count_documents()
    elif line.command == "search":
        listing.search_documents(line.words, **{name: int(value) for name, value in line.options.items()})
    else:
        listing.list_documents(*line.words, **line.options)


def _pieces(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield options with their values, empty where there is none to be sure of, and words without a name."""
    left = list(arguments)
    while left:
        name = left.pop(0)
        if not name.startswith("-"):
            yield "", name
        elif name in _FLAGS:
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
