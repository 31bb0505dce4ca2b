"""The watched folder: whatever lands there goes into the safe (C34); what cannot is put aside with the reason.

While the safe is locked, each file is sealed into its spool instead, and becomes a document at the next opening.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coffre_cli.errors import CoffreError, StorageFailedError, StorageFullError
from coffre_cli.intake.watch import Claim, claim, claims, finish, give_back, look, reject, settled
from coffre_cli.model import Clock, Progress, RandomBytes, no_progress
from coffre_cli.store.errors import SourceChangedError, VaultBusyError
from coffre_cli.store.fs import Disk
from coffre_cli.store.spool import EntryId
from coffre_cli.usecases.arrivals import Taken, take
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import Input, Wishes, readable_name
from coffre_cli.usecases.spooling import Sealed, seal
from coffre_cli.vault.errors import VaultChangedError
from coffre_cli.vault.session import Vault
from coffre_cli.vault.spool import Letterbox, record_of

GROUP = 16
"""Files that are deposited together."""
Pause = Callable[[], None]
"""Lets some time pass between two looks."""
Explain = Callable[[CoffreError], str]
"""Says in the user's language why a file was put aside."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Tray:
    """A watched folder, and how to deposit from it."""

    folder: Path
    target: str
    """The folder of the safe it stands for; subfolders follow."""
    wishes: Wishes
    explain: Explain
    clock: Clock
    stopped: Callable[[], bool] = _never
    """Whether to end after the files at hand."""
    disk: Disk = field(default_factory=Disk)
    random: RandomBytes = os.urandom


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was put aside."""

    name: str
    error: CoffreError
    place: Path


def is_anything_there(tray: Tray) -> bool:
    """Tell whether there is anything to look at twice."""
    return bool(look(tray.folder) or claims(tray.folder))


def ready(tray: Tray, pause: Pause) -> list[Path]:
    """Return the files that are complete; one that still grows waits for the next time."""
    before = look(tray.folder)
    if before:
        pause()
    return settled(before, look(tray.folder), tray.clock()) if before else []


def deposit_files(
    vault: Vault, tray: Tray, files: Sequence[Path], progress: Progress = no_progress
) -> Generator[Taken | Refusal, None, None]:
    """Deposit *files*, and what an interrupted watcher had begun, a few together; each leaves when it is durable."""
    for group in _groups(tray, files):
        sources = [_source(tray, one, vault) for one in group]
        for one, taken in zip(group, take(vault, sources, tray.wishes, progress), strict=True):
            yield taken
            problem = taken.problem
            if isinstance(problem, StorageFullError | StorageFailedError):
                raise problem
            if problem is None:
                finish(tray.disk, tray.folder, one)
            else:
                yield _refused(tray, one, problem)


def seal_files(box: Letterbox, tray: Tray, files: Sequence[Path]) -> Generator[Sealed | Refusal, None, None]:
    """Seal *files*, and what an interrupted watcher had begun, one by one; each leaves when it is durable."""
    for group in _groups(tray, files, size=1):
        for one in group:
            try:
                yield seal(box, _source(tray, one), tray.wishes, EntryId(one.id))
                finish(tray.disk, tray.folder, one)
            except SourceChangedError:
                give_back(tray.disk, tray.folder, one)
            except (StorageFullError, StorageFailedError, VaultBusyError, VaultChangedError):
                give_back(tray.disk, tray.folder, one)
                raise
            except CoffreError as problem:
                yield _refused(tray, one, problem)


def _groups(tray: Tray, files: Sequence[Path], size: int = GROUP) -> Iterator[list[Claim]]:
    """Yield claims, taken just before they are needed: what is not begun stays where it is."""
    resumed = claims(tray.folder)
    for start in range(0, len(resumed), size):
        if not tray.stopped():
            yield resumed[start : start + size]
    for start in range(0, len(files), size):
        if tray.stopped():
            return
        found = (claim(tray.disk, tray.folder, path, tray.random) for path in files[start : start + size])
        yield [one for one in found if one is not None]


def _source(tray: Tray, one: Claim, vault: Vault | None = None) -> Input:
    place = clean_folder(f"{tray.target}/{readable_name(str(one.inside.parent))}")
    record = None if vault is None else record_of(vault.id, EntryId(one.id))
    return Input(one.path.absolute(), readable_name(one.inside.name), place, record)


def _refused(tray: Tray, one: Claim, problem: CoffreError) -> Refusal:
    place = reject(tray.disk, tray.folder, one, tray.explain(problem))
    return Refusal(readable_name(one.inside.name), problem, place)
