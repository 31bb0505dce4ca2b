"""`coffre move`, `rename` and `tag`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from coffre_cli.commands.batches import for_each
from coffre_cli.commands.find import DocumentName
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.i18n import N_, _
from coffre_cli.model import Document
from coffre_cli.ui.documents import document_json, document_line
from coffre_cli.usecases import organise
from coffre_cli.vault.session import Vault

DocumentNames = Annotated[list[str], typer.Argument(metavar="DOC…", help=_(N_("Ids, beginnings of them, or titles.")))]


def move(
    words: Annotated[list[str], typer.Argument(metavar="DOC… FOLDER", help=_(N_("Documents, then their new folder.")))],
) -> None:
    """Put documents into another folder."""
    from coffre_cli.errors import UsageError

    if len(words) < 2:  # noqa: PLR2004 - a document and a folder
        raise UsageError(reason=_(N_("A document and a folder are needed.")), command="move")
    *names, folder = words
    _edit(names, lambda vault, name: organise.move(vault, name, folder))


def rename(name: DocumentName, title: Annotated[str, typer.Argument(help=_(N_("The new title.")))]) -> None:
    """Give a document another title."""
    _edit([name], lambda vault, one: organise.rename(vault, one, title))


def tag(
    names: DocumentNames,
    *,
    add: Annotated[list[str] | None, typer.Option(help=_(N_("A tag to add; may be repeated.")))] = None,
    remove: Annotated[list[str] | None, typer.Option(help=_(N_("A tag to remove; may be repeated.")))] = None,
) -> None:
    """Add tags to documents, or remove some."""
    from coffre_cli.errors import UsageError

    if not add and not remove:
        raise UsageError(reason=_(N_("Give a tag to add or to remove: `--add T`, `--remove T`.")), command="tag")
    added, removed = tuple(add or ()), tuple(remove or ())
    _edit(names, lambda vault, name: organise.tag(vault, name, add=added, remove=removed))


def _edit(names: Sequence[str], edit: Callable[[Vault, str], Document]) -> None:
    shown = output()
    with opened_vault() as vault:

        def one(name: str) -> None:
            document = edit(vault, name)
            shown.show(document_line(document), document_json(document))

        code = for_each(names, one)
    raise typer.Exit(code)
