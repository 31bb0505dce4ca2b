"""Questions, asked on the terminal itself: pipes carry data, never answers."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TextIO

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_
from coffre_cli.values import frozen


class CannotAskError(CoffreError):
    """An answer is needed and nobody can be asked."""

    exit_code = ExitCode.USAGE
    message = N_("Nobody is there to answer: {question}")
    hint = N_("`{option}` answers it.")

    def __init__(self, *, question: str = "?", option: str = "--yes") -> None:
        """Say what was to be asked, and the *option* that would have answered."""
        super().__init__(question=question, option=option)


@frozen
class Terminal:
    """The person at the terminal, if there is one and questions are allowed."""

    allowed: bool = True

    def is_there(self) -> bool:
        """Tell whether somebody can be asked."""
        if not self.allowed:
            return False
        with contextlib.suppress(OSError), _terminal():
            return True
        return False

    def password(self, question: str, *, option: str = "--password-file") -> str:
        """Ask for a secret, unseen; *option* is what gives it where nobody can be asked."""
        import getpass

        self._must_be_there(question, option)
        return getpass.getpass(f"{question} ")

    def answer(self, question: str) -> str:
        """Ask for a line."""
        self._must_be_there(question)
        with _terminal() as (reader, writer):
            writer.write(f"{question} ")
            writer.flush()
            line = reader.readline()
        if not line:
            raise CannotAskError(question=_bare(question), option="--yes")
        return line.rstrip("\n")

    def _must_be_there(self, question: str, option: str = "--yes") -> None:
        if not self.is_there():
            raise CannotAskError(question=_bare(question), option=option)


def _bare(question: str) -> str:
    """Return *question* without the colon after which an answer would stand."""
    return question.rstrip(" :\N{NO-BREAK SPACE}")


@contextlib.contextmanager
def _terminal() -> Iterator[tuple[TextIO, TextIO]]:
    if sys.platform == "win32":
        if not sys.stdin.isatty():
            raise OSError
        yield sys.stdin, sys.stderr
        return
    with open("/dev/tty", encoding="utf-8") as reader, open("/dev/tty", "w", encoding="utf-8") as writer:  # noqa: PTH123 - a device
        yield reader, writer
