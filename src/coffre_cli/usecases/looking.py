"""Which program shows a document."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_


class ViewerFailedError(CoffreError):
    """The program that opens files did not open this one."""

    message = N_("{program} could not open the document (exit code {answer}).")
    hint = N_("`coffre get DOC -o FILE` takes it out, for a program of your choice.")


def viewer(name: str) -> str | None:
    """Return the path of the program that opens files on this system, if it is there."""
    return shutil.which(name)


def look(program: str, copy: Path) -> None:
    """Open *copy* in *program*, and wait until that ends.

    Raises:
        ViewerFailedError: It answers that it could not.
    """
    try:
        answer = subprocess.run([program, str(copy)], check=False).returncode
    except OSError as error:
        raise ViewerFailedError(program=Path(program).name, answer=error.strerror or "?") from error
    if answer:
        raise ViewerFailedError(program=Path(program).name, answer=answer)
