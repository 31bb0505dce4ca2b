"""`coffre delete`: for good."""

from __future__ import annotations

import typer

from coffre_cli.commands.batches import for_each
from coffre_cli.commands.context import settings
from coffre_cli.commands.organise import DocumentNames
from coffre_cli.commands.vaults import opened_vault, output, terminal
from coffre_cli.i18n import N_, _
from coffre_cli.ui.documents import document_json, document_line
from coffre_cli.ui.plain import plain
from coffre_cli.usecases.erase import erase
from coffre_cli.usecases.errors import NotConfirmedError
from coffre_cli.usecases.find import resolve


def delete(names: DocumentNames) -> None:
    """Delete documents for good."""
    shown = output()
    with opened_vault() as vault:

        def one(name: str) -> None:
            document = resolve(vault, name)
            if not settings().yes:
                question = _(N_("« {title} » will be gone for good. Type its title to confirm:"))
                if terminal().answer(question.format(title=plain(document.title))) != document.title:
                    raise NotConfirmedError
            if not erase(vault, [document]):
                shown.warn(_(N_("Another coffre is reading: the last traces go with the next command.")))
            text = _(N_("deleted for good: {document}")).format(document=document_line(document))
            shown.show(text, document_json(document, deleted=True))

        code = for_each(names, one)
    raise typer.Exit(code)
