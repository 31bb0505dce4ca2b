"""What came in by itself, and how it is told: sealed deposits, watched folders, sheets that were not followed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from coffre_cli.commands.context import settings
from coffre_cli.i18n import N_, _, ngettext
from coffre_cli.ui.failures import hint, sentence
from coffre_cli.ui.output import Output
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar

if TYPE_CHECKING:
    from coffre_cli.intake.coversheet import Sheet
    from coffre_cli.model import Document
    from coffre_cli.signing.trust_roots import Trust
    from coffre_cli.usecases.spooling import TakenIn
    from coffre_cli.vault.session import Vault

UNFOLLOWED = {
    "unknown": N_(
        "a cover sheet in {name} is not of this safe; its page was kept, and what follows it not filed by it"
    ),
    "expired": N_("a cover sheet in {name} has expired; its page was kept, and what follows it not filed by it"),
    "spent": N_("a cover sheet in {name} was used before; its page was kept, and what follows it not filed by it"),
    "revoked": N_("a cover sheet in {name} was revoked; its page was kept, and what follows it not filed by it"),
}
_SHOWN = 5
"""Arrivals that are named one by one."""


def take_in_arrivals(vault: Vault, trust: Callable[[], Trust]) -> None:
    """Take in what was sealed while the vault was locked, with a bar of its own; whoever watches is told.

    *trust* says whom to believe about signatures.
    """
    from coffre_cli.vault.spool_key import count_waiting

    layout = vault.parts.layout
    if not count_waiting(layout):
        return
    from coffre_cli.usecases.spooling import take_in

    chosen = settings()
    with ProgressBar(quiet=chosen.quiet or chosen.as_json) as bar:
        bar.expect(lambda: count_waiting(layout))
        result = take_in(vault, bar, trust)
    _tell(Output(chosen.as_json, chosen.quiet, chosen.verbose), result)


def warn_unfollowed(shown: Output, name: str, sheet: Sheet) -> None:
    """Say which sheet was left where it is, and why."""
    shown.warn(_(UNFOLLOWED[sheet.value]).format(name=plain(name)))


def _tell(shown: Output, result: TakenIn) -> None:
    documents = [one.document for taken in result.taken for one in taken.outcomes if one.document is not None]
    if documents and sys.stderr.isatty():  # cron mails news, and this is none
        _tell_documents(shown, documents)
    for taken in result.taken:
        for sheet in taken.unfollowed:
            warn_unfollowed(shown, taken.source.name, sheet)
        if taken.problem is not None:
            shown.warn(sentence(taken.problem))
    for problem in result.aside:
        shown.warn(f"{sentence(problem)} {hint(problem)}")
    if result.left is not None:
        reason = sentence(result.left)
        shown.warn(_(N_("sealed deposits still wait to be taken in: {reason}")).format(reason=reason))


def _tell_documents(shown: Output, documents: list[Document]) -> None:
    from coffre_cli.ui.documents import document_line

    count = len(documents)
    text = ngettext(
        "{count} document came in while the safe was locked:",
        "{count} documents came in while the safe was locked:",
        count,
    )
    shown.say(text.format(count=count))
    for document in documents[:_SHOWN]:
        shown.say(f"  {document_line(document)}")
    if count > _SHOWN:
        shown.say("  …")
