"""Journal verdicts as people and scripts see them (`coffre.journal-verification/1`)."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.journal.event import actor_id
from coffre_cli.journal.export import JournalVerdict


def journal_verdict_json(verdict: JournalVerdict, file: Path | None) -> dict[str, Json]:
    """Return the object of *verdict*."""
    return {
        "schema": "coffre.journal-verification/1",
        "file": None if file is None else str(file),
        "intact": verdict.intact,
        "events": verdict.events,
        "size": verdict.size,
        "root": verdict.root.hex(),
        "first_bad": verdict.first_bad,
        "reason": _(verdict.reason) if verdict.reason else None,
        "checkpoints": verdict.checkpoints,
        "log_key": verdict.log_key.hex(),
        "timestamps": [],
    }


def journal_verdict_text(verdict: JournalVerdict) -> str:
    """Return the sentences that a person reads; they say what was checked, and what was not."""
    if not verdict.intact:
        if verdict.first_bad:
            text = _(N_("The journal was ALTERED: event {number} is the first that does not fit ({reason})."))
        else:
            text = _(N_("This journal cannot be verified: {reason}."))
        return text.format(number=verdict.first_bad, reason=_(verdict.reason))
    lines = (
        _(N_("The journal is intact: {events} events, each linked to the one before.")),
        _(N_("Checkpoints verified: {checkpoints}.")),
        _(N_("Log key {key}: compare it with one you had from elsewhere.")),
        _(N_("Dates are declared by the depositor's computer; no third party attests them.")),
    )
    key = actor_id(verdict.log_key)
    return "\n".join(line.format(events=verdict.events, checkpoints=verdict.checkpoints, key=key) for line in lines)
