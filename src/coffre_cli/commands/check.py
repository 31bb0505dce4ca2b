"""`coffre check`."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.batches import report
from coffre_cli.commands.context import settings
from coffre_cli.commands.vaults import door, here, output
from coffre_cli.errors import CoffreError, ExitCode, InvalidValueError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.findings import finding_json, finding_text, summary_json, summary_text
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.checkup import check as check_vault
from coffre_cli.usecases.configuration import read_settings
from coffre_cli.vault.check import Depth
from coffre_cli.vault.check_data import Share, read_share
from coffre_cli.vault.places import locate, word_for


def check(
    *,
    data: Annotated[
        str | None,
        typer.Option(metavar="[=N/T|X%]", help=_(N_("Decrypt the files too: all, the N-th of T parts, or X percent."))),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help=_(N_("Compare the index with the log as well.")))] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help=_(N_("Repair what has a second copy; delete nothing.")))
    ] = False,
) -> None:
    """Look for damage, and repair it."""
    shown = output()
    depth = Depth(_share(data), full)
    with ProgressBar(quiet=settings().quiet) as progress:
        safe = door(progress)
        checkup = check_vault(safe, depth, mend=repair)
    coffre = _spoken(safe.located.layout.root)
    for found, repaired in ((checkup.repaired, True), (checkup.report.findings, False)):
        for one in found:
            text = finding_text(one, coffre=coffre, repaired=repaired)
            shown.show(text, finding_json(one, coffre=coffre, repaired=repaired))
    if checkup.problem is not None:
        report(checkup.problem)
    shown.show(summary_text(checkup), summary_json(checkup))
    raise typer.Exit(ExitCode.DONE if checkup.report.is_clean else ExitCode.ALTERED)


def _share(text: str | None) -> Share | None:
    share = None if text is None else read_share(text)
    if text is not None and share is None:
        raise InvalidValueError(value=text, what="--data", expected=N_("nothing, a part such as 1/30, or 5%"))
    return share


def _spoken(root: Path) -> str:
    """Return what must be typed to mean the vault at *root*, in any shell of this user: as little as that takes."""
    mine = here()
    with contextlib.suppress(CoffreError):
        default = read_settings(mine.settings).get("vault")
        if "COFFRE_VAULT" not in os.environ and locate(mine, None, default).layout.root == root:
            return "coffre"
    return f"coffre -C {shlex.quote(word_for(mine, root))}"
