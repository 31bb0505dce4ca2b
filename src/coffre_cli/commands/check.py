"""`coffre check`."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.commands.batches import report
from coffre_cli.commands.context import settings
from coffre_cli.commands.vaults import door, output
from coffre_cli.errors import ExitCode, InvalidValueError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.findings import finding_json, finding_text, summary_json, summary_text
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.checkup import check as check_vault
from coffre_cli.vault.check import Depth
from coffre_cli.vault.check_data import Share, read_share


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
        checkup = check_vault(door(progress), depth, mend=repair)
    for one in checkup.repaired:
        shown.show(finding_text(one, repaired=True), finding_json(one, repaired=True))
    for one in checkup.report.findings:
        shown.show(finding_text(one, repaired=False), finding_json(one, repaired=False))
    if checkup.problem is not None:
        report(checkup.problem)
    shown.show(summary_text(checkup), summary_json(checkup))
    raise typer.Exit(ExitCode.DONE if checkup.report.is_clean else ExitCode.ALTERED)


def _share(text: str | None) -> Share | None:
    share = None if text is None else read_share(text)
    if text is not None and share is None:
        raise InvalidValueError(value=text, what="--data", expected=N_("nothing, a part such as 1/30, or 5%"))
    return share
