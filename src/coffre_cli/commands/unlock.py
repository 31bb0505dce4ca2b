"""`coffre unlock` and `coffre lock`: sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import typer

from coffre_cli.commands.arrivals import take_in_arrivals
from coffre_cli.commands.vaults import door, here, located, output, session_vault, trusted
from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=30)


def unlock(
    *,
    duration: Annotated[str, typer.Option("--for", help=_(N_("How long: 15m, 8h, 1d.")))] = "15m",
) -> None:
    """Open the safe for a while, in every shell of this user."""
    from coffre_cli.usecases.unlocking import unlock as hold_open

    span = _duration(duration)
    way = door()
    hold_open(way, span)
    with session_vault() as vault:
        if vault is not None:
            take_in_arrivals(vault, trusted)
    name = plain(way.located.descriptor.name)
    text = _(N_("The safe {name} is open for {duration}; `coffre lock` closes it at once.")).format(
        name=name, duration=duration
    )
    output().confirm(text, {"schema": "coffre.session/1", "vault": name, "seconds": int(span.total_seconds())})


def lock() -> None:
    """Close the safe at once, in every shell."""
    from coffre_cli.usecases.unlocking import lock as close

    found = located()
    close(here().state / "sessions", (found.descriptor.vault_id,))
    name = plain(found.descriptor.name)
    output().confirm(
        _(N_("The safe {name} is locked.")).format(name=name),
        {"schema": "coffre.session/1", "vault": name, "seconds": 0},
    )


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"\s*(\d{1,6})\s*([smhd]?)\s*", text)
    span = timedelta(**{_UNITS[match[2] or "m"]: int(match[1])}) if match else timedelta()
    if not timedelta() < span <= _LONGEST:
        raise InvalidValueError(value=text, what="--for", expected=N_("a time such as 15m, 8h or 1d, 30 days at most"))
    return span
