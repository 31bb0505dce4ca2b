"""`coffre journal`: list, export, verify."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.standard import is_dash, standard_input
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _
from coffre_cli.ui.documents import local_time, timestamp
from coffre_cli.ui.journal import journal_verdict_json, journal_verdict_text, operation_text
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import table
from coffre_cli.usecases import journal
from coffre_cli.usecases.dates import document_date

app = family()


def list_(
    document: Annotated[str | None, typer.Argument(metavar="[DOC]", help=_(N_("Only what concerns it.")))] = None,
    *,
    op: Annotated[str | None, typer.Option(help=_(N_("Only this operation, such as deposit.")))] = None,
    since: Annotated[str | None, typer.Option(help=_(N_("Only since that day.")))] = None,
) -> None:
    """List what was done, by whom and when."""
    shown = output()
    with opened_vault() as vault:
        entries = journal.list_events(vault, name=document, operation=op, since=document_date(since))
    for entry in entries if shown.as_json else ():
        shown.item(
            {
                "schema": "coffre.event/1",
                "n": entry.number,
                "at": timestamp(entry.at),
                "op": entry.operation,
                "doc": entry.record.hex(),
                "told": dict(entry.told),
            }
        )
    header = ("n", _(N_("When")), _(N_("What")), _(N_("Record")), _(N_("Title")))
    rows = [
        (
            str(one.number),
            local_time(one.at),
            operation_text(one.operation),
            one.record.hex()[:8],
            plain(dict(one.told).get("title", "")),
        )
        for one in entries
    ]
    for line in table(header, rows, elastic=4) if not shown.as_json else ():
        shown.result(line)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_(N_("The file to write; - is standard output.")))],
    *,
    disclose: Annotated[
        list[str] | None, typer.Option(metavar="none|DOC…|all", help=_(N_("Whose titles and digests to show.")))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))] = False,
) -> None:
    """Write the journal to a file that proves by itself."""
    shown = output()
    with opened_vault() as vault:
        number = journal.export(
            vault,
            file,
            tuple(disclose or (journal.NOTHING,)),
            force=force,
            standard_output=sys.stdout.buffer,
        )
    if str(file) == "-":
        return
    text = _(N_("{number} events written to {path}")).format(number=number, path=plain(str(file)))
    shown.show(text, {"schema": "coffre.journal-exported/1", "path": str(file), "events": number})


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help=_(N_("An export, - on standard input; else the safe's own."))),
    ] = None,
) -> None:
    """Verify the journal of the safe, or an export: that needs no safe and no password."""
    if file is not None:
        with ExitStack() as stack:
            verdict = journal.verify_file(standard_input(stack) if is_dash(file) else file)
    else:
        with opened_vault() as vault:
            verdict = journal.verify_vault(vault)
    shown = output()
    shown.show(journal_verdict_text(verdict), journal_verdict_json(verdict, file))
    sys.stdout.flush()
    if not verdict.intact:
        raise typer.Exit(ExitCode.ALTERED if verdict.first_bad else ExitCode.UNREADABLE)


for _name, _function in (("list", list_), ("export", export), ("verify", verify)):
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
