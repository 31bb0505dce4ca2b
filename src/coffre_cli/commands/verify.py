"""`coffre verify`: received documents."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from coffre_cli.commands.batches import report
from coffre_cli.commands.context import now
from coffre_cli.commands.document_password import document_password
from coffre_cli.commands.options import DocumentPasswordOption
from coffre_cli.commands.standard import is_dash, require_free, require_pipe, standard_input, standard_output
from coffre_cli.commands.vaults import here, output, session_vault
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError, ExitCode, InvalidValueError, UsageError
from coffre_cli.i18n import N_, _, ngettext
from coffre_cli.signing.verdict import Conclusion
from coffre_cli.ui.batch import worst_code
from coffre_cli.ui.documents import local_time, timestamp
from coffre_cli.ui.journal import journal_verdict_json, journal_verdict_text
from coffre_cli.ui.local import labelled, local_day
from coffre_cli.ui.output import Output
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.ui.verdicts import verification_json, verification_text
from coffre_cli.usecases.trust import kept_lists, trust_of
from coffre_cli.usecases.verify import Question, Verified, files_under, roots_in
from coffre_cli.usecases.verify import verify as verify_all


def verify(
    files: Annotated[list[str], typer.Argument(metavar="FILE|DIR|-…", help=_(N_("What was received.")))],
    *,
    trust: Annotated[list[Path] | None, typer.Option(metavar="PEM", help=_(N_("Believe this root, too.")))] = None,
    document_password_fd: DocumentPasswordOption = None,
    diff: Annotated[
        Path | None, typer.Option(metavar="DIR", help=_(N_("Write pictures of pages that changed.")))
    ] = None,
    extract: Annotated[
        Path | None, typer.Option(metavar="PATH", help=_(N_("Write the exact version signed; - is standard output.")))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))] = False,
    at: Annotated[str | None, typer.Option(metavar="DATE", help=_(N_("Judge certificates as of that moment.")))] = None,
) -> None:
    """Say what the signatures of received documents are worth.

    It needs no safe and no password.
    """
    shown = output() if not is_dash(extract) else replace(output(), aside=True)
    _require_place(files, extract, force=force)
    more = tuple(root for path in trust or () for root in roots_in(path))
    with ExitStack() as stack:
        question = Question(
            trust=trust_of(here().roots, here().trusted, more),
            now=now(),
            at=_moment(at),
            password=document_password(document_password_fd),
            diff=diff,
            extract=standard_output(stack) if is_dash(extract) else extract,
            force=force,
        )
        _warn_of_old_lists(shown)
        codes = _judge(shown, files, question, stack)
    raise typer.Exit(worst_code(codes) if codes else ExitCode.NOTHING_TO_VERIFY)


def _judge(shown: Output, files: list[str], question: Question, stack: ExitStack) -> list[ExitCode]:
    """Tell the verdict on each of *files*; return their codes."""
    progress = stack.enter_context(ProgressBar(quiet=shown.quiet or shown.as_json))
    names = [str(standard_input(stack)) if is_dash(name) else name for name in files]
    typed = dict(zip(names, files, strict=True))
    folders = any(Path(name).is_dir() for name in names)
    vault = stack.enter_context(session_vault())
    codes, unsigned = [], 0
    for number, outcome in enumerate(verify_all(files_under(names), question, vault), 1):
        progress(number, None, outcome.file)
        codes.append(_show(shown, replace(outcome, file=typed.get(outcome.file, outcome.file)), in_folder=folders))
        unsigned += codes[-1] is ExitCode.NOTHING_TO_VERIFY
    if folders and unsigned:
        shown.result(
            ngettext("{count} file is not signed", "{count} files are not signed", unsigned).format(count=unsigned)
        )
    return codes


def _require_place(files: list[str], extract: Path | None, *, force: bool) -> None:
    """Refuse at once what could not be written at the end.

    Raises:
        UsageError: Several versions would go to one place, or bytes to a terminal.
        WouldOverwriteError: Something is there.
    """
    if extract is None:
        return
    if len(files) > 1 or Path(files[0]).is_dir():
        reason = _(N_("`--extract` writes the version that one file had: name one file."))
        raise UsageError(reason=reason, command="verify")
    if is_dash(extract):
        require_pipe("--extract FILE")
    require_free(extract, force=force)


def _warn_of_old_lists(shown: Output) -> None:
    for one in kept_lists(here().trusted):
        if one.next_update is not None and one.next_update < now():
            text = _(N_("The trusted list {territory} is out of date since {day}: `coffre trust update FILE`."))
            shown.warn(text.format(territory=plain(one.territory), day=local_day(one.next_update.date())))


def _show(shown: Output, outcome: Verified, *, in_folder: bool) -> ExitCode:
    if outcome.error is not None:
        report(outcome.error)
        if outcome.verification is None:
            return outcome.error.exit_code
    if outcome.journal is not None:
        verdict = outcome.journal
        text = labelled(plain(outcome.file), journal_verdict_text(verdict))
        shown.show(text, journal_verdict_json(verdict, Path(outcome.file)))
        return ExitCode.DONE if verdict.intact else ExitCode.ALTERED
    found = outcome.verification
    if found is None:
        raise CoffreError
    deposit: Json = None
    if outcome.deposit is not None:
        document = outcome.deposit.document
        deposit = {"document": document.id.hex(), "added": timestamp(document.added), "event": outcome.deposit.event}
    shown.item(verification_json(found, outcome.file, deposit))
    if not (in_folder and found.conclusion is Conclusion.NONE):
        for line in verification_text(found, outcome.file):
            shown.result(line)
        if outcome.deposit is not None:
            text = _(N_("  Deposited in this safe on {day}, as « {title} »."))
            document = outcome.deposit.document
            shown.result(text.format(day=local_time(document.added), title=plain(document.title)))
    sys.stdout.flush()
    if outcome.error is not None and found.exit_code is ExitCode.DONE:  # valid, but not all that was asked for is done
        return outcome.error.exit_code
    return found.exit_code


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(value=text, what="--at", expected=N_("a moment such as 2026-11-21")) from None
    return found.astimezone(UTC)
