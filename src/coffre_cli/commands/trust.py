"""`coffre trust`: roots believed besides those of the user's own vaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.context import now
from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.vaults import here, output
from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.signing.trustlist import TrustedList
from coffre_cli.ui.local import local_iso
from coffre_cli.ui.plain import plain
from coffre_cli.usecases import trust
from coffre_cli.usecases.trust import TrustedRoot

app = family()


def add(file: Annotated[Path, typer.Argument(metavar="PEM", help=_(N_("A certificate file, PEM or DER.")))]) -> None:
    """Believe the certificates in a file."""
    for one in trust.add_roots(here().trusted, file):
        _tell(one)


def list_() -> None:
    """List the roots and the trusted lists that are believed."""
    lists = trust.kept_lists(here().trusted)
    found = list(trust.trusted_roots(here().trusted))
    for one in found:
        _tell(one)
    for kept in lists:
        _tell_list(kept)
    if not found and not lists:
        output().say(_(N_("Only the roots of your own safes are believed.")))


def remove(
    name: Annotated[
        str, typer.Argument(metavar="ID", help=_(N_("Its id, a beginning of it, its name, or a list's two letters.")))
    ],
) -> None:
    """Believe a root, or a trusted list, no more."""
    if trust.remove_list(here().trusted, name):
        text = _(N_("the trusted list {territory} is believed no more")).format(territory=plain(name.upper()))
        output().show(text, {"schema": "coffre.trusted-list/1", "territory": name.upper(), "services": 0})
        return
    _tell(trust.remove_root(here().trusted, name))


def update(file: Annotated[Path, typer.Argument(metavar="FILE", help=_(N_("A trusted list, as XML.")))]) -> None:
    """Believe what a trusted list of the European Union grants.

    The list's own signature is not verified: take it from a place that you trust.
    """
    _tell_list(trust.update_from_list(here().trusted, file), file)
    output().say(_(N_("The list's own signature was not verified: it is worth what the place you took it from is.")))


def _tell_list(one: TrustedList, file: Path | None = None) -> None:
    number = sum(service.granted_until is None for service in one.services)
    until = None if one.next_update is None else one.next_update.date().isoformat()
    is_old = one.next_update is not None and one.next_update < now()
    value: dict[str, Json] = {
        "schema": "coffre.trusted-list/1", "territory": one.territory, "services": number, "next_update": until,
        "out_of_date": is_old, "signature_verified": False,
        **({} if file is None else {"file": str(file)}),
    }  # fmt: skip
    text = _(N_("trusted list {territory}: {number} services, to be renewed before {day}"))
    output().show(text.format(territory=plain(one.territory), number=number, day=local_iso(until or "–")), value)
    if is_old:
        output().warn(_(N_("This trusted list is out of date: take the present one and import it.")))


def _tell(one: TrustedRoot) -> None:
    until = one.not_after.date().isoformat()
    value: dict[str, Json] = {"schema": "coffre.root/1", "id": one.id, "name": one.name, "not_after": until}
    output().show(
        _(N_("{id}  {name}, until {day}")).format(id=one.id, name=plain(one.name), day=local_iso(until)), value
    )


for _name, _function in (("add", add), ("list", list_), ("remove", remove), ("update", update)):
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
