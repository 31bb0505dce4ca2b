"""Passwords that documents themselves are locked with; never those of a safe."""

from __future__ import annotations

import os

from coffre_cli.commands.vaults import terminal
from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.document_keys import DocumentKeys

QUESTION = N_("Password of the document « {name} » (Enter leaves it locked):")


def document_password(descriptor: int | None) -> str | None:
    """Return the first line that the file *descriptor* gives.

    Raises:
        InvalidValueError: It is not open.
    """
    if descriptor is None:
        return None
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.readline().rstrip(b"\r\n").decode("utf-8", "replace")
    except OSError:
        expected = N_("a descriptor that is open for reading")
        raise InvalidValueError(value=str(descriptor), what="--document-password-fd", expected=expected) from None


def document_keys(progress: ProgressBar | None = None) -> DocumentKeys:
    """Return who is asked for the passwords of documents: the person at the terminal, if there is one."""
    person = terminal()

    def ask(name: str) -> str:
        question = _(QUESTION).format(name=plain(name))
        if progress is None:
            return person.password(question)
        with progress.paused():
            return person.password(question)

    return DocumentKeys(ask if person.is_there() else None)
