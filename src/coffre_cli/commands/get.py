"""`coffre get` and `coffre open`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.find import DocumentName
from coffre_cli.commands.standard import require_pipe
from coffre_cli.commands.vaults import opened_vault, output, terminal
from coffre_cli.errors import MissingProgramError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.documents import document_json
from coffre_cli.ui.plain import plain
from coffre_cli.usecases.find import resolve
from coffre_cli.usecases.retrieve import chosen_rendition, file_name, stream_to, take_to

_VIEWERS = {"darwin": "open", "win32": "explorer"}


def get(
    name: DocumentName,
    *,
    out: Annotated[
        str | None, typer.Option("-o", "--output", help=_(N_("The file or folder to write; - is standard output.")))
    ] = None,
    original: Annotated[bool, typer.Option("--original", help=_(N_("The bytes as received.")))] = False,
    force: Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))] = False,
) -> None:
    """Take a document out, bit for bit."""
    shown = output()
    with opened_vault() as vault:
        document = resolve(vault, name)
        rendition = chosen_rendition(document, original=original)
        if out == "-":
            require_pipe("-o FILE")
            stream_to(vault, document, rendition, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        target = Path(out or ".")
        if out is None or target.is_dir() or out.endswith(("/", os.sep)):
            target.mkdir(parents=True, exist_ok=True)
            target /= file_name(document, rendition)
        taken = take_to(vault, document, rendition, target, force=force)
    shown.show(plain(str(taken.path)), document_json(document, path=str(taken.path)))


def open_(
    name: DocumentName,
    *,
    original: Annotated[bool, typer.Option("--original", help=_(N_("The bytes as received.")))] = False,
) -> None:
    """Look at a document in the program that the system uses for it.

    The private temporary copy is removed when you are done.
    """
    from coffre_cli.usecases.looking import look, viewer
    from coffre_cli.worker.directory import private_directory

    program = viewer(_VIEWERS.get(sys.platform, "xdg-open"))
    if program is None:
        raise MissingProgramError(program="xdg-open", install="apt install xdg-utils")
    with private_directory() as private, opened_vault() as vault:
        document = resolve(vault, name)
        rendition = chosen_rendition(document, original=original)
        copy = private / file_name(document, rendition)
        take_to(vault, document, rendition, copy, force=False)
        vault.close()
        person = terminal()
        if person.is_there():
            output().say(_(N_("Close the program, then press Enter here: the private copy is removed.")))
        else:
            text = _(N_("The private copy is removed as soon as {program} ends: nobody is there to press Enter."))
            output().say(text.format(program=Path(program).name))
        look(program, copy)
        if person.is_there():
            person.answer("")
