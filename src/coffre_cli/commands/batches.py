"""Going on after a failure, and reporting each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

from coffre_cli.commands.context import settings
from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.failures import error_json, error_text

T = TypeVar("T")


def for_each(items: Iterable[T], act: Callable[[T], object]) -> ExitCode:
    """Do *act* on each of *items*; report what fails and go on; return the code of the whole."""
    codes = []
    for item in items:
        try:
            act(item)
            codes.append(ExitCode.DONE)
        except CoffreError as error:
            report(error)
            codes.append(error.exit_code)
    return batch_code(codes)


def report(error: CoffreError) -> None:
    """Tell of *error* without ending the command."""
    sys.stderr.write((error_json(error) if settings().as_json else error_text(error)) + "\n")
    sys.stderr.flush()
