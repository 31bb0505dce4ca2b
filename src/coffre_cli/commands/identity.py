"""`coffre identity`: certificates."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.access.unlock import SecretSources
from coffre_cli.commands.context import now, settings
from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.holder import holder
from coffre_cli.commands.standard import is_dash, require_free, require_pipe, write_out
from coffre_cli.commands.token import ModuleOption
from coffre_cli.commands.vaults import opened_vault, output, terminal
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import UsageError
from coffre_cli.i18n import N_, _
from coffre_cli.signing.identity import KeyKind
from coffre_cli.signing.token import Wanted
from coffre_cli.ui.local import local_day
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import table
from coffre_cli.usecases import identities
from coffre_cli.usecases.account import account_of
from coffre_cli.usecases.addresses import checked_address
from coffre_cli.usecases.errors import NotConfirmedError
from coffre_cli.usecases.identities import KeptIdentity
from coffre_cli.values import replace

app = family()
IdentityName = Annotated[str, typer.Argument(metavar="ID", help=_(N_("Its id, a beginning of it, or its name.")))]
CertificatePasswordFile = Annotated[
    Path | None, typer.Option("--certificate-password-file", help=_(N_("Read the password of that file here.")))
]


def create(
    *,
    person: Annotated[str | None, typer.Option(help=_(N_("A natural person, who signs.")))] = None,
    organisation: Annotated[str | None, typer.Option(help=_(N_("A legal person, which seals.")))] = None,
    siren: Annotated[str | None, typer.Option(help=_(N_("Its SIREN number.")))] = None,
    email: Annotated[str | None, typer.Option(help=_(N_("The address to write into it.")))] = None,
    key: Annotated[
        KeyKind,
        typer.Option("--key", help=_(N_("p256, or rsa (3072 bits) for readers too old for elliptic curves."))),
    ] = KeyKind.P256,
) -> None:
    """Make a certificate."""
    if person and organisation:
        raise UsageError(reason=_(N_("A certificate is of a person or of an organisation.")), command="identity create")
    email = None if email is None else checked_address(email, option="--email")
    with opened_vault() as vault:
        if organisation:
            made = identities.create_organisation(vault, organisation, siren, email, holder(), key)
        else:
            account = account_of(vault)
            name = person or account.person or holder().full_name or vault.name
            made = identities.create_person(vault, name, email or account.email, holder(), key)
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
        (one.record.hex()[:8], plain(one.identity.name), _kind(one), local_day(one.identity.not_after.date()))
        for one in found
    ]
    for line in table(header, rows, elastic=1) if not shown.as_json and found else ():
        shown.result(line)
    if not found:
        shown.say(_(N_("No certificate yet: the first `coffre sign` makes one.")))


def import_(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help=_(N_("A .p12 or .pfx file.")))] = None,
    *,
    token: Annotated[
        str | None, typer.Option("--token", metavar="CKA_ID", help=_(N_("The certificate of a token, by its id.")))
    ] = None,
    module: ModuleOption = None,
    serial: Annotated[str | None, typer.Option("--serial", help=_(N_("The serial number of the token.")))] = None,
    certificate_password_file: CertificatePasswordFile = None,
) -> None:
    """Keep a certificate and its key from a PKCS#12 file, or a certificate whose key stays on a token."""
    if (file is None) == (token is None):
        raise UsageError(reason=_(N_("Give a file, or `--token` and an id.")), command="identity import")
    if file is None:
        with opened_vault() as vault:
            wanted = Wanted(token or "", module, serial)
            made = identities.import_from_token(vault, wanted, holder())
    else:
        from coffre_cli.signing.pkcs12 import look_at_pkcs12

        look_at_pkcs12(file)
        password = _certificate_password(certificate_password_file)
        with opened_vault() as vault:
            made = identities.import_identity(vault, file, password, holder())
    output().show(_line(made), _json(made))


def show(name: IdentityName) -> None:
    """Show one certificate."""
    with opened_vault() as vault:
        found = identities.show_identity(vault, name)
    fingerprint = _(N_("SHA-256 fingerprint: {digest}"))
    digest = hashlib.sha256(found.identity.certificate).hexdigest()
    shown = _json(found)
    key = _(N_("Key: {kind}")).format(kind=shown["key"])
    output().show(f"{_line(found)}\n{key}\n{fingerprint.format(digest=digest)}", shown)


def export(
    name: IdentityName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_(N_("The file to write; - is standard output.")))],
    *,
    with_key: Annotated[bool, typer.Option("--with-key", help=_(N_("With the key, as PKCS#12.")))] = False,
    certificate_password_file: CertificatePasswordFile = None,
    force: Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))] = False,
) -> None:
    """Write a certificate, for those who are to trust it; with its key only when asked."""
    require_free(file, force=force)
    if is_dash(file) and with_key:
        require_pipe("coffre identity export ID FILE")
    password = _certificate_password(certificate_password_file) if with_key else None
    with opened_vault() as vault:
        data = identities.export_identity(vault, name, password)
    write_out(file, data)
    shown = replace(output(), aside=True) if is_dash(file) else output()
    shown.show(plain(str(file)), {"schema": "coffre.identity-exported/1", "path": str(file), "key": with_key})


def delete(name: IdentityName) -> None:
    """Delete a certificate and its key for good."""
    with opened_vault() as vault:
        found = identities.show_identity(vault, name)
        if not settings().yes:
            question = _(N_("« {name} » will sign no more. Type its name to confirm:"))
            if terminal().answer(question.format(name=plain(found.identity.name))) != found.identity.name:
                raise NotConfirmedError
        identities.delete_identity(vault, found.record.hex())
    output().show(_line(found), _json(found))


def renew(name: IdentityName) -> None:
    """Make a new key and a new certificate for the same holder."""
    with opened_vault() as vault:
        made = identities.renew_identity(vault, name, holder())
    output().show(_line(made), _json(made))


def _certificate_password(file: Path | None) -> str:
    secret = None if file is None else SecretSources(file=file).explicit()
    if secret:
        return secret.reveal().decode()
    return terminal().password(_(N_("Password of the certificate file:")), option="--certificate-password-file")


def _kind(one: KeptIdentity) -> str:
    return _(N_("person")) if one.identity.kind == "person" else _(N_("organisation"))


def _line(one: KeptIdentity) -> str:
    text = _(N_("{id}  {name} ({kind}), until {day}"))
    day = local_day(one.identity.not_after.date())
    return text.format(id=one.record.hex()[:8], name=plain(one.identity.name), kind=_kind(one), day=day)


def _json(one: KeptIdentity) -> dict[str, Json]:
    from coffre_cli.signing.certificates import key_words

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
        "key": key_words(identity.certificate),
        "sha256": hashlib.sha256(identity.certificate).hexdigest(),
        "valid": identity.is_valid_at(now()),
        "token": None if identity.token is None else {**identity.token.to_mapping()},
    }


_VERBS = (
    ("create", create),
    ("import", import_),
    ("list", list_),
    ("show", show),
    ("export", export),
    ("delete", delete),
    ("renew", renew),
)
for _name, _function in _VERBS:
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
