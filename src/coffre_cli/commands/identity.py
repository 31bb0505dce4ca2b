"""`coffre identity`: certificates."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.commands.context import now
from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.holder import holder
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import UsageError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import table
from coffre_cli.usecases import identities
from coffre_cli.usecases.account import account_of
from coffre_cli.usecases.identities import KeptIdentity

app = family()


def create(
    *,
    person: Annotated[str | None, typer.Option(help=_(N_("A natural person, who signs.")))] = None,
    organisation: Annotated[str | None, typer.Option(help=_(N_("A legal person, which seals.")))] = None,
    siren: Annotated[str | None, typer.Option(help=_(N_("Its SIREN number.")))] = None,
    email: Annotated[str | None, typer.Option(help=_(N_("The address to write into it.")))] = None,
) -> None:
    """Make a certificate."""
    if person and organisation:
        raise UsageError(reason=_(N_("A certificate is of a person or of an organisation.")), command="identity create")
    with opened_vault() as vault:
        if organisation:
            made = identities.create_organisation(vault, organisation, siren, email, holder())
        else:
            account = account_of(vault)
            name = person or account.person or holder().full_name or vault.name
            made = identities.create_person(vault, name, email or account.email, holder())
    output().show(_line(made), _json(made))


def list_() -> None:
    """List the certificates."""
    shown = output()
    with opened_vault() as vault:
        found = identities.list_identities(vault)
    for one in found:
        shown.item(_json(one))
    header = (_(N_("Id")), _(N_("Name")), _(N_("Kind")), _(N_("Until")))
    rows = [
        (one.record.hex()[:8], plain(one.identity.name), _kind(one), one.identity.not_after.date().isoformat())
        for one in found
    ]
    for line in table(header, rows, elastic=1) if not shown.as_json and found else ():
        shown.result(line)
    if not found:
        shown.say(_(N_("No certificate yet: the first `coffre sign` makes one.")))


def _kind(one: KeptIdentity) -> str:
    return _(N_("person")) if one.identity.kind == "person" else _(N_("organisation"))


def _line(one: KeptIdentity) -> str:
    text = _(N_("{id}  {name} ({kind}), until {day}"))
    day = one.identity.not_after.date().isoformat()
    return text.format(id=one.record.hex()[:8], name=plain(one.identity.name), kind=_kind(one), day=day)


def _json(one: KeptIdentity) -> dict[str, Json]:
    identity = one.identity
    return {
        "schema": "coffre.identity/1",
        "id": one.record.hex(),
        "kind": identity.kind.value,
        "name": identity.name,
        "organisation": identity.organisation,
        "siren": identity.siren,
        "email": identity.email,
        "not_before": identity.not_before.isoformat(),
        "not_after": identity.not_after.isoformat(),
        "valid": identity.is_valid_at(now()),
    }


for _name, _function in (("create", create), ("list", list_)):
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
