"""Deposits while the vault is locked: sealed into its spool, taken in as soon as somebody opens it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.model import Ocr
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError, ExitCode, StorageFailedError, StorageFullError
from coffre_cli.journal.event import Operation, moment
from coffre_cli.model import Progress, no_progress
from coffre_cli.store.errors import EntryAlteredError
from coffre_cli.store.fs import guarded
from coffre_cli.store.spool import EntryId, Slip, SpoolFolder
from coffre_cli.usecases.arrivals import Taken, take
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import Input, Wishes, readable_name, unreadable
from coffre_cli.usecases.terms import require_term, room
from coffre_cli.vault.errors import DuplicateDocumentError
from coffre_cli.vault.session import Vault
from coffre_cli.vault.spool import Letterbox, record_of, set_aside, taking_in
from coffre_cli.worker.directory import private_directory

if TYPE_CHECKING:
    from coffre_cli.signing.trust_roots import Trust

GROUP = 16
GROUP_BYTES = 256 * 1024 * 1024
"""Entries that are taken in together: they lie in clear in a private directory meanwhile."""
_LATEST = 2**40
"""Seconds: no file is younger."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that waits in the spool for the vault to be opened."""

    name: str
    folder: str
    size: int
    entry: EntryId


@dataclass
class TakenIn:
    """What became of the entries that waited."""

    taken: list[Taken] = field(default_factory=list)
    aside: list[CoffreError] = field(default_factory=list)
    """Entries that are none: they lie in the quarantine."""
    left: CoffreError | None = None
    """Why the rest still waits."""


def seal(box: Letterbox, source: Input, wishes: Wishes, entry: EntryId) -> Sealed:
    """Seal the file *source* for the owner of *box*, durable on return.

    Raises:
        FileUnreadableError: The system will not let us read it.
        EntryTooLargeError, SourceChangedError: It cannot be sealed, or not now.
    """
    try:
        with source.path.open("rb", buffering=0) as file:
            found = os.fstat(file.fileno())
            sealed = moment(box.around.clock())
            slip = Slip(source.name, source.folder, found.st_size, int(found.st_mtime), sealed, wishes.ocr)
            box.put(file, slip, entry)
    except OSError as problem:
        raise unreadable(source.path, problem) from problem
    return Sealed(source.name, source.folder, found.st_size, entry)


def take_in(vault: Vault, progress: Progress = no_progress, trust: Callable[[], Trust] | None = None) -> TakenIn:
    """Deposit what waits in the spool of *vault*; what cannot be taken stays there or is set aside, and is said.

    *trust* says whom to believe about signatures. An entry is removed only after its documents are durable; killed in
    between, it is recognised the next time.
    """
    result = TakenIn()
    with contextlib.ExitStack() as stack:
        try:
            spool = stack.enter_context(taking_in(vault.parts))
            if spool is None:
                return result
            vault.catch_up()
            require_term(vault)
            for before, group in _groups(spool):
                _take_safely(vault, spool, group, result, Wishes(trust=trust), _from(before, progress))
        except (CoffreError, OSError) as problem:
            result.left = problem if isinstance(problem, CoffreError) else unreadable(vault.parts.layout.spool, problem)
    return result


def _from(before: int, progress: Progress) -> Progress:
    return lambda done, total, label: progress(before + done, total, label)


def _groups(spool: SpoolFolder) -> Iterator[tuple[int, list[EntryId]]]:
    """Yield groups of entries, each with the number of those before it."""
    group: list[EntryId] = []
    size = 0
    entries = spool.entries()
    for number, entry in enumerate(entries, 1):
        group.append(entry)
        size += spool.path(entry).lstat().st_size
        if len(group) == GROUP or size >= GROUP_BYTES:
            yield number - len(group), group
            group, size = [], 0
    if group:
        yield len(entries) - len(group), group


def _take_safely(
    vault: Vault, spool: SpoolFolder, entries: list[EntryId], result: TakenIn, wishes: Wishes, progress: Progress
) -> None:
    """Take *entries*; one that nothing here was made for is found, set aside, and keeps nobody out of the vault."""
    try:
        _take_group(vault, spool, entries, result, wishes, progress)
    except (CoffreError, OSError):
        raise
    except Exception as problem:  # noqa: BLE001 - strangers write here: nothing of theirs may end an opening
        if len(entries) == 1:
            reason = type(problem).__name__
            _put_aside(vault, spool, entries[0], EntryAlteredError(entry=entries[0].hex(), reason=reason), result)
        else:
            for entry in entries:
                _take_safely(vault, spool, [entry], result, wishes, progress)


def _take_group(
    vault: Vault, spool: SpoolFolder, entries: list[EntryId], result: TakenIn, wishes: Wishes, progress: Progress
) -> None:
    slips = sorted(_slips(vault, spool, entries, result), key=lambda one: (one[1].sealed, one[1].name))
    needed = sum(slip.size for _entry, slip in slips)
    with private_directory(needed=needed) as private:
        for ocr in Ocr:
            group = {
                entry: source
                for entry, slip in slips
                if _ocr(slip) is ocr and (source := _opened(vault, spool, entry, slip, private, result)) is not None
            }
            _deposit_group(vault, spool, group, replace(wishes, ocr=ocr), result, progress)


def _slips(vault: Vault, spool: SpoolFolder, entries: list[EntryId], result: TakenIn) -> Iterator[tuple[EntryId, Slip]]:
    left = room(vault)
    for entry in entries:
        try:
            slip = spool.read(entry, vault.parts.keychain.spool)
            left.take(slip.size)
            yield entry, slip
        except EntryAlteredError as error:
            _put_aside(vault, spool, entry, error, result)
        except CoffreError as error:
            result.left = error


def _opened(
    vault: Vault, spool: SpoolFolder, entry: EntryId, slip: Slip, private: Path, result: TakenIn
) -> Input | None:
    """Return the document of *entry*, in clear in *private*; its names are those of a stranger."""
    name = readable_name(slip.name).replace("/", "_") or "?"
    path = private / entry.hex()
    try:
        with guarded(path), path.open("wb") as file:
            spool.copy_to(file, entry, vault.parts.keychain.spool)
    except EntryAlteredError as error:
        path.unlink(missing_ok=True)
        _put_aside(vault, spool, entry, error, result)
        return None
    seconds = min(max(slip.modified, 0), _LATEST)
    os.utime(path, (seconds, seconds))
    return Input(path, name, clean_folder(slip.folder), record_of(vault.id, entry))


def _deposit_group(
    vault: Vault,
    spool: SpoolFolder,
    group: dict[EntryId, Input],
    wishes: Wishes,
    result: TakenIn,
    progress: Progress,
) -> None:
    if not group:
        return
    finished = []
    for entry, taken in zip(group, take(vault, list(group.values()), wishes, progress), strict=True):
        problem = taken.problem
        if problem is not None and _may_pass(problem):
            result.left = problem
        else:
            finished.append((entry, taken))
    _say_taken(vault, finished)
    for entry, taken in finished:
        if taken.problem is None or isinstance(taken.problem, DuplicateDocumentError):
            spool.remove(entry)
        else:
            set_aside(vault.parts, spool, entry)
        taken.source.path.unlink(missing_ok=True)
        result.taken.append(taken)


def _put_aside(vault: Vault, spool: SpoolFolder, entry: EntryId, error: CoffreError, result: TakenIn) -> None:
    facts: list[Json] = [{"entry": entry.hex(), "outcome": error.code}]
    with vault.change() as change:
        change.act(Operation.SPOOL_TAKE, facts={"entries": facts})
    set_aside(vault.parts, spool, entry)
    result.aside.append(error)


def _say_taken(vault: Vault, finished: list[tuple[EntryId, Taken]]) -> None:
    """Write into the journal which entries became what, before they are removed."""
    facts: list[Json] = [
        {
            "entry": entry.hex(),
            "outcome": taken.problem.code if taken.problem else "deposited",
            "documents": [one.document.id.hex() for one in taken.outcomes if one.document is not None],
        }
        for entry, taken in finished
        if taken.outcomes
    ]
    if facts:
        with vault.change() as change:
            change.act(Operation.SPOOL_TAKE, facts={"entries": facts})


def _may_pass(problem: CoffreError) -> bool:
    """Tell whether the same entry may be taken another time."""
    return isinstance(problem, StorageFullError | StorageFailedError) or problem.exit_code in {
        ExitCode.QUOTA,
        ExitCode.VAULT_BUSY,
        ExitCode.TRY_LATER,
    }


def _ocr(slip: Slip) -> Ocr:
    return Ocr(slip.ocr) if slip.ocr in tuple(Ocr) else Ocr.AUTO
