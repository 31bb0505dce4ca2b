"""The edge: the user's language, the command line, and the one place that turns an error into text and exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from coffre_cli.errors import CoffreError, ExitCode, UsageError
from coffre_cli.i18n import LANGUAGES, N_, _, choose_language, use_language


class UnexpectedError(CoffreError):
    """A mistake of the program."""

    message = N_("Something went wrong that coffre did not foresee ({kind}).")
    hint = N_("Type the command again with `-vv` and send what it prints to the makers of coffre.")


class StoppedError(CoffreError):
    """The user pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED
    message = N_("Interrupted.")
    hint = N_("What was acknowledged is kept; type the same command again for the rest.")


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    _harden()
    use_language(choose_language(arguments))
    from coffre_cli.commands.context import begin

    begin()
    try:
        return _dispatch(arguments)
    except CoffreError as error:
        return _fail(error, arguments)
    except KeyboardInterrupt:
        return _fail(StoppedError(), arguments)
    except BrokenPipeError:
        _let_go_of_stdout()
        return int(ExitCode.FAILURE)
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence, never a trace
        return _fail(_foreseen(error), arguments)


def _dispatch(arguments: Sequence[str]) -> int:
    from coffre_cli.commands import direct

    line = direct.read_line(arguments)
    if line is None:
        return _parse(arguments)
    code = direct.run(line)
    sys.stdout.flush()
    return code


def _parse(arguments: Sequence[str]) -> int:
    import typer
    from typer._click import exceptions

    from coffre_cli.commands.edge import root

    try:
        result = root().main(args=list(arguments), prog_name="coffre", standalone_mode=False)
        if result == ExitCode.INTERRUPTED:  # the parser swallows Ctrl-C and answers its code
            raise KeyboardInterrupt
        if not arguments or ((result is None) and not _has_command(arguments)):
            from coffre_cli.commands.welcome import welcome

            welcome()
        sys.stdout.flush()
    except typer.Abort:
        raise KeyboardInterrupt from None
    except exceptions.NoArgsIsHelpError as error:
        sys.stdout.write(error.ctx.get_help() + "\n")
        return 0
    except exceptions.UsageError as error:
        raise _usage_error(error) from None
    return result if isinstance(result, int) else 0


def _has_command(arguments: Sequence[str]) -> bool:
    from coffre_cli.commands.context import settings

    return bool(settings().command) or "--help" in arguments or "-h" in arguments


def _usage_error(error: Exception) -> UsageError:
    """Say in the user's language what the parser said in English."""
    from coffre_cli.commands.context import settings

    name, parameter = type(error).__name__, getattr(error, "param", None)
    described = str(getattr(error, "option_name", "") or "") or _as_typed(parameter)
    choices = ", ".join(getattr(getattr(parameter, "type", None), "choices", ()))
    sentences = {
        "NoSuchOption": N_("There is no option {option}."),
        "MissingParameter": N_("Something is missing: {option}."),
        "BadParameter": N_("{option} is one of: {choices}.") if choices else N_("{option} cannot have this value."),
        "BadOptionUsage": N_("The option {option} needs a value, or takes none."),
    }
    sentence = sentences.get(name, N_("There is one word too many, or a word is missing."))
    return UsageError(reason=_(sentence).format(option=described, choices=choices), command=settings().command)


def _as_typed(parameter: object) -> str:
    """Return what the user types for *parameter*: `--password-fd`, or the word that help shows for an argument."""
    names: list[str] = list(getattr(parameter, "opts", ()))
    if names and names[0].startswith("-"):
        return max(names, key=len)
    return str(getattr(parameter, "metavar", None) or "".join(names[:1]).upper())


def _fail(error: CoffreError, arguments: Sequence[str]) -> int:
    from coffre_cli.commands.context import settings
    from coffre_cli.ui.failures import error_json, error_text

    chosen = settings()
    if chosen.verbose > 1:
        import traceback

        traceback.print_exception(error.__cause__ or error)
    as_json = chosen.as_json or "--json" in arguments  # the line may have been refused before it was read whole
    with contextlib.suppress(OSError):  # nobody reads, or the disk behind stderr is full: the exit code still tells
        sys.stderr.write((error_json(error) if as_json else error_text(error)) + "\n")
    return int(error.exit_code)


def _foreseen(error: Exception) -> CoffreError:
    if isinstance(error, OSError) and error.filename is None:
        from coffre_cli.errors import StorageFailedError

        found: CoffreError = StorageFailedError(path=_(N_("the output")), reason=error.strerror or str(error))
    elif isinstance(error, OSError):
        from coffre_cli.errors import FileUnreadableError

        found = FileUnreadableError(path=str(error.filename or "?"), reason=error.strerror or str(error))
    else:
        found = UnexpectedError(kind=type(error).__name__)
    found.__cause__ = error
    return found


def _harden() -> None:
    """Leave no core dump, create nothing that others can read, print any character a name may hold."""
    os.umask(0o077)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _fill_closed_streams() -> None:
    """Put something in the place of streams that the caller closed (`>&-`), so that no file of the safe takes it.

    What is written to a standard output that is closed fails, as on any other.
    """
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    import io

    for number, (name, flags) in enumerate((("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, flags), number)
            raw = io.FileIO(number, "r" if name == "stdin" else "w", closefd=False)
            setattr(sys, name, io.TextIOWrapper(raw, "utf-8", write_through=True))


def _let_go_of_stdout() -> None:
    """Let the interpreter's last flush fail silently: the reader went away (`coffre list | head`)."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


__all__ = ["LANGUAGES", "run"]
