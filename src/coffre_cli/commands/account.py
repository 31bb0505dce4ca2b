"""`coffre account`: who holds the safe."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.usecases import account
from coffre_cli.usecases.account import Account

app = family()
LABELS = {
    "person": N_("Person"),
    "organisation": N_("Organisation"),
    "siren": N_("SIREN"),
    "registration": N_("Registration"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "address": N_("Address"),
}


def show() -> None:
    """Show the holder's details."""
    with opened_vault() as vault:
        found = account.show_account(vault)
    _show(found)


def edit(
    *,
    person: Annotated[str | None, typer.Option(help=_(N_("First and last name.")))] = None,
    organisation: Annotated[str | None, typer.Option(help=_(N_("Name of the firm.")))] = None,
    siren: Annotated[str | None, typer.Option(help=_(N_("Its SIREN number.")))] = None,
    registration: Annotated[str | None, typer.Option(help=_(N_("Number in a professional register.")))] = None,
    email: Annotated[str | None, typer.Option(help=_(N_("Address for notices.")))] = None,
    phone: Annotated[str | None, typer.Option(help=_(N_("Phone.")))] = None,
    address: Annotated[str | None, typer.Option(help=_(N_("Postal address.")))] = None,
) -> None:
    """Change the holder's details; an empty text removes one."""
    given = (person, organisation, siren, registration, email, phone, address)
    changes = dict(zip(account.FIELDS, given, strict=True))
    with opened_vault() as vault:
        found = account.edit_account(vault, changes)
    _show(found)


def _show(found: Account) -> None:
    values = asdict(found)
    lines = [f"{_(LABELS[name]):<14} {plain(value)}" for name, value in values.items() if value]
    shown = output()
    shown.show(
        "\n".join(lines) or _(N_("Nothing is known of the holder: `coffre account edit --person NAME`.")),
        {
            "schema": "coffre.account/1",
            **values,
        },
    )


for _name, _function in (("show", show), ("edit", edit)):
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
