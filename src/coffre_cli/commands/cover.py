"""`coffre cover`: sheets that file what follows them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.standard import is_dash, require_free, require_pipe, write_out
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.values import replace


def cover(
    folder: Annotated[str, typer.Argument(help=_(N_("The folder that what follows the sheet goes to.")))],
    *,
    out: Annotated[Path, typer.Option("-o", "--output", help=_(N_("The PDF to write; - is standard output.")))] = Path(
        "cover.pdf"
    ),
    title: Annotated[str | None, typer.Option(help=_(N_("The title of what follows it.")))] = None,
    count: Annotated[int, typer.Option(min=1, max=200, help=_(N_("How many sheets, each its own.")))] = 1,
    single: Annotated[bool, typer.Option("--single", help=_(N_("Good for one use.")))] = False,
    valid: Annotated[int | None, typer.Option(min=1, help=_(N_("Good for so many days.")))] = None,
    force: Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))] = False,
) -> None:
    """Print bar-coded sheets that file what follows them.

    Lay one on top of each document before scanning or faxing the stack.
    """
    from coffre_cli.usecases.covers import CoverWish, CoverWords, print_covers

    require_free(out, force=force)
    if is_dash(out):
        require_pipe("-o FILE")
    words = CoverWords(
        lead=_(N_("Cover sheet: lay it before the document, then scan or fax both.")),
        rules=(
            _(N_("The sheet is recognised and taken out; what follows it is filed.")),
            _(N_("It opens nothing: whoever finds it can only send paper in.")),
            _(N_("Print it at full size (100 %).")),
        ),
        once=_(N_("It is good for one use.")),
        until=_(N_("It is good until {day}.")),
        note=_(N_("What it is for, by hand: nothing else on the sheet tells.")),
    )
    with opened_vault() as vault:
        made, pdf = print_covers(vault, CoverWish(folder, title, count, single, valid), words)
    write_out(out, pdf)
    shown = replace(output(), aside=True) if is_dash(out) else output()
    for one in made:
        shown.item(
            {
                "schema": "coffre.cover/1",
                "code": one.payload,
                "folder": one.folder,
                "title": one.title,
                "expires": one.expires,
                "single": one.single,
                "path": str(out),
            }
        )
    shown.result(plain(str(out)))
