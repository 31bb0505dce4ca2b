"""Checking a vault, and repairing it: also one that no longer opens."""

from __future__ import annotations

from coffre_cli.errors import CoffreError
from coffre_cli.journal.event import Operation
from coffre_cli.store.index import open_index
from coffre_cli.usecases.unlocking import Door, offered_payload
from coffre_cli.vault.change import Change
from coffre_cli.vault.check import Checkup, Depth, Report, examine
from coffre_cli.vault.descriptor import descriptor_of
from coffre_cli.vault.missed import remember_missed
from coffre_cli.vault.parts import Parts, assemble
from coffre_cli.vault.repair import repair


def check(door: Door, depth: Depth, *, mend: bool) -> Checkup:
    """Look as deep as *depth* says; with *mend* repair what has a second copy, and look again.

    Raises:
        WrongPasswordError, LockedError: The secret is not at hand.
        DescriptorDamagedError: No copy of `vault.json` is signed by the log key that the slot names.
    """
    payload = offered_payload(door)
    descriptor, layout = descriptor_of(door.around.disk, door.located.layout, payload.log_key)
    parts = assemble(descriptor, layout, payload, door.around)
    report = examine(parts, depth)
    if not mend or not report.findings:
        _note(parts, report)
        return Checkup(report)
    problem = None
    try:
        repair(parts, report.findings)
    except CoffreError as error:
        problem = error
    after = examine(parts, Depth())  # level 1 looks again at every blob that could not be read
    repaired = tuple(one for one in report.findings if one not in after.findings)
    report.findings = after.findings
    _note(parts, report)
    return Checkup(report, repaired, problem)


def _note(parts: Parts, report: Report) -> None:
    """Write the check into the journal; when the vault cannot take it now, at its next opening.

    A vault in which something grave is wrong is not written to: an older history would become the one last seen.
    """
    if any(one.is_grave for one in report.findings):
        remember_missed(parts.around.state, parts.vault_id, Operation.CHECK, parts.around.clock())
        return
    try:
        index = open_index(parts.index, parts.keychain.index, parts.vault_id)
        try:
            change = Change(parts, index)
            facts = {"level": report.depth.level, "findings": len(report.findings), "verified": report.verified}
            change.act(Operation.CHECK, facts=facts)
            change.commit()
        finally:
            index.close()
    except CoffreError:
        remember_missed(parts.around.state, parts.vault_id, Operation.CHECK, parts.around.clock())
