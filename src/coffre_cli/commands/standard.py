"""`-`: standard input and standard output, where a file is expected."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from coffre_cli.commands.context import settings
from coffre_cli.errors import UsageError, WouldOverwriteError
from coffre_cli.i18n import N_, _
from coffre_cli.store.fs import guarded

DASH = "-"
NOT_FOR_A_TERMINAL = N_("Bytes are not for a terminal: write them to a file with `{way}`, or pipe them on.")


def is_dash(path: Path | str | None) -> bool:
    """Tell whether *path* means standard input or standard output."""
    return str(path) == DASH


def require_free(path: Path, *, force: bool) -> None:
    """Go on only when *path* can be written without losing what is there.

    Raises:
        WouldOverwriteError: Something is there, and *force* is not given.
    """
    if not is_dash(path) and path.exists() and not force:
        raise WouldOverwriteError(path=path)


def require_pipe(way: str) -> None:
    """Go on only when standard output leads to a file or a program; *way* is what to type instead.

    Raises:
        UsageError: It is a terminal.
    """
    if sys.stdout.isatty():
        raise UsageError(reason=_(NOT_FOR_A_TERMINAL).format(way=way), command=settings().command)


def write_out(path: Path, data: bytes) -> None:
    """Write *data* to the file *path*, whole or not at all, or to standard output."""
    from coffre_cli.usecases.retrieve import written_whole

    if is_dash(path):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with written_whole(path) as file:
        file.write(memoryview(data))


def standard_input(stack: ExitStack) -> Path:
    """Return a private file that holds what comes on standard input, for as long as *stack* lasts."""
    from coffre_cli.worker.directory import private_directory

    file = stack.enter_context(private_directory()) / "stdin"
    with guarded(file):
        file.write_bytes(sys.stdin.buffer.read())
    return file


def standard_output(stack: ExitStack) -> Path:
    """Return a private file; when *stack* ends, what was written to it goes to standard output."""
    from coffre_cli.worker.directory import private_directory

    file = stack.enter_context(private_directory()) / "stdout"
    stack.callback(_pass_on, file)
    return file


def _pass_on(file: Path) -> None:
    if file.exists():
        write_out(Path(DASH), file.read_bytes())
