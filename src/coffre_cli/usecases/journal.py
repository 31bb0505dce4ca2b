"""The journal: reading it, exporting it, verifying it."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from coffre_cli.crypto.stream import open_sealed
from coffre_cli.errors import (
    CoffreError,
    FileMissingError,
    FileUnreadableError,
    InvalidValueError,
    WouldOverwriteError,
)
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import NO_LEAF, Frontier, leaf_hash
from coffre_cli.journal.checkpoint import origin, read_checkpoint, sign_checkpoint
from coffre_cli.journal.commitments import disclosed
from coffre_cli.journal.event import Body, Operation, body_context, moment, read_body, read_line
from coffre_cli.journal.export import Disclosed, ExportHeader, JournalVerdict, verify_export, write_export
from coffre_cli.model import RecordId
from coffre_cli.store import events
from coffre_cli.store.errors import LogDamagedError
from coffre_cli.store.events import IndexedEvent
from coffre_cli.store.padded import ByteSink
from coffre_cli.usecases.find import resolve
from coffre_cli.usecases.retrieve import written_whole
from coffre_cli.vault.fold import verified_line
from coffre_cli.vault.projections import epoch
from coffre_cli.vault.session import Vault

NOTHING, EVERYTHING = "none", "all"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One event, with what its holder may know of it."""

    number: int
    at: datetime
    operation: str
    record: RecordId
    told: tuple[tuple[str, str], ...]
    """What the disclosures say: name and value."""


def list_events(vault: Vault, *, name: str | None, operation: str | None, since: str | None) -> list[JournalEntry]:
    """Return the events asked for; reading the journal is an event, too.

    Raises:
        InvalidValueError: *operation* is none that is ever written.
    """
    if operation is not None and operation not in set(Operation):
        near = difflib.get_close_matches(operation, list(Operation), n=3) or ["deposit", "read", "sign"]
        raise InvalidValueError(value=operation, what="--op", expected=", ".join(near))
    found = events.events_of(vault.index, resolve(vault, name).id) if name else events.events(vault.index)
    entries = [
        _entry(vault, event)
        for event in found
        if (operation is None or event.operation == operation) and (since is None or event.at >= since)
    ]
    vault.note(Operation.JOURNAL_READ, facts={"found": len(entries)})
    return entries


def export(vault: Vault, target: Path, disclose: tuple[str, ...], *, force: bool, standard_output: ByteSink) -> int:
    """Write the journal to *target* with the disclosures of the documents named (or all, or none); return its size.

    Raises:
        WouldOverwriteError: *target* exists, and *force* is not given.
    """
    to_stdout = str(target) == "-"
    if not to_stdout and target.exists() and not force:
        raise WouldOverwriteError(path=target)
    wanted = None if EVERYTHING in disclose else {resolve(vault, name).id for name in disclose if name != NOTHING}
    vault.note(Operation.JOURNAL_EXPORT)
    parts = vault.parts
    head = vault.index.head()  # others go on writing: what is exported ends here
    tree = Frontier.from_bytes(head.tree)
    name = origin(vault.id, epoch(vault.index))
    header = ExportHeader(vault.id, parts.keychain.signing.public, name, moment(parts.around.clock()))
    lines = (event.line for event in _until(vault, head.number))
    notes = [sign_checkpoint(name, tree, parts.keychain.signing)]
    with contextlib.nullcontext(standard_output) if to_stdout else written_whole(target) as file:
        for row in write_export(header, lines, _disclosures(vault, wanted, head.number), notes):
            file.write(memoryview(row))
    return head.number


def verify_file(path: Path) -> JournalVerdict:
    """Return the verdict on the export at *path*; no vault is needed.

    Raises:
        FileMissingError, FileUnreadableError: It cannot be read.
    """
    try:
        return verify_export(path.read_bytes())
    except FileNotFoundError:
        raise FileMissingError(path=str(path)) from None
    except OSError as error:
        raise FileUnreadableError(path=str(path), reason=error.strerror or "?") from error


def verify_vault(vault: Vault) -> JournalVerdict:
    """Return the verdict on the vault's own log, read from its first byte, and journal the verification."""
    verdict = _verify_log(vault)
    vault.note(Operation.JOURNAL_VERIFY, facts={"intact": verdict.intact})
    return verdict


def _verify_log(vault: Vault) -> JournalVerdict:
    key = vault.parts.keychain.signing.public
    known = vault.index.head()  # others go on writing: the log must lead there, and may go on
    tree, leaf, checkpoints, arrived = Frontier(), NO_LEAF, 0, not known.number
    problem: CoffreError | None = None
    try:
        for frame in vault.parts.log.frames():
            for stored in frame.events:
                verified_line(stored, number=tree.size + 1, after=leaf)
                leaf = leaf_hash(stored.line)
                tree = tree.append([leaf])
                arrived = arrived or (tree.size, leaf) == (known.number, known.leaf)
            checkpoint = read_checkpoint(frame.note, key)
            if (checkpoint.size, checkpoint.root) != (tree.size, tree.root()):
                raise LogDamagedError(offset=frame.offset, reason=N_("checkpoint"))
            checkpoints += 1
    except CoffreError as error:
        problem = error
    if problem is None and arrived:
        return JournalVerdict(tree.size, tree.size, tree.root(), checkpoints, key)
    reason = N_("the log does not hold what was written")
    return JournalVerdict(max(known.number, tree.size), tree.size, tree.root(), checkpoints, key, tree.size + 1, reason)


def _entry(vault: Vault, event: IndexedEvent) -> JournalEntry:
    line = read_line(event.line)
    body = _body(vault, event)
    told = [disclosed(one) for one in body.disclosures] if body else []
    pairs = tuple((one.name, str(one.value)) for one in told if one is not None)
    return JournalEntry(line.number, line.at, line.operation, line.record, pairs)


def _until(vault: Vault, last: int) -> Iterator[IndexedEvent]:
    return takewhile(lambda event: event.number <= last, events.events(vault.index))


def _disclosures(vault: Vault, wanted: set[RecordId] | None, last: int) -> Iterator[Disclosed]:
    if wanted is not None and not wanted:
        return
    for event in _until(vault, last):
        body = _body(vault, event) if wanted is None or event.record in wanted else None
        for one in body.disclosures if body else ():
            yield Disclosed(event.number, one)


def _body(vault: Vault, event: IndexedEvent) -> Body | None:
    owner = RecordId(vault.id) if event.operation == Operation.DESTROY else event.record
    key = events.record_key(vault.index, owner)
    if key is None or event.sealed_body is None or event.number < key.number:
        return None
    return read_body(open_sealed(key.key.reveal(), body_context(vault.id, owner, event.number), event.sealed_body))
