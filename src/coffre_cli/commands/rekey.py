"""`coffre rekey`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.context import settings
from coffre_cli.commands.vaults import door, output
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import WouldOverwriteError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.rekeying import rekey as rekey_vault
from coffre_cli.usecases.unlocking import given_password


def rekey(
    *,
    recovery_file: Annotated[Path | None, typer.Option(help=_(N_("Write the new recovery code to this file.")))] = None,
) -> None:
    """Give the safe new keys throughout, and a new recovery code.

    The password stays. Old copies of the safe keep their old keys.
    """
    if recovery_file is not None and recovery_file.exists():
        raise WouldOverwriteError(path=recovery_file)

    def hand_over(code: str) -> None:
        from coffre_cli.usecases.retrieve import written_whole

        if recovery_file is not None:
            with written_whole(recovery_file) as file:
                file.write(memoryview(f"{code}\n".encode()))

    with ProgressBar(quiet=settings().quiet) as progress:
        way = door(progress)
        code = rekey_vault(way, given_password(way), hand_over)
    shown, name = output(), way.located.descriptor.name
    value: dict[str, Json] = {
        "schema": "coffre.vault/1",
        "name": name,
        "id": way.located.descriptor.vault_id.hex(),
        "recovery_file": str(recovery_file) if recovery_file else None,
    }
    if recovery_file is None:
        value["recovery_code"] = code
    text = _(N_("The safe {name} has new keys; the old recovery code opens nothing any more.")).format(name=plain(name))
    shown.show(text, value)
    if recovery_file is None:
        shown.result(_(N_("Recovery code (write it down, it is told once):")))
        shown.result(f"  {code}")
