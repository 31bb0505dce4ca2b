"""The table of commands, their help and the reference say the same."""

from __future__ import annotations

import importlib.util

from coffre_cli.commands.registry import COMMANDS
from house import commands
from tests.architecture.sources import nothing


def test_every_command_of_the_table_is_there() -> None:
    nothing(
        f"{entry.name}: there is no {entry.module}"
        for entry in COMMANDS
        if importlib.util.find_spec(f"coffre_cli.commands.{entry.module}") is None
    )


def test_every_family_is_in_the_table() -> None:
    nothing(commands.unlisted_modules())


def test_the_table_says_what_the_command_says_of_itself() -> None:
    table = {entry.name: entry.help for entry in COMMANDS}
    said = {
        found.path[0]: (found.command.help or "").split("\n\n")[0] for found in commands.tree() if len(found.path) == 1
    }
    nothing(f"{name}: {table[name]!r}, {help_!r}" for name, help_ in said.items() if table[name] != help_)


def test_every_command_says_what_it_does() -> None:
    nothing(" ".join(found.path) for found in commands.tree() if not found.command.help)


def test_every_option_says_what_it_does() -> None:
    nothing(
        f"{' '.join(found.path)} {parameter.opts[0]}"
        for found in commands.tree()
        for parameter in found.command.get_params(found.context)
        if parameter.param_type_name == "option" and not getattr(parameter, "help", None)
    )


def test_the_readme_shows_the_help() -> None:
    assert commands.readme(), "the README has lost the marks between which `./dev fix` puts the help"
