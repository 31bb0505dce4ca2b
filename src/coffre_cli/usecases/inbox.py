"""The watched folder: whatever lands there goes into the safe (C34); what cannot is put aside with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.errors import CoffreError, StorageFullError
from coffre_cli.intake.watch import claim, clean, give_back, look, reject, settled
from coffre_cli.usecases.covers import Stacks
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import Deposited, Input, Wishes, readable_name
from coffre_cli.vault.session import Vault

Pause = Callable[[], None]
"""Lets some time pass between two looks."""
Explain = Callable[[CoffreError], str]
"""Says in the user's language why a file was put aside."""


@dataclass(frozen=True, slots=True)
class Tray:
    """A watched folder, and how to deposit from it."""

    folder: Path
    target: str
    """The folder of the safe it stands for; subfolders follow."""
    wishes: Wishes
    explain: Explain


def empty_once(vault: Vault, tray: Tray, pause: Pause) -> Iterator[Deposited]:
    """Deposit every file that is complete; one that still grows waits for the next time."""
    give_back(tray.folder)
    before = look(tray.folder)
    if not before:
        return
    pause()
    for path in settled(before, look(tray.folder)):
        claimed = claim(tray.folder, path)
        if claimed is not None:
            yield from _take(vault, tray, path, claimed)
    clean(tray.folder)


def _take(vault: Vault, tray: Tray, path: Path, claimed: Path) -> Iterator[Deposited]:
    """Deposit one file; it leaves the tray only when what came of it is durable."""
    inside = path.relative_to(tray.folder)
    place = clean_folder(f"{tray.target}/{readable_name(str(inside.parent))}")
    source = Input(claimed.absolute(), readable_name(path.name), place)
    problem: CoffreError | None = None
    with Stacks(vault) as stacks:
        for outcome in deposit(vault, stacks.expand([source]), tray.wishes):
            if outcome.error is not None and outcome.parent is None:
                problem = outcome.error
            yield outcome
        stacks.finish(remove=False)
    if isinstance(problem, StorageFullError):
        claimed.rename(path)
        raise problem
    if problem is not None:
        reject(tray.folder, claimed, inside, tray.explain(problem))
    else:
        claimed.unlink(missing_ok=True)
