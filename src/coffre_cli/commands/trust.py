"""`coffre trust`: roots believed besides those of the user's own vaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.vaults import here, output
from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.usecases import trust
from coffre_cli.usecases.trust import TrustedRoot

app = family()


def add(file: Annotated[Path, typer.Argument(metavar="PEM", help=_(N_("A certificate file, PEM or DER.")))]) -> None:
    """Believe the certificates in a file."""
    for one in trust.add_roots(here().trusted, file):
        _tell(one)


def list_() -> None:
    """List the roots that are believed."""
    found = list(trust.trusted_roots(here().trusted))
    for one in found:
        _tell(one)
    if not found:
        output().say(_(N_("Only the roots of your own safes are believed.")))


def remove(
    name: Annotated[str, typer.Argument(metavar="ID", help=_(N_("Its id, a beginning of it, or its name.")))],
) -> None:
    """Believe a root no more."""
    _tell(trust.remove_root(here().trusted, name))


def update(file: Annotated[Path, typer.Argument(metavar="FILE", help=_(N_("A trusted list, as XML.")))]) -> None:
    """Believe what a trusted list of the European Union grants.

    The list's own signature is not verified: take it from a place that you trust.
    """
    number = trust.update_from_list(here().trusted, file)
    text = _(N_("{number} services of the list are believed")).format(number=number)
    output().show(text, {"schema": "coffre.trusted-list/1", "file": str(file), "services": number})


def _tell(one: TrustedRoot) -> None:
    until = one.not_after.date().isoformat()
    value: dict[str, Json] = {"schema": "coffre.root/1", "id": one.id, "name": one.name, "not_after": until}
    output().show(_(N_("{id}  {name}, until {day}")).format(id=one.id, name=plain(one.name), day=until), value)


for _name, _function in (("add", add), ("list", list_), ("remove", remove), ("update", update)):
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
