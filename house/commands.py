"""The command line as it is: its tree, the page about it, and the help shown in the README."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from typer._click.core import Command as AnyCommand
from typer._click.core import Context, Parameter

from coffre_cli.commands.edge import root
from coffre_cli.commands.registry import ALIASES, COMMANDS
from house.programs import ROOT

PAGE = ROOT / "docs" / "reference" / "commands.md"
README = ROOT / "README.md"
_OPENING, _CLOSING = "<!-- coffre --help -->\n", "<!-- end of help -->"


@dataclass(frozen=True, slots=True)
class Found:
    """A command and the words that call it."""

    path: tuple[str, ...]
    command: AnyCommand
    context: Context


def tree() -> Iterator[Found]:
    """Give every command, families before their verbs; a command whose module is not there yet is passed over."""
    top = root()
    outer = Context(top, info_name="coffre")
    yield Found((), top, outer)
    for entry in COMMANDS:
        if not (ROOT / "src" / "coffre_cli" / "commands" / f"{entry.module}.py").is_file():
            continue
        command = top.get_command(outer, entry.name)
        if command is not None:
            inner = Context(command, info_name=entry.name, parent=outer)
            yield Found((entry.name,), command, inner)
            for name, verb in getattr(command, "commands", {}).items():
                yield Found((entry.name, name), verb, Context(verb, info_name=name, parent=inner))


def docstrings() -> Iterator[tuple[str, str]]:
    """Give (module, paragraph) for each paragraph of help: the catalogue needs them, and no extractor sees them."""
    modules = {entry.name: entry.module for entry in COMMANDS}
    for found in tree():
        if found.path and found.command.help:
            for paragraph in found.command.help.split("\n\n"):
                yield f"coffre_cli/commands/{modules[found.path[0]]}.py", paragraph


def commands_page() -> Mapping[Path, bytes]:
    """Return `docs/reference/commands.md`."""
    top, *rest = list(tree())
    shared = {parameter.opts[0] for parameter in top.command.get_params(top.context)}
    french = ", ".join(f"`{alias}` ({name})" for alias, name in ALIASES.items() if name in {f.path[0] for f in rest})
    lines = [
        "# Commands",
        "",
        "Written by `./dev fix` from the code; do not edit. What a code of exit means is in [errors](errors.md).",
        "",
        "## Options of every command",
        "",
        "They may stand before or after the command; the one nearest to the end of the line wins.",
        "",
        *_options(top, set()),
        f"Some commands also answer to a French name: {french}.",
        "",
    ]
    for found in rest:
        lines += _section(found, shared)
    return {PAGE: ("\n".join(lines).rstrip() + "\n").encode()}


def readme() -> Mapping[Path, bytes]:
    """Return the README with the present help between its two marks."""
    text = README.read_text("utf-8")
    before, opening, rest = text.partition(_OPENING)
    _, closing, after = rest.partition(_CLOSING)
    if not opening or not closing:
        return {}
    help_text = next(tree())
    shown = help_text.command.get_help(help_text.context)
    return {README: f"{before}{opening}```\n$ coffre --help\n{shown}\n```\n{closing}{after}".encode()}


def unlisted_modules() -> list[str]:
    """Return the modules of commands that define a command which the table does not name."""
    known = {entry.module for entry in COMMANDS} | {"context", "edge", "registry", "__init__"}
    folder = ROOT / "src" / "coffre_cli" / "commands"
    return [
        path.name
        for path in sorted(folder.glob("*.py"))
        if path.stem not in known and _defines_app(ast.parse(path.read_text("utf-8")))
    ]


def _defines_app(module: ast.Module) -> bool:
    assigned = (target for node in module.body if isinstance(node, ast.Assign) for target in node.targets)
    return any(isinstance(target, ast.Name) and target.id == "app" for target in assigned)


def _section(found: Found, shared: set[str]) -> list[str]:
    is_family = bool(getattr(found.command, "commands", None))
    lines = [f"{'##' if len(found.path) == 1 else '###'} coffre {' '.join(found.path)}", ""]
    lines += [*(found.command.help or "").split("\n"), ""]
    if is_family:
        return lines
    return [*lines, f"`{_usage(found)}`", "", *_options(found, shared)]


def _usage(found: Found) -> str:
    arguments = [
        parameter.make_metavar(found.context)
        for parameter in found.command.get_params(found.context)
        if parameter.param_type_name == "argument"
    ]
    return " ".join(["coffre", *found.path, "[OPTIONS]", *arguments])


def _options(found: Found, shared: set[str]) -> list[str]:
    rows = [
        f"| {_names(parameter, found.context)} | {_cell(_help(parameter))} |"
        for parameter in found.command.get_params(found.context)
        if (parameter.param_type_name == "option" and parameter.opts[0] not in shared)
        or (parameter.param_type_name == "argument" and _help(parameter))
    ]
    return ["| option | does |", "|---|---|", *rows, ""] if rows else []


def _help(parameter: Parameter) -> str:
    return str(getattr(parameter, "help", None) or "")


def _names(parameter: Parameter, context: Context) -> str:
    metavar = parameter.make_metavar(context)
    if parameter.param_type_name == "argument":
        return f"`{_cell(metavar)}`"
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    return names if metavar.strip("<>") in {"boolean", "int range"} else f"{names} `{_cell(metavar)}`"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
