"""`coffre token`: cards and USB tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.vaults import output
from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.signing.token import FoundCertificate, FoundModule, FoundToken, found_modules
from coffre_cli.ui.failures import sentence
from coffre_cli.ui.local import labelled, local_day
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import table

app = family()
ModuleOption = Annotated[
    Path | None, typer.Option("--module", metavar="PATH", help=_(N_("The PKCS#11 module to go through.")))
]


def list_(*, module: ModuleOption = None) -> None:
    """List the PKCS#11 modules found, and the certificates on the tokens they see.

    No PIN is asked.
    """
    shown = output()
    found = []
    for one in found_modules(module):
        if one.problem is not None and module is not None:
            raise one.problem
        found.append(one)
        shown.item(_json(one))
        shown.result(labelled(plain(one.module.name), plain(str(one.module.path))))
        if one.problem is not None:
            shown.warn(sentence(one.problem))
    rows = [row for one in found for token in one.tokens for row in _rows(token)]
    header = (_(N_("Id")), _(N_("Name")), _(N_("Issuer")), _(N_("Until")), _(N_("Usage")), _(N_("Token")))
    for line in table(header, rows, elastic=1) if rows and not shown.as_json else ():
        shown.result(line)
    if not found:
        shown.say(_(N_("No PKCS#11 module found: install the one of the token's maker, or name it with `--module`.")))
    elif not any(one.tokens for one in found):
        shown.say(_(N_("No token found: plug it in, or put the card into its reader.")))


def _rows(token: FoundToken) -> Iterator[tuple[str, ...]]:
    for one in token.certificates:
        until = local_day(one.not_after.date())
        usage = ", ".join(one.usage).replace("_", " ")
        yield one.key_id, plain(one.subject), plain(one.issuer), until, usage, plain(token.state.label)


def _json(one: FoundModule) -> dict[str, Json]:
    return {
        "schema": "coffre.token-module/1",
        "name": one.module.name,
        "path": str(one.module.path),
        "problem": None if one.problem is None else sentence(one.problem),
        "tokens": [_token(token) for token in one.tokens],
    }


def _token(token: FoundToken) -> dict[str, Json]:
    return {
        "label": token.state.label,
        "serial": token.state.serial,
        "model": token.state.model,
        "pin_pad": token.state.has_pin_pad,
        "tries": token.state.tries.value,
        "certificates": [_certificate(one) for one in token.certificates],
    }


def _certificate(one: FoundCertificate) -> dict[str, Json]:
    return {
        "id": one.key_id,
        "subject": one.subject,
        "issuer": one.issuer,
        "not_before": one.not_before.isoformat(),
        "not_after": one.not_after.isoformat(),
        "usage": list(one.usage),
        "authority": one.is_authority,
    }


app.command("list", cls=Command, help=translated_help(list_))(list_)
