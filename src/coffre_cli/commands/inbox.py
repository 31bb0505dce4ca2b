"""`coffre inbox`: the watched folder."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from coffre_cli.access.errors import LockedError
from coffre_cli.commands.arrivals import warn_unfollowed
from coffre_cli.commands.batches import report
from coffre_cli.commands.context import now
from coffre_cli.commands.deposits import show_deposit
from coffre_cli.commands.vaults import located, opened_vault, output, surroundings, trusted
from coffre_cli.convert.model import Ocr
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError, ExitCode, FileMissingError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.failures import hint, sentence
from coffre_cli.ui.plain import plain

if TYPE_CHECKING:
    from coffre_cli.usecases.arrivals import Taken
    from coffre_cli.usecases.inbox import Refusal, Tray
    from coffre_cli.usecases.spooling import Sealed
    from coffre_cli.vault.session import Vault
    from coffre_cli.vault.spool import Letterbox

_STILL_SECONDS = 3.0
"""Between two looks: a file that did not change meanwhile is complete; Samba tells the time of a write 2 s late."""
_NAP_SECONDS = 0.2


def inbox(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=_(N_("The folder to watch.")))],
    *,
    once: Annotated[bool, typer.Option("--once", help=_(N_("Empty it once and end, for cron.")))] = False,
    interval: Annotated[float, typer.Option(min=1.0, max=86_400.0, help=_(N_("Seconds between two rounds.")))] = 10.0,
    folder: Annotated[str, typer.Option(help=_(N_("The folder that documents go to.")))] = "",
    ocr: Annotated[Ocr, typer.Option(help=_(N_("Read the words off pictures.")))] = Ocr.AUTO,
) -> None:
    """Deposit whatever lands in a folder.

    A file leaves it only when it is safe; one that cannot be taken goes to rejected/ with the reason. It never asks for
    the password: while the safe is locked, files are sealed, and become documents when it is opened.
    """
    from coffre_cli.usecases.inbox import Tray
    from coffre_cli.usecases.intake import Wishes

    if not directory.is_dir():
        raise FileMissingError(path=directory)
    bell = _Bell()
    tray = Tray(directory.absolute(), folder, Wishes(ocr=ocr, trust=trusted), _reason, now, bell.has_rung)
    if once:
        raise typer.Exit(batch_code(_round(tray, bell)))
    output().say(_(N_("Watching {folder}; Ctrl-C ends it.")).format(folder=plain(str(directory))))
    while not bell.has_rung():
        try:
            _round(tray, bell)
        except CoffreError as error:  # a disk that is full, a lock that is held: another round may do
            report(error)
        bell.wait(interval)


def _round(tray: Tray, bell: _Bell) -> list[ExitCode]:
    """Take what is complete; return a code for each file."""
    from coffre_cli.intake.watch import watching
    from coffre_cli.usecases.inbox import deposit_files, is_anything_there, ready, seal_files
    from coffre_cli.vault.spool import Letterbox

    if not is_anything_there(tray):
        return []
    codes: list[ExitCode] = []
    with watching(tray.folder) as mine:
        files = ready(tray, lambda: bell.wait(_STILL_SECONDS)) if mine else []
        if not mine or bell.has_rung() or not (files or is_anything_there(tray)):
            return []
        with _opened() as place:
            found = (
                seal_files(place, tray, files) if isinstance(place, Letterbox) else deposit_files(place, tray, files)
            )
            for one in found:
                codes += _show(one)
    return codes


@contextlib.contextmanager
def _opened() -> Iterator[Vault | Letterbox]:
    """Open the safe by whatever opens it without a question; else its letterbox."""
    from coffre_cli.vault.spool import letterbox

    with contextlib.ExitStack() as stack:
        try:
            place: Vault | Letterbox = stack.enter_context(opened_vault(ask=False))
        except LockedError:
            found = located()
            place = letterbox(found.descriptor, found.layout, surroundings())
        yield place


def _show(one: Taken | Sealed | Refusal) -> list[ExitCode]:
    """Tell what became of one file, now that it is durable."""
    from coffre_cli.usecases.inbox import Refusal
    from coffre_cli.usecases.spooling import Sealed

    shown = output()
    if isinstance(one, Sealed):
        text = _(N_("sealed {name}: a document as soon as the safe is opened")).format(name=plain(one.name))
        entry = one.entry.hex()
        value: dict[str, Json] = {"name": one.name, "folder": one.folder, "size": one.size, "entry": entry}
        shown.confirm(text, {"schema": "coffre.sealed/1", **value})
        sys.stdout.flush()
        return [ExitCode.DONE]
    if isinstance(one, Refusal):
        one.error.facts["rejected"] = one.place
        report(one.error)
        shown.say(_(N_("{name} was put aside: {path}")).format(name=plain(one.name), path=plain(str(one.place))))
        return [one.error.exit_code]
    for sheet in one.unfollowed:
        warn_unfollowed(shown, one.source.name, sheet)
    return [show_deposit(shown, outcome) for outcome in one.outcomes if outcome.error is None or outcome.parent]


def _reason(error: CoffreError) -> str:
    return f"{sentence(error)}\n{hint(error)}".rstrip()


class _Bell:
    """Rings when the service is told to end: what is at hand is finished, nothing else is begun."""

    def __init__(self) -> None:
        self._rung = False
        signal.signal(signal.SIGTERM, self._ring)

    def has_rung(self) -> bool:
        return self._rung

    def wait(self, seconds: float) -> None:
        """Let *seconds* pass, or less when it rings."""
        end = time.monotonic() + seconds
        while not self._rung and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_SECONDS))

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self._rung = True
