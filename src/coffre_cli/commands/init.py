"""`coffre init`: a new vault."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.access.errors import PasswordMismatchError
from coffre_cli.commands.vaults import here, output, sources, surroundings, terminal
from coffre_cli.crypto.canonical import Json
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain

_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def init(
    name: Annotated[str, typer.Argument(help=_(N_("The name of the safe; it keeps it for life.")))] = "coffre",
    *,
    path: Annotated[Path | None, typer.Option(help=_(N_("Its folder, instead of the usual place.")))] = None,
    recovery_file: Annotated[Path | None, typer.Option(help=_(N_("Write the recovery code to this file.")))] = None,
    quota: Annotated[str | None, typer.Option(help=_(N_("The size it starts with, such as 5G.")))] = None,
    until: Annotated[str | None, typer.Option(help=_(N_("The day it ends, YYYY-MM-DD.")))] = None,
    discovery: Annotated[int | None, typer.Option(help=_(N_("Try it for so many days.")))] = None,
) -> None:
    """Make a new safe."""
    from coffre_cli.usecases.creation import Wanted, create
    from coffre_cli.usecases.retrieve import written_whole

    state: dict[str, Json] = {"quota": _size(quota), "until": _day(until), "discovery": discovery}
    password = sources().explicit() or sources().ambient() or new_password()
    made = create(Wanted(name, path, password, state), here(), surroundings())
    shown = output()
    shown.warn_all(made.remarks)
    if recovery_file is not None:
        with written_whole(recovery_file) as file:
            file.write(memoryview(f"{made.recovery_code}\n".encode()))
    value: dict[str, Json] = {
        "schema": "coffre.vault/1",
        "name": made.name,
        "id": made.vault_id.hex(),
        "path": str(made.folder),
        "recovery_file": str(recovery_file) if recovery_file else None,
        "warnings": [_(remark.message) for remark in made.remarks],
    }
    if recovery_file is None:
        value["recovery_code"] = made.recovery_code
    shown.show(_(N_("The safe {name} is ready in {path}.")).format(name=plain(made.name), path=made.folder), value)
    if recovery_file is None:
        shown.result(_(N_("Recovery code (write it down, it is told once):")))
        shown.result(f"  {made.recovery_code}")
    shown.say(_(N_("Next: `coffre unlock`, then `coffre add FILE`.")))


def new_password() -> Secret:
    """Ask for a new password, twice.

    Raises:
        PasswordMismatchError: The two differ.
    """
    person = terminal()
    first = person.password(_(N_("New password:")))
    if person.password(_(N_("The same again:"))) != first:
        raise PasswordMismatchError
    return password_secret(first)


def _size(text: str | None) -> int | None:
    if text is None:
        return None
    number, unit = text.strip().removesuffix("B").removesuffix("o"), ""
    if number and number[-1] in "kKMGT":
        number, unit = number[:-1], number[-1].replace("K", "k")
    if not number.strip().isdecimal() or int(number) == 0:
        raise InvalidValueError(value=text, what="--quota", expected=N_("a size such as 500M or 5G"))
    return int(number) * _UNITS[unit]


def _day(text: str | None) -> str | None:
    try:
        return None if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidValueError(value=text, what="--until", expected=N_("a day such as 2030-12-31")) from None
