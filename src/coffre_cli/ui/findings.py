"""Findings as people and scripts see them (`coffre.finding/1`, `coffre.check/1`)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _, ngettext
from coffre_cli.ui.local import labelled
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import size_text
from coffre_cli.vault.check import Checkup
from coffre_cli.vault.check_model import Finding, Severity

_SEVERITIES = {
    Severity.LOSS: N_("loss"),
    Severity.DAMAGE: N_("damage"),
    Severity.WARNING: N_("warning"),
    Severity.NOTE: N_("note"),
}


def finding_json(finding: Finding, *, coffre: str, repaired: bool) -> dict[str, Json]:
    """Return the object of *finding*; *coffre* is what a shell must be given to mean this safe."""
    return {
        "schema": "coffre.finding/1",
        "code": finding.kind.code,
        "severity": finding.kind.severity.value,
        "message": _said(finding, finding.kind.message),
        "consequence": _said(finding, finding.kind.consequence),
        "command": _command(finding, coffre),
        "repaired": repaired,
        "facts": dict(finding.facts),
    }


def finding_text(finding: Finding, *, coffre: str, repaired: bool) -> str:
    """Return the lines that a person sees: what, what it means, what to type."""
    head = _(N_("repaired")) if repaired else _(_SEVERITIES[finding.kind.severity])
    lines = [labelled(head, _said(finding, finding.kind.message))]
    if not repaired:
        lines.append(f"  {_said(finding, finding.kind.consequence)}")
        lines.append(f"  {_(N_('type:'))} {plain(_command(finding, coffre))}")
    return "\n".join(lines)


def summary_json(checkup: Checkup) -> dict[str, Json]:
    """Return the closing object."""
    report = checkup.report
    return {
        "schema": "coffre.check/1",
        "clean": report.is_clean,
        "level": report.depth.level,
        "documents": report.documents,
        "verified": report.verified,
        "verified_bytes": report.verified_bytes,
        "findings": len(report.findings),
        "repaired": len(checkup.repaired),
    }


def summary_text(checkup: Checkup) -> str:
    """Return the closing line."""
    return " ".join(_summary(checkup))


def _summary(checkup: Checkup) -> Iterator[str]:
    report = checkup.report
    count = report.documents
    yield ngettext("{count} document checked.", "{count} documents checked.", count).format(count=count)
    if report.depth.data is not None:
        text = ngettext(
            "{count} file decrypted and compared ({size}).",
            "{count} files decrypted and compared ({size}).",
            report.verified,
        )
        yield text.format(count=report.verified, size=size_text(report.verified_bytes))
    grave = sum(one.is_grave for one in report.findings)
    if grave:
        yield ngettext("{count} thing is wrong.", "{count} things are wrong.", grave).format(count=grave)
    elif report.depth.data is None:
        yield _(N_("Every file is there, of its size; what is in them was not read: `coffre check --data` does."))
    else:
        yield _(N_("Everything that was read is what was written."))


def _said(finding: Finding, text: str) -> str:
    return _(text).format_map({name: plain(value) for name, value in finding.facts})


def _command(finding: Finding, coffre: str) -> str:
    """Return the line to paste: every fact in it quoted for a shell."""
    facts = {name: shlex.quote(value) for name, value in finding.facts}
    return finding.kind.command.format_map({**facts, "coffre": coffre})
