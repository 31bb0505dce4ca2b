"""Typer, made ours: global options anywhere on the line, commands imported when chosen, the user's language.

Typer's own vendored parser is reached through `typer.core` only; what it says in English is said again here.
"""

from __future__ import annotations

import difflib
import gc
import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command, get_group

from coffre_cli import __version__
from coffre_cli.commands.context import choose, settings
from coffre_cli.commands.registry import ALIASES, COMMANDS, Entry
from coffre_cli.errors import InvalidValueError, UsageError
from coffre_cli.i18n import LANGUAGES, N_, _

if TYPE_CHECKING:
    from typer._click.core import Command as AnyCommand
    from typer._click.core import Context, Parameter

LANGUAGE_OPTION: Final = "lang"
"""Read before the line is parsed: help is in the language, too."""
COUNTED_OPTION: Final = "verbose"
"""Absent, it counts to 0, which says nothing; of any other option 0 is a value: `--password-fd 0`."""
HELP_OPTIONS: Final = ["--help", "-h"]
PARSER_WORDS: Final = (
    N_("Usage: "),
    N_("Arguments:"),
    N_("Options:"),
    N_("[OPTIONS]"),
    N_("[required]"),
    N_("Commands:"),
)
"""What the parser says of itself in a help page, always in English."""
VALUES: Final = {
    "StringParamType": N_("text"),
    "IntParamType": N_("number"),
    "IntRange": N_("number"),
    "FloatParamType": N_("number"),
    "FloatRange": N_("number"),
    "FuncParamType": N_("file"),
    "TyperPath": N_("file"),
}
"""What an option takes, by the name of the parser's type."""
_DEFAULT: Final = re.compile(r"\[default:(\s)")
"""What the parser may have parted at the end of a line."""
_WIDTH: Final = 100


def _store(context: Context, parameter: Parameter, value: object) -> None:
    del context
    if parameter.name == LANGUAGE_OPTION and value is not None and value not in LANGUAGES:
        raise InvalidValueError(value=str(value), what="--lang", expected=", ".join(LANGUAGES))
    silent = value is None or value is False or (value == 0 and parameter.name == COUNTED_OPTION)
    if not silent and parameter.name != LANGUAGE_OPTION:
        choose(**{str(parameter.name): value})


def _version(context: Context, parameter: Parameter, value: object) -> None:
    del context, parameter
    if value:
        typer.echo(f"coffre {__version__}")
        raise typer.Exit


def _shared_options() -> list[TyperOption]:
    """Return the options that every command takes, before or after its name (CLI.md, «Everywhere»)."""

    def option(*names: str, help_: str, type_: type | None = None, count: bool = False) -> TyperOption:
        flag = type_ is None and not count
        return TyperOption(
            param_decls=list(names),
            expose_value=False,
            callback=_store,
            help=_(help_),
            type=bool if flag else int if count else type_,
            is_flag=True if flag else None,
            count=count,
            default=False if flag else None,
            show_default=False,
        )

    version = TyperOption(
        param_decls=["version", "--version", "-V"],
        expose_value=False,
        is_eager=True,
        callback=_version,
        is_flag=True,
        type=bool,
        default=False,
        help=_(N_("Print the version and exit.")),
    )
    return [
        option("vault", "--vault", "-C", help_=N_("The safe: its name, or its folder."), type_=str),
        option("as_name", "--as", help_=N_("Act as this proxy."), type_=str),
        option("password_fd", "--password-fd", help_=N_("Read the password from this descriptor."), type_=int),
        option("password_file", "--password-file", help_=N_("Read the password from this file."), type_=Path),
        option("password_command", "--password-command", help_=N_("Read it from this command's output."), type_=str),
        option("as_json", "--json", help_=N_("Print one JSON object per line.")),
        option("quiet", "--quiet", "-q", help_=N_("Say only what is wrong.")),
        option("verbose", "--verbose", "-v", help_=N_("Say more; twice: with the trace of an error."), count=True),
        option("no_input", "--no-input", help_=N_("Never ask: a question is an error.")),
        option("yes", "--yes", "-y", help_=N_("Answer yes to every confirmation.")),
        option("lang", "--lang", help_=N_("Speak fr or en."), type_=str),
        version,
    ]


class _Shared:
    """What commands and groups have in common; mixed in before typer's class."""

    _shared: list[TyperOption] | None = None

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return the command's own options, then the global ones, then help."""
        if self._shared is None:
            self._shared = _shared_options()
        own, help_option = [*self.params], self.get_help_option(ctx)  # type: ignore[attr-defined] # typer's mixin
        taken = {name for parameter in own for name in parameter.opts}
        shared = [option for option in self._shared if not taken & set(option.opts)]
        return [*own, *shared, *([help_option] if help_option else [])]

    def get_help(self, ctx: Context) -> str:
        """Return the help page with the parser's own words in the user's language."""
        for parameter in self.get_params(ctx):
            kind = VALUES.get(type(parameter.type).__name__)
            if kind and not parameter.metavar and parameter.param_type_name == "option":
                parameter.metavar = f"<{_(kind)}>"
        text: str = super().get_help(ctx)  # type: ignore[misc] # typer's mixin
        for word in PARSER_WORDS:
            text = text.replace(word, _(word))
        return _DEFAULT.sub(lambda found: _(N_("[default: ")).rstrip() + found[1], text)

    def get_help_option_names(self, ctx: Context) -> list[str]:
        """Return `--help` and `-h`."""
        del ctx
        return HELP_OPTIONS

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Return the help option, in the user's language."""
        found: TyperOption | None = super().get_help_option(ctx)  # type: ignore[misc] # typer's mixin
        if found is not None:
            found.help = _(N_("Show this help and exit."))
        return found


class Command(_Shared, TyperCommand):
    """A single command."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Note which command is at work, then parse."""
        choose(command=ctx.command_path.partition(" ")[2])
        return list(super().parse_args(ctx, self._with_values(args)))

    def _with_values(self, arguments: list[str]) -> list[str]:
        """Give an option whose value is optional its value: empty when it stands bare (`--data` → `--data=`).

        A value of named parts may also follow as a word of its own (`--visible page=1,x=36`); any other word is
        not the option's.
        """
        parts = {name: _parts(option) for option in self.params for name in option.opts if _has_optional_value(option)}
        end = arguments.index("--") if "--" in arguments else len(arguments)
        given: list[str] = []
        for word in arguments[:end]:
            if given and given[-1].removesuffix("=") in parts and _names_parts(word, parts[given[-1][:-1]]):
                given[-1] += word
            else:
                given.append(f"{word}=" if word in parts else word)
        return given + arguments[end:]


class Family(_Shared, TyperGroup):
    """Commands under one name (`journal list`)."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, AnyCommand | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        name = args[0]
        found = self.get_command(ctx, name)
        if found is None:
            path = ctx.command_path.partition(" ")[2]
            choose(command=path)
            raise unknown_command(f"{path} {name}".strip(), name, self.list_commands(ctx))
        return found.name, found, args[1:]


class Root(Family):
    """`coffre` itself: commands are imported when they are chosen."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names, in the order of the table."""
        del ctx
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: Context, cmd_name: str) -> AnyCommand | None:
        """Import the module of *cmd_name* and return its command."""
        del ctx
        name = ALIASES.get(cmd_name, cmd_name)
        entry = next((entry for entry in COMMANDS if entry.name == name), None)
        return None if entry is None else load(entry)

    def format_commands(self, ctx: Context, formatter: object) -> None:
        """List the commands from the table, importing none."""
        del ctx
        write_rows = getattr(formatter, "write_dl")  # noqa: B009 - the class is private to typer
        section = getattr(formatter, "section")  # noqa: B009 - the same
        with section(_(N_("Commands"))):
            write_rows([(entry.name, _(entry.help)) for entry in COMMANDS])


def unknown_command(path: str, name: str, known: Sequence[str]) -> UsageError:
    """Return the error for a command that is not there."""
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        reason = _(N_("There is no command « {path} ». Did you mean « {near} »?")).format(path=path, near=near[0])
    else:
        reason = _(N_("There is no command « {path} ».")).format(path=path)
    return UsageError(reason=reason, command=settings().command)


def load(entry: Entry) -> AnyCommand:
    """Import the module of *entry* and return its command or family."""
    module = importlib.import_module(f"coffre_cli.commands.{entry.module}")
    gc.freeze()  # what is loaded by now stays: no need to look through it again
    gc.enable()
    if not entry.function:
        group = get_group(module.app)
        group.name = entry.name
        group.help = _(entry.help)
        return group
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(entry.name, cls=Command, help=translated_help(getattr(module, entry.function)))(
        getattr(module, entry.function)
    )
    return get_command(app)


def family() -> typer.Typer:
    """Return the app of a family, to be filled by `verb`."""
    return typer.Typer(
        cls=Family,
        add_completion=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        subcommand_metavar=_(N_("COMMAND …")),
    )


def translated_help(function: object) -> str:
    """Return the docstring of a command in the user's language, paragraph by paragraph."""
    paragraphs = " ".join((getattr(function, "__doc__", "") or "").split("\n")).split("  ")
    return "\n\n".join(_(" ".join(paragraph.split())) for paragraph in paragraphs if paragraph.strip())


def _has_optional_value(parameter: Parameter) -> bool:
    return bool(getattr(parameter, "metavar", None)) and str(parameter.metavar).startswith("[=")


def _parts(parameter: Parameter) -> frozenset[str]:
    """Return the named parts of an optional value, as its help shows them: `[=page=,x=,y=]`."""
    return frozenset(part.strip("[=]") for part in str(getattr(parameter, "metavar", "")).split(",") if "=" in part)


def _names_parts(word: str, parts: frozenset[str]) -> bool:
    return "=" in word and all(part.partition("=")[0].strip() in parts for part in word.split(","))


def root() -> Root:
    """Return the whole command line."""
    text = _(N_("A digital safe on your own disk, and the signature desk beside it."))
    context = {"max_content_width": _WIDTH, "help_option_names": HELP_OPTIONS}
    return Root(
        name="coffre",
        help=text,
        invoke_without_command=True,
        rich_markup_mode=None,
        context_settings=context,
        subcommand_metavar=_(N_("COMMAND …")),
    )
