"""`coffre list`, `search`, `count` and `show`."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.commands.context import now
from coffre_cli.commands.listing import count_documents, list_documents, search_documents
from coffre_cli.commands.vaults import opened_vault, output, trusted
from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.ui.documents import (
    document_details,
    document_json,
    local_time,
    timestamp,
)
from coffre_cli.ui.journal import operation_text
from coffre_cli.usecases import find

DocumentName = Annotated[str, typer.Argument(metavar="DOC", help=_(N_("Its id, a beginning of it, or its title.")))]


def list_(
    folder: Annotated[str | None, typer.Argument(metavar="FOLDER", help=_(N_("This folder and those below.")))] = None,
    *,
    tag: Annotated[str | None, typer.Option(help=_(N_("Only those with this tag.")))] = None,
    since: Annotated[str | None, typer.Option(help=_(N_("Only those deposited since that day.")))] = None,
    sort: Annotated[str, typer.Option(help=_(N_("added, title or size.")))] = "added",
) -> None:
    """List documents."""
    list_documents(folder, tag=tag, since=since, sort=sort)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help=_(N_("All of them must be there.")))],
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=_(N_("At most so many.")))] = find.DEFAULT_HITS,
) -> None:
    """Find documents by their words."""
    search_documents(words, limit=limit)


def count() -> None:
    """Count documents."""
    count_documents()


def show(name: DocumentName) -> None:
    """Show all that is known of a document."""
    from coffre_cli.ui.alarms import alarm_json, alarm_line
    from coffre_cli.ui.verdicts import verdicts_json, verdicts_lines
    from coffre_cli.usecases.alarms import alarms_of
    from coffre_cli.usecases.verdicts import verdicts
    from coffre_cli.vault.conversions import conversion_state

    shown = output()
    with opened_vault() as vault:
        document, happened = find.show(vault, name)
        alarms = alarms_of(vault, document)
        worth = verdicts(vault, document, trusted())
    then, today = (None, None) if worth is None else (worth.then, worth.today)
    lines = [*document_details(document), *verdicts_lines(then, today)]
    lines += [f"  {alarm_line(alarm, now())}" for alarm in alarms]
    lines += [f"  {one.number:>6}  {local_time(one.at)}  {operation_text(one.operation)}" for one in happened]
    events: list[Json] = [{"n": one.number, "at": timestamp(one.at), "op": one.operation} for one in happened]
    alarms_json: list[Json] = [alarm_json(alarm, now()) for alarm in alarms]
    made = None if document.conversion is None else conversion_state(document.conversion)
    more: dict[str, Json] = {"events": events, "alarms": alarms_json, "verdict": verdicts_json(then, today)}
    shown.show("\n".join(lines), document_json(document, conversion=made, **more))
