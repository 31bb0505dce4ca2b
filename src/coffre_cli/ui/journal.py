"""Journal verdicts as people and scripts see them (`coffre.journal-verification/1`)."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.journal.event import actor_id
from coffre_cli.journal.export import JournalVerdict
from coffre_cli.ui.plain import plain

OPERATIONS = (
    N_("create"),
    N_("open_failed"),
    N_("unlock"),
    N_("lock"),
    N_("deposit"),
    N_("deposit.refused"),
    N_("convert"),
    N_("read"),
    N_("describe"),
    N_("list"),
    N_("search"),
    N_("count"),
    N_("show"),
    N_("status"),
    N_("move"),
    N_("rename"),
    N_("tag"),
    N_("destroy"),
    N_("check"),
    N_("repair"),
    N_("resume"),
    N_("password.changed"),
    N_("recover"),
    N_("rekey"),
    N_("journal.read"),
    N_("journal.exported"),
    N_("journal.verified"),
    N_("identity.created"),
    N_("identity.imported"),
    N_("identity.exported"),
    N_("identity.renewed"),
    N_("identity.read"),
    N_("sign"),
    N_("seal"),
    N_("sign.extended"),
    N_("verify"),
    N_("alarm.added"),
    N_("alarm.edited"),
    N_("alarm.done"),
    N_("alarm.snoozed"),
    N_("alarm.told"),
    N_("alarm.deleted"),
    N_("alarm.read"),
    N_("cover.created"),
    N_("cover.used"),
    N_("spool.taken"),
    N_("account.edited"),
    N_("account.read"),
    N_("configured"),
)
"""What events are called: in English by the words that `--op` takes."""


def operation_text(operation: str) -> str:
    """Return what *operation* is called; one of a newer coffre by its own word."""
    return plain(_(operation) if operation in OPERATIONS else operation)


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
