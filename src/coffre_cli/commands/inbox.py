"""`coffre inbox`: the watched folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.deposits import show_deposit
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.convert.model import Ocr
from coffre_cli.errors import ExitCode, FileMissingError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.failures import sentence

_STILL_SECONDS = 2.0
"""Between two looks: a file that did not change meanwhile is complete."""


def inbox(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=_(N_("The folder to watch.")))],
    *,
    once: Annotated[bool, typer.Option("--once", help=_(N_("Empty it once and end, for cron.")))] = False,
    interval: Annotated[float, typer.Option(min=1.0, max=86_400.0, help=_(N_("Seconds between two rounds.")))] = 10.0,
    folder: Annotated[str, typer.Option(help=_(N_("The folder that documents go to.")))] = "",
    ocr: Annotated[Ocr, typer.Option(help=_(N_("Read the words off pictures.")))] = Ocr.AUTO,
) -> None:
    """Deposit whatever lands in a folder.

    A file leaves it only when it is safe; one that cannot be taken goes to rejected/ with the reason.
    """
    from coffre_cli.usecases.inbox import Tray, empty_once
    from coffre_cli.usecases.intake import Wishes

    if not directory.is_dir():
        raise FileMissingError(path=directory)
    shown = output()
    tray = Tray(directory.absolute(), folder, Wishes(ocr=ocr), sentence)
    codes: list[ExitCode] = []
    while True:
        with opened_vault() as vault:
            outcomes = empty_once(vault, tray, lambda: time.sleep(_STILL_SECONDS))
            codes = [show_deposit(shown, outcome) for outcome in outcomes]
        if once:
            raise typer.Exit(batch_code(codes))
        time.sleep(interval)
