"""`coffre init`: a new vault."""

from __future__ import annotations

import errno
import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coffre_cli.access.errors import NewPasswordNeededError, PasswordMismatchError
from coffre_cli.commands.batches import report
from coffre_cli.commands.context import now
from coffre_cli.commands.vaults import here, output, sources, surroundings, terminal
from coffre_cli.crypto.canonical import Json
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.errors import CoffreError, InvalidValueError, UsageError, WouldOverwriteError
from coffre_cli.i18n import N_, _
from coffre_cli.store.fs import guarded
from coffre_cli.ui.plain import plain

if TYPE_CHECKING:
    from coffre_cli.usecases.kit import KitWords

_LONGEST_TRIAL = 3650
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
    from coffre_cli.usecases.kit import emergency_kit
    from coffre_cli.usecases.retrieve import written_whole

    state: dict[str, Json] = {"quota": _size(quota), "until": _end(until, discovery)}
    password = sources().explicit() or sources().ambient() or new_password()
    recovery_file = None if str(recovery_file) == "-" else recovery_file
    kit = None if recovery_file is None else _kit_beside(recovery_file)
    made = create(Wanted(name, path, password, state), here(), surroundings())
    shown = output()
    shown.warn_all(made.remarks)
    if recovery_file is not None and kit is not None:
        try:
            with written_whole(recovery_file) as file:
                file.write(memoryview(f"{made.recovery_code}\n".encode()))
            with written_whole(kit) as file:
                file.write(memoryview(emergency_kit(made, _kit_words(), day=now().date().isoformat(), moment=now())))
        except CoffreError as error:  # the code exists nowhere else: better on the screen than lost
            report(error)
            recovery_file = None
    value: dict[str, Json] = {
        "schema": "coffre.vault/1",
        "name": made.name,
        "id": made.vault_id.hex(),
        "path": str(made.folder),
        "recovery_file": str(recovery_file) if recovery_file else None,
        "recovery_kit": str(kit) if recovery_file else None,
        "warnings": [_(remark.message) for remark in made.remarks],
    }
    if recovery_file is None:
        value["recovery_code"] = made.recovery_code
    shown.confirm(_(N_("The safe {name} is ready in {path}.")).format(name=plain(made.name), path=made.folder), value)
    if recovery_file is None:
        shown.result(_(N_("Recovery code (write it down, it is told once):")))
        shown.result(f"  {made.recovery_code}")
    else:
        text = _(N_("The recovery code is in {file}, and on a sheet to print in {kit}."))
        shown.confirm_text(text.format(file=plain(str(recovery_file)), kit=plain(str(kit))))
    shown.say(_(N_("Next: `coffre unlock`, then `coffre add FILE`.")))


def _kit_beside(recovery_file: Path) -> Path:
    """Return where the printable kit goes, both places being free and fit to be written to.

    Raises:
        WouldOverwriteError: One of the two files exists.
        StorageFailedError: Nothing can be written there.
    """
    plain_suffix = recovery_file.suffix.lower() != ".pdf"
    kit = (
        recovery_file.with_suffix(".pdf") if plain_suffix else recovery_file.with_name(f"{recovery_file.stem}-kit.pdf")
    )
    for path in (recovery_file, kit):
        if path.exists():
            raise WouldOverwriteError(path=path)
    with guarded(recovery_file):
        recovery_file.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(recovery_file.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return kit


def new_password() -> Secret:
    """Ask for a new password, twice.

    Raises:
        PasswordMismatchError: The two differ.
    """
    person = terminal()
    if not person.is_there():
        raise NewPasswordNeededError
    first = person.password(_(N_("New password:")))
    if person.password(_(N_("The same again:"))) != first:
        raise PasswordMismatchError
    return password_secret(first)


def _kit_words() -> KitWords:
    from coffre_cli.usecases.kit import KitWords

    return KitWords(
        title=_(N_("Emergency kit")),
        lead=_(N_("This sheet opens the safe when its password is lost. Whoever holds it can open the safe.")),
        safe=_(N_("Safe")),
        folder=_(N_("Folder")),
        made=_(N_("Made on")),
        caption=_(N_("Recovery code")),
        rules=(
            _(N_("Print it, put it away far from the computer, and delete the file.")),
            _(N_("To set a new password: coffre recover, then type the code.")),
            _(N_("Nobody else has this code: without it and without the password, nobody can open the safe.")),
        ),
        footer=_(N_("Made by coffre on your own computer; no copy was sent anywhere.")),
    )


def _end(until: str | None, discovery: int | None) -> str | None:
    """Return the last day of a safe: the one that was typed, or the last of the days of trial."""
    if until is not None and discovery is not None:
        raise UsageError(reason=_(N_("Give `--until` or `--discovery`, not both.")), command="init")
    if discovery is None:
        return _day(until)
    if not 0 < discovery <= _LONGEST_TRIAL:
        raise InvalidValueError(value=str(discovery), what="--discovery", expected=N_("a number of days, 1 to 3650"))
    return (now().date() + timedelta(days=discovery)).isoformat()


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
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(value=text, what="--until", expected=N_("a day such as 2030-12-31")) from None
    if day < now().date():
        raise InvalidValueError(value=text, what="--until", expected=N_("a day that is still to come"))
    return day.isoformat()
