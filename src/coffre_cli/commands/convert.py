"""`coffre convert`: the archive rendition again."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.commands.batches import for_each
from coffre_cli.commands.document_password import document_keys, document_password
from coffre_cli.commands.options import DocumentPasswordOption
from coffre_cli.commands.organise import DocumentNames
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.convert.model import Ocr
from coffre_cli.i18n import N_, _
from coffre_cli.ui.documents import document_json, document_line
from coffre_cli.usecases.conversion import converting


def convert(
    names: DocumentNames,
    *,
    ocr: Annotated[
        Ocr | None, typer.Option(help=_(N_("Read the words off pictures; as the first time by default.")))
    ] = None,
    document_password_fd: DocumentPasswordOption = None,
) -> None:
    """Make the archive rendition again."""
    shown = output()
    password = document_password(document_password_fd)
    with opened_vault() as vault, converting(vault, ocr=ocr, password=password, keys=document_keys()) as again:

        def one(name: str) -> None:
            document = again(name)
            text = _(N_("converted {document}: {format}"))
            shown.show(
                text.format(document=document_line(document), format=document.shown.format), document_json(document)
            )
            shown.warn_all(document.remarks)

        code = for_each(names, one)
    raise typer.Exit(code)
