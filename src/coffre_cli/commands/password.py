"""`coffre password change` and `coffre recover`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.access.unlock import SecretSources
from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.init import new_password
from coffre_cli.commands.vaults import door, output, sources, terminal
from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import FileMissingError
from coffre_cli.i18n import N_, _
from coffre_cli.model import Remark
from coffre_cli.ui.plain import plain
from coffre_cli.usecases import passwords
from coffre_cli.usecases.unlocking import given_password

app = family()
NewPasswordFile = Annotated[
    Path | None, typer.Option("--new-password-file", help=_(N_("Read the new password from this file.")))
]


def change(*, new_password_file: NewPasswordFile = None) -> None:
    """Change the password; nothing is encrypted again."""
    way = door()
    old = given_password(way)
    remarks = passwords.change_password(way, old, _new(new_password_file))
    _done(way.located.descriptor.name, remarks)


def recover(
    *,
    recovery_file: Annotated[Path | None, typer.Option(help=_(N_("Read the recovery code from this file.")))] = None,
    new_password_file: NewPasswordFile = None,
) -> None:
    """Set a new password with the recovery code.

    Unattended, the ordinary password sources give the new password.
    """
    way = door()
    if recovery_file is not None:
        try:
            code = recovery_file.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            raise FileMissingError(path=recovery_file) from None
    else:
        code = terminal().password(_(N_("Recovery code:")), option="--recovery-file")
    new = _from_file(new_password_file) or sources().explicit() or sources().ambient() or new_password()
    _done(way.located.descriptor.name, passwords.recover(way, code, new))


def _new(file: Path | None) -> Secret:
    return _from_file(file) or new_password()


def _from_file(file: Path | None) -> Secret | None:
    named = file or (
        Path(os.environ["COFFRE_NEW_PASSWORD_FILE"]) if os.environ.get("COFFRE_NEW_PASSWORD_FILE") else None
    )
    return None if named is None else SecretSources(file=named).explicit()


def _done(name: str, remarks: tuple[Remark, ...]) -> None:
    shown = output()
    shown.warn_all(remarks)
    text = _(N_("The safe {name} has a new password; the old one opens nothing any more.")).format(name=plain(name))
    shown.confirm(
        text, {"schema": "coffre.vault/1", "name": name, "warnings": [_(remark.message) for remark in remarks]}
    )


app.command("change", cls=Command, help=translated_help(change))(change)
