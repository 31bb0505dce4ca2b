"""What `coffre add` does, whoever read the line: the parser, or `commands.direct` without it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.commands.arrivals import warn_unfollowed
from coffre_cli.commands.context import local_zone, now
from coffre_cli.commands.deposits import show_deposit
from coffre_cli.commands.document_password import document_keys, document_password
from coffre_cli.commands.vaults import here, opened_vault, output, trusted
from coffre_cli.convert.model import Ocr, Profile
from coffre_cli.errors import ExitCode, InvalidValueError, UsageError
from coffre_cli.i18n import N_, _
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.output import remark_text
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.configuration import read_settings
from coffre_cli.usecases.dates import document_date
from coffre_cli.usecases.faithful import checked
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import Input, Refused, Wishes, count_files, inputs
from coffre_cli.usecases.organise import clean_tags
from coffre_cli.values import frozen, replace

if TYPE_CHECKING:
    from coffre_cli.usecases.intake import Deposited
    from coffre_cli.vault.session import Vault


NOTHING_LEFT = N_("`--no-original` and `--no-archive` together would keep nothing.")
NO_COPY = N_("A faithful copy is an archive rendition: leave `--no-archive` out.")
ONLY_THE_JOINED = N_(
    "`--move` would leave nothing of the pictures but the joined PDF; add `--no-original` to accept that."
)


@frozen
class Asked:
    """The options of `add`, as they were typed."""

    folder: str | None = None
    title: str | None = None
    date: str | None = None
    tag: Sequence[str] = ()
    alarm: Sequence[str] = ()
    ocr: Ocr = Ocr.AUTO
    no_original: bool = False
    no_archive: bool = False
    digest: str | None = None
    move: bool = False
    allow_duplicate: bool = False
    one_document: bool = False
    copy_profile: Profile = Profile.ORDINARY
    document_password_fd: int | None = None


def deposit_files(sources: Sequence[Path], asked: Asked) -> ExitCode:
    """Deposit *sources* as *asked*, telling of each; return the code of the whole."""
    wishes = _wishes(asked)
    target = clean_folder(
        asked.folder if asked.folder is not None else read_settings(here().settings).get("folder", "")
    )
    shown = output()
    with ExitStack() as stack, ProgressBar(quiet=shown.quiet or shown.as_json) as progress:
        wishes = replace(wishes, keys=document_keys(progress))
        paths = [_read_stdin(path, asked.title, stack) for path in sources]
        progress.expect(partial(count_files, paths))
        found = inputs(paths, target, lambda remark: shown.warn(remark_text(remark)))
        with opened_vault(progress) as vault:
            deposit = _together if asked.one_document else _each
            outcomes = deposit(vault, found, wishes, progress)
            codes = [show_deposit(shown, _with_alarms(vault, outcome, asked.alarm)) for outcome in outcomes]
    return batch_code(codes)


def _wishes(asked: Asked) -> Wishes:
    """Return how to deposit.

    Raises:
        UsageError, InvalidValueError: What was asked makes no sense.
    """
    wishes = Wishes(
        title=asked.title,
        date=document_date(asked.date),
        tags=clean_tags(tuple(asked.tag)),
        ocr=asked.ocr,
        original=not asked.no_original,
        archive=not asked.no_archive,
        digest=_digest(asked.digest),
        move=asked.move,
        duplicates=asked.allow_duplicate,
        password=document_password(asked.document_password_fd),
        profile=asked.copy_profile,
        trust=trusted,
    )
    _refuse_nonsense(wishes, one_document=asked.one_document)
    _refuse_impossible(asked.alarm)
    return wishes


def _refuse_nonsense(wishes: Wishes, *, one_document: bool) -> None:
    if not wishes.original and not wishes.archive:
        raise UsageError(reason=_(NOTHING_LEFT), command="add")
    if one_document and wishes.move and wishes.original:
        raise UsageError(reason=_(ONLY_THE_JOINED), command="add")
    if wishes.profile is Profile.FIDELE and not wishes.archive:
        raise UsageError(reason=_(NO_COPY), command="add")


def _each(vault: Vault, found: Iterable[Input | Refused], wishes: Wishes, progress: ProgressBar) -> Iterator[Deposited]:
    """Deposit each file, stacks with cover sheets split at these."""
    from coffre_cli.journal.event import RecordKind
    from coffre_cli.store.events import count_records
    from coffre_cli.usecases.deposit import deposit

    if not count_records(vault.index, RecordKind.COVER):  # nothing to split at: 15 ms of reading symbols saved
        yield from deposit(vault, checked(found, wishes, now()), wishes, progress)
        return
    from coffre_cli.usecases.covers import Stacks

    failed = False
    with Stacks(vault) as stacks:
        for outcome in deposit(vault, checked(stacks.expand(found), wishes, now()), wishes, progress):
            failed = failed or outcome.error is not None
            yield outcome
        stacks.finish(remove=wishes.move and not failed)
        for name, sheet in stacks.seen:
            warn_unfollowed(output(), name, sheet)


def _together(
    vault: Vault, found: Iterable[Input | Refused], wishes: Wishes, _progress: ProgressBar
) -> Iterator[Deposited]:
    """Deposit the pictures joined, or say which of them cannot be."""
    from coffre_cli.usecases.deposit import deposit_together
    from coffre_cli.usecases.intake import Deposited

    pages = list(checked(found, wishes, now()))
    refused = [Deposited(one.name, error=one.error) for one in pages if isinstance(one, Refused)]
    yield from refused
    if not refused and pages:
        yield deposit_together(vault, [one for one in pages if isinstance(one, Input)], wishes)


def _refuse_impossible(alarms: Sequence[str]) -> None:
    """Refuse an alarm that cannot be, before anything is deposited."""
    if alarms:
        from coffre_cli.alarms.typed import parse_labelled

        for alarm in alarms:
            parse_labelled(alarm)


def _with_alarms(vault: Vault, outcome: Deposited, alarms: Sequence[str]) -> Deposited:
    if alarms and outcome.document is not None and outcome.parent is None:
        from coffre_cli.usecases.alarms import attach

        for alarm in alarms:
            attach(vault, outcome.document, alarm, zone=local_zone())
    return outcome


def _digest(text: str | None) -> bytes | None:
    if text is None:
        return None
    match = re.fullmatch(r"(?:sha256:)?([0-9a-fA-F]{64})", text.strip())
    if match is None:
        raise InvalidValueError(value=text, what="--digest", expected=N_("sha256: and 64 hexadecimal digits"))
    return bytes.fromhex(match[1])


def _read_stdin(path: Path, title: str | None, stack: ExitStack) -> Path:
    """Give standard input a file: conversion and retry need one; private, in memory where there is such a place."""
    if str(path) != "-":
        return path
    from coffre_cli.worker.directory import private_directory

    file = stack.enter_context(private_directory()) / (title or "stdin").replace("/", "_")[:100]
    with file.open("wb") as sink:
        while block := sys.stdin.buffer.read(1 << 20):
            sink.write(block)
    return file
