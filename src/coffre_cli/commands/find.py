"""`coffre list`, `search`, `count` and `show`."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.commands.context import now
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_, _
from coffre_cli.store.documents import Filter
from coffre_cli.store.search import MARK_END, MARK_START
from coffre_cli.ui.documents import (
    document_details,
    document_json,
    document_line,
    document_table,
    local_time,
    timestamp,
)
from coffre_cli.ui.plain import plain
from coffre_cli.usecases import find
from coffre_cli.usecases.dates import document_date

_SORTS = ("added", "title", "size")
DocumentName = Annotated[str, typer.Argument(metavar="DOC", help=_(N_("Its id, a beginning of it, or its title.")))]


def list_(
    folder: Annotated[str | None, typer.Argument(metavar="FOLDER", help=_(N_("This folder and those below.")))] = None,
    *,
    tag: Annotated[str | None, typer.Option(help=_(N_("Only those with this tag.")))] = None,
    since: Annotated[str | None, typer.Option(help=_(N_("Only those deposited since that day.")))] = None,
    sort: Annotated[str, typer.Option(help=_(N_("added, title or size.")))] = "added",
) -> None:
    """List documents."""
    if sort not in _SORTS:
        raise InvalidValueError(value=sort, what="--sort", expected=", ".join(_SORTS))
    wanted = Filter(_folder(folder), tag, document_date(since), sort, newest_first=sort != "title")
    shown = output()
    printed = 0
    with opened_vault() as vault:
        documents = find.list_documents(vault, wanted)
        for document in documents if shown.as_json else ():
            shown.item(document_json(document))
            printed += 1
        for line in document_table(documents) if not shown.as_json else ():
            shown.result(line)
            printed += 1
    if not printed:
        filtered = folder or tag or since
        none_yet = N_("No document yet: `coffre add FILE` deposits one.")
        shown.say(_(N_("Nothing found.")) if filtered else _(none_yet))


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help=_(N_("All of them must be there.")))],
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=_(N_("At most so many.")))] = find.DEFAULT_HITS,
) -> None:
    """Find documents by their words."""
    shown = output()
    with opened_vault() as vault:
        hits = find.search(vault, " ".join(words), limit)
    for hit in hits:
        one_line = " ".join(hit.snippet.split())
        marked = plain(one_line.replace(MARK_START, "[").replace(MARK_END, "]"))
        bare = one_line.replace(MARK_START, "").replace(MARK_END, "")
        shown.show(f"{document_line(hit.document)}\n    {marked}", document_json(hit.document, snippet=bare))
    if not hits:
        shown.say(_(N_("Nothing found.")))


def count() -> None:
    """Count documents."""
    with opened_vault() as vault:
        number = find.count(vault)
    output().show(str(number), {"schema": "coffre.count/1", "documents": number})


def show(name: DocumentName) -> None:
    """Show all that is known of a document."""
    from coffre_cli.ui.alarms import alarm_json, alarm_line
    from coffre_cli.usecases.alarms import alarms_of
    from coffre_cli.vault.conversions import conversion_state

    shown = output()
    with opened_vault() as vault:
        document, happened = find.show(vault, name)
        alarms = alarms_of(vault, document)
    lines = [*document_details(document), *(f"  {alarm_line(alarm, now())}" for alarm in alarms)]
    lines += [f"  {one.number:>6}  {local_time(one.at)}  {plain(one.operation)}" for one in happened]
    events: list[Json] = [{"n": one.number, "at": timestamp(one.at), "op": one.operation} for one in happened]
    alarms_json: list[Json] = [alarm_json(alarm, now()) for alarm in alarms]
    made = None if document.conversion is None else conversion_state(document.conversion)
    shown.show("\n".join(lines), document_json(document, conversion=made, events=events, alarms=alarms_json))


def _folder(typed: str | None) -> str | None:
    if not typed:
        return None
    from coffre_cli.usecases.folders import clean_folder

    return clean_folder(typed) or None
