"""`coffre status`."""

from __future__ import annotations

from datetime import datetime

from coffre_cli.commands.context import now
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.i18n import N_, _, ngettext
from coffre_cli.ui.documents import local_time, timestamp
from coffre_cli.ui.local import local_iso
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import size_text
from coffre_cli.usecases import status as use_case


def status() -> None:
    """Show how the safe is doing."""
    with opened_vault() as vault:
        found = use_case.status(vault)
    quota = size_text(found.quota) if found.quota else _(N_("unlimited"))
    rows = (
        (_(N_("Safe")), plain(found.name)),
        (_(N_("Folder")), plain(found.path)),
        (_(N_("Documents")), str(found.documents)),
        (_(N_("In use")), _(N_("{used} of {quota}")).format(used=size_text(found.occupancy), quota=quota)),
        (_(N_("Until")), _until(found.until)),
        (_(N_("Last backup")), _when(found.last_backup)),
        (_(N_("Last check")), _when(found.last_check) + _wrong(found.last_check_wrong)),
        (_(N_("Last seal")), _when(found.last_seal)),
        (_(N_("Date attested by a third party")), _when(found.last_seal)),
        (_(N_("Alarms due")), str(found.alarms_due)),
        (_(N_("Events")), str(found.events)),
    )
    width = max(len(label) for label, _value in rows)
    output().show(
        "\n".join(f"{label:<{width}}  {value}" for label, value in rows),
        {
            "schema": "coffre.status/1",
            "name": found.name,
            "path": found.path,
            "documents": found.documents,
            "occupancy": found.occupancy,
            "quota": found.quota,
            "until": found.until,
            "restricted": found.until is not None and now().date().isoformat() > found.until,
            "last_backup": _json(found.last_backup),
            "last_check": _json(found.last_check),
            "last_check_wrong": found.last_check_wrong,
            "last_seal": _json(found.last_seal),
            "alarms_due": found.alarms_due,
            "events": found.events,
        },
    )


def _until(day: str | None) -> str:
    if day is None:
        return _(N_("no end"))
    shown = local_iso(day)
    if now().date().isoformat() <= day:
        return shown
    return _(N_("{day}: restricted, it is only read, exported and emptied")).format(day=shown)


def _when(moment: datetime | None) -> str:
    return _(N_("never")) if moment is None else local_time(moment)


def _json(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)


def _wrong(count: int) -> str:
    if not count:
        return ""
    told = ngettext("{count} thing is wrong: `coffre check`", "{count} things are wrong: `coffre check`", count)
    return f" ({told.format(count=count)})"
