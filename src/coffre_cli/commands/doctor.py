"""`coffre doctor`: what is installed, what is missing, whether it works."""

from __future__ import annotations

import secrets
import sys
from typing import Annotated

import typer

from coffre_cli.commands.context import now
from coffre_cli.commands.vaults import here, located, output
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _
from coffre_cli.ui.output import Output
from coffre_cli.ui.plain import plain
from coffre_cli.usecases.doctor_model import Area, Finding, State

_AREAS = {
    Area.VERSION: N_("Versions"),
    Area.PROGRAM: N_("Programs, each of them optional"),
    Area.SELF_TEST: N_("Self-tests"),
    Area.DIRECTORY: N_("Folders"),
    Area.VAULT: N_("Safe"),
    Area.ONLINE: N_("Network"),
}
_STATES = {
    State.GOOD: N_("good"),
    State.MISSING: N_("missing"),
    State.WARNING: N_("CARE"),
    State.FAILED: N_("FAILED"),
}


def doctor(
    *, online: Annotated[bool, typer.Option("--online", help=_(N_("Also try what needs the network.")))] = False
) -> None:
    """Say what is installed, what is missing, and whether it works."""
    from coffre_cli.usecases.doctor import Patient, examine
    from coffre_cli.worker.directory import private_directory

    shown = output()
    area, failed = None, 0
    with private_directory() as directory:
        patient = Patient(here(), located, directory, secrets.token_bytes, now())
        for finding in examine(patient, online=online):
            if finding.area is not area:
                area = finding.area
                shown.result(_(_AREAS[area]))
            _show(shown, finding)
            failed += finding.state is State.FAILED
    if failed:
        shown.warn(_(N_("Something that coffre needs does not work here; do not trust it with papers before it does.")))
        raise typer.Exit(ExitCode.FAILURE)


def _show(shown: Output, finding: Finding) -> None:
    detail = _(finding.detail).format(**{name: plain(value) for name, value in finding.facts}) if finding.detail else ""
    words = " ".join(
        word for word in (finding.version, f"({detail})" if finding.version and detail else detail) if word
    )
    text = f"  {finding.name:<14} {_(_STATES[finding.state]):<8} {words}".rstrip()
    if finding.remedy:
        text += f"\n  {'':<14} {'':<8} → {finding.remedy}"
    shown.show(
        text,
        {
            "schema": "coffre.doctor/1",
            "area": finding.area.value,
            "name": finding.name,
            "state": finding.state.value,
            "version": finding.version or None,
            "detail": detail or None,
            "install": finding.remedy or None,
        },
    )
    sys.stdout.flush()
