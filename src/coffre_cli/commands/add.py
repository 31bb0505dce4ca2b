"""`coffre add`: deposit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.options import DocumentPasswordOption
from coffre_cli.convert.model import Ocr, Profile
from coffre_cli.i18n import N_, _


def add(
    sources: Annotated[list[Path], typer.Argument(metavar="FILE|DIR|-", help=_(N_("What to deposit.")))],
    *,
    folder: Annotated[str | None, typer.Option(help=_(N_("The folder it goes to.")))] = None,
    title: Annotated[str | None, typer.Option(help=_(N_("Its title, instead of the file's name.")))] = None,
    date: Annotated[str | None, typer.Option(help=_(N_("The document's own date.")))] = None,
    tag: Annotated[list[str] | None, typer.Option(help=_(N_("A tag; may be repeated.")))] = None,
    alarm: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE[:LABEL]", help=_(N_("Raise an alarm on that day; may be repeated."))),
    ] = None,
    ocr: Annotated[Ocr, typer.Option(help=_(N_("Read the words off pictures.")))] = Ocr.AUTO,
    no_original: Annotated[bool, typer.Option("--no-original", help=_(N_("Keep the archive rendition only.")))] = False,
    no_archive: Annotated[bool, typer.Option("--no-archive", help=_(N_("Keep the original only.")))] = False,
    digest: Annotated[str | None, typer.Option(metavar="sha256:…", help=_(N_("Refuse any other content.")))] = None,
    move: Annotated[bool, typer.Option("--move", help=_(N_("Remove the file once it is safe.")))] = False,
    allow_duplicate: Annotated[bool, typer.Option("--allow-duplicate", help=_(N_("Deposit it again.")))] = False,
    one_document: Annotated[bool, typer.Option("--one-document", help=_(N_("Join pictures to one document.")))] = False,
    copy_profile: Annotated[
        Profile, typer.Option(help=_(N_("fidele: copies of paper, taken over as they are, with controls.")))
    ] = Profile.ORDINARY,
    document_password_fd: DocumentPasswordOption = None,
) -> None:
    """Deposit files, folders or standard input."""
    from coffre_cli.commands.depositing import Asked, deposit_files

    asked = Asked(
        folder=folder,
        title=title,
        date=date,
        tag=tag or (),
        alarm=alarm or (),
        ocr=ocr,
        no_original=no_original,
        no_archive=no_archive,
        digest=digest,
        move=move,
        allow_duplicate=allow_duplicate,
        one_document=one_document,
        copy_profile=copy_profile,
        document_password_fd=document_password_fd,
    )
    raise typer.Exit(deposit_files(sources, asked))
