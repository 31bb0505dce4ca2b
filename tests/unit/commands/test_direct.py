"""What is read without the parser is read as the parser reads it."""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from coffre_cli.commands.context import Settings, begin, settings
from coffre_cli.commands.direct import Line, read_line
from coffre_cli.commands.edge import root
from coffre_cli.convert.model import Ocr, Profile

WORDS = ("Maison", "loyer", "Énergie/2026", "7", "²", "list")
GLOBALS = (
    "--json",
    "--no-input",
    "-y",
    "-q",
    "--quiet",
    "--vault=a",
    "--lang=fr",
    "-C a",
    "--vault Maison",
    "--lang en",
)
FLAGS = ("--no-archive", "--allow-duplicate", "--move")
OWN = (
    "--folder Maison",
    "--title=Bail",
    "--date 2026-01-01",
    *FLAGS,
    "--tag bail",
    "--tag=é",
    "--since 2026-01-01",
    "--sort title",
    "--sort=size",
    "--limit 3",
    "--limit=10000",
)
ODD = (
    "--move=1",
    "--no-original",
    "--alarm 2027-01-01",
    "-v",
    "-Ca",
    "--tag",
    "--tag=",
    "--tag -x",
    "--limit 0",
    "--limit ²",
    "--lang de",
    "--json=1",
    "--",
    "-",
    "--help",
)


def typed(*pieces: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Lines: pieces of one kind after another, each a word or an option with its value."""
    kinds = [st.lists(st.sampled_from(kind), max_size=3) for kind in pieces]
    return st.tuples(*kinds).map(lambda found: [word for kind in found for piece in kind for word in piece.split()])


commands = st.sampled_from(("add", "list", "search", "count", "chercher", "ajouter"))
good = st.tuples(typed(GLOBALS), commands, typed(WORDS + OWN + GLOBALS)).map(
    lambda parts: [*parts[0], parts[1], *parts[2]]
)
odd = st.tuples(typed(GLOBALS + ODD + OWN), commands, typed(WORDS + OWN + GLOBALS + ODD)).map(
    lambda parts: [*parts[0], parts[1], *parts[2]]
)


def parsed(arguments: list[str]) -> tuple[str, dict[str, object], Settings]:
    """What the parser makes of *arguments*: the command, its parameters, the global options."""
    begin()
    edge = root()
    context = edge.make_context("coffre", list(arguments))
    rest = [*context._protected_args, *context.args]  # noqa: SLF001 - where the parser keeps what it has not read yet
    name, command, left = edge.resolve_command(context, rest)
    assert command is not None
    inside = command.make_context(name, left, parent=context)
    return str(name), dict(inside.params), settings()


def directly(line: Line) -> tuple[str, dict[str, object], Settings]:
    """The same of a line that was read without it."""
    defaults: dict[str, dict[str, object]] = {
        "list": {"folder": None, "tag": None, "since": None, "sort": "added"},
        "search": {"words": (), "limit": 50},
        "count": {},
        "add": dict.fromkeys(("folder", "title", "date", "digest", "document_password_fd"))
        | dict.fromkeys(("no_original", "no_archive", "move", "allow_duplicate", "one_document"), False)
        | {"tag": (), "alarm": (), "ocr": Ocr.AUTO, "copy_profile": Profile.ORDINARY},
    }
    parameters = defaults[line.command]
    if line.command == "list" and line.words:
        parameters["folder"] = line.words[0]
    if line.command == "search":
        parameters["words"] = line.words
    if line.command == "add":
        parameters |= {"sources": line.words}
        parameters |= {name[2:].replace("-", "_"): True for name in line.flags}
    parameters |= {name: int(value) if name == "limit" else value for name, value in line.options.items()}
    chosen = {name: value for name, value in line.chosen.items() if name != "lang"}
    return line.command, parameters, Settings(command=line.command, **chosen)  # type: ignore[arg-type] # of the options


@given(good | odd)
def test_the_parser_reads_the_same(arguments: list[str]) -> None:
    line = read_line(arguments, {})
    event("read directly" if line else "left to the parser")
    if line is not None:
        assert parsed(arguments) == directly(line)


@pytest.mark.parametrize(
    "typed",
    [
        "list",
        "list Maison --tag bail --sort=title --json",
        "--json -C perso list --since 2026-01-01",
        "search le loyer --limit 3 -q",
        "chercher loyer",
        "count --vault perso --lang fr",
        "add scan.pdf --folder Maison --no-archive",
        "ajouter a.pdf b.pdf --move --title Bail --json --no-input",
    ],
)
def test_the_lines_of_every_day_need_no_parser(typed: str) -> None:
    line = read_line(typed.split(), {})
    assert line is not None
    assert parsed(typed.split()) == directly(line)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "list --help",
        "list -h",
        "list a b",
        "list --tag",
        "list --tag -x",
        "list --",
        "list --colour red",
        "--tag x list",
        "search",
        "search x --limit 0",
        "search x --limit ²",
        "count x",
        "count -vv",
        "count --lang de",
        "get x",
        "add",
        "add -",
        "add x --tag bail",
        "add x --move=1",
        "list --move",
        "journal list",
        "lst",
    ],
)
def test_everything_else_is_left_to_the_parser(typed: str) -> None:
    assert read_line(typed.split(), {}) is None


def test_completion_is_left_to_the_parser() -> None:
    assert read_line(["list"], {"_COFFRE_COMPLETE": "complete_bash"}) is None
