"""`coffre completion`: what a shell needs to complete our words."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from coffre_cli.commands.vaults import output
from coffre_cli.i18n import N_, _


class Shell(StrEnum):
    """Shells we complete for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help=_(N_("bash, zsh or fish.")))]) -> None:
    """Print the completion script of a shell."""
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="coffre", complete_var="_COFFRE_COMPLETE", shell=shell.value)
    output().result(script)
