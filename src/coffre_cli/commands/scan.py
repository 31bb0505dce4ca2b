"""`coffre scan`: the scanner assistant."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from coffre_cli.commands.arrivals import warn_unfollowed
from coffre_cli.commands.batches import report
from coffre_cli.commands.context import now
from coffre_cli.commands.deposits import show_deposit
from coffre_cli.commands.scan_assistant import Assistant
from coffre_cli.commands.vaults import here, opened_vault, output, terminal, trusted
from coffre_cli.convert.model import LEAST_DPI, Ocr, Profile
from coffre_cli.errors import ExitCode, UsageError
from coffre_cli.i18n import N_, _
from coffre_cli.intake.coversheet import Sheet
from coffre_cli.intake.join import Joined
from coffre_cli.intake.scanner import ScanWish, chosen_device, devices
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.output import Output
from coffre_cli.ui.plain import plain
from coffre_cli.usecases.configuration import read_settings
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import Deposited, Input, Wishes
from coffre_cli.usecases.scanning import file_pages, look_at, scan_batch

_TWO_TONES = frozenset({"lineart", "bw"})
NOT_FAITHFUL = N_("A faithful copy needs {least} dpi or more, grey or colour, and every page: also the blank ones.")


class ScanSource(StrEnum):
    """Where the paper lies."""

    ADF = "adf"
    FLATBED = "flatbed"


def scan(
    *,
    device: Annotated[str | None, typer.Option(help=_(N_("The scanner; the first that answers by default.")))] = None,
    source: Annotated[
        ScanSource | None,
        typer.Option(help=_(N_("The feeder (adf) or the glass (flatbed); the feeder by default, if there is one."))),
    ] = None,
    resolution: Annotated[int, typer.Option(min=75, max=1200, help=_(N_("Dots per inch.")))] = 300,
    mode: Annotated[str | None, typer.Option(help=_(N_("gray, color or lineart.")))] = None,
    pages: Annotated[int | None, typer.Option(min=1, max=2000, help=_(N_("At most so many.")))] = None,
    duplex: Annotated[bool, typer.Option("--duplex", help=_(N_("Both sides, if the feeder can.")))] = False,
    skip_blank: Annotated[bool, typer.Option("--skip-blank", help=_(N_("Leave blank pages out, and say so.")))] = False,
    folder: Annotated[str | None, typer.Option(help=_(N_("The folder it goes to.")))] = None,
    title: Annotated[str | None, typer.Option(help=_(N_("Its title.")))] = None,
    ocr: Annotated[Ocr, typer.Option(help=_(N_("Read the words off pictures.")))] = Ocr.AUTO,
    fidele: Annotated[
        bool,
        typer.Option("--fidele", help=_(N_("Make faithful copies: 300 dpi or more, nothing left out or cleaned."))),
    ] = False,
    list_devices: Annotated[bool, typer.Option("--list", help=_(N_("List the scanners that answer.")))] = False,
) -> None:
    """Scan paper straight into the safe."""
    shown = output()
    if list_devices:
        for one in devices():
            text = f"{plain(one.name)}  {plain(one.label)}"
            shown.show(text, {"schema": "coffre.scanner/1", "device": one.name, "label": one.label})
        return
    from coffre_cli.worker.directory import private_directory

    if fidele:
        _refuse_less(resolution, mode, skip_blank=skip_blank)
    profile = Profile.FIDELE if fidele else Profile.ORDINARY
    feeder = None if source is None else source is ScanSource.ADF
    wish = ScanWish(chosen_device(device), feeder, resolution, mode, pages, duplex)
    wishes = Wishes(ocr=ocr, duplicates=True, profile=profile, trust=trusted)
    with private_directory() as private, opened_vault() as vault:
        assistant = Assistant(terminal(), shown, partial(scan_batch, wish), look_at)
        assistant.gather(private)
        drop_blank = not fidele and assistant.blank_to_leave_out(chosen=skip_blank)
        name = title or assistant.asked(_(N_("Title")), now().astimezone().strftime("scan %Y-%m-%d %H%M%S"))
        usual = read_settings(here().settings).get("folder", "")
        place = folder if folder is not None else assistant.asked(_(N_("Folder")), usual)
        target = Input(private, name, clean_folder(place))
        codes = []
        if assistant.fault is not None:
            report(assistant.fault)
            codes.append(ExitCode.PARTIAL)
        for outcome in file_pages(vault, assistant.pages, target, wishes, drop_blank=drop_blank):
            codes += _show(shown, name, outcome)
    raise typer.Exit(batch_code(codes))


def _show(shown: Output, name: str, outcome: Deposited | Joined | Sheet) -> list[ExitCode]:
    if isinstance(outcome, Joined):
        _tell(outcome)
        return []
    if isinstance(outcome, Sheet):
        warn_unfollowed(shown, name, outcome)
        return []
    return [show_deposit(shown, outcome)]


def _refuse_less(resolution: int, mode: str | None, *, skip_blank: bool) -> None:
    """Refuse what no faithful copy may be made with.

    Raises:
        UsageError: The resolution is too low, the mode knows two tones only, or blank pages are to be left out.
    """
    if resolution < LEAST_DPI or (mode or "").lower() in _TWO_TONES or skip_blank:
        raise UsageError(reason=_(NOT_FAITHFUL).format(least=LEAST_DPI), command="scan")


def _tell(joined: Joined) -> None:
    if joined.blank:
        numbers = ", ".join(str(number) for number in joined.blank)
        output().warn(_(N_("Blank pages left out: {numbers}.")).format(numbers=numbers))
