"""How a deposit is told, whichever way it came in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from coffre_cli.commands.batches import report
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _
from coffre_cli.ui.documents import document_json, document_line
from coffre_cli.ui.local import labelled
from coffre_cli.ui.output import Output, remark_text
from coffre_cli.ui.plain import plain

if TYPE_CHECKING:
    from coffre_cli.usecases.intake import Deposited


def show_deposit(shown: Output, outcome: Deposited) -> ExitCode:
    """Tell what became of one input, once it is durable; return its exit code."""
    more: dict[str, Json] = {} if outcome.parent is None else {"parent": outcome.parent.hex()}
    if outcome.duplicate_of is not None:
        more["duplicate_of"] = outcome.duplicate_of.id.hex()
    if outcome.error is not None and outcome.parent is not None and outcome.duplicate_of is not None:
        text = _(N_("{name}, found inside, is here already as « {title} »; it was not kept again."))
        shown.warn(text.format(name=plain(outcome.name), title=plain(outcome.duplicate_of.title)))
        return ExitCode.DONE
    if outcome.error is not None:
        report(outcome.error)
        return outcome.error.exit_code
    if outcome.document is not None:
        if shown.as_json:
            shown.item(document_json(outcome.document, **more))
        elif not shown.quiet:
            shown.result(_(N_("deposited {document}")).format(document=document_line(outcome.document)))
            sys.stdout.flush()
            for remark in outcome.document.remarks:
                shown.warn(labelled(plain(outcome.document.title), remark_text(remark)))
        made = outcome.document.conversion
        if made is not None and not all(control.passed for control in made.controls):
            return ExitCode.PARTIAL  # the document is there, but not the faithful copy of it: the paper must stay
    return ExitCode.DONE
