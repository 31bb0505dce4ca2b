"""From the scanner straight into the safe (C33)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.errors import CoffreError
from coffre_cli.intake.coversheet import Sheet
from coffre_cli.intake.join import Joined, PageLook, join_pages, look_at_pages
from coffre_cli.intake.scanner import ScanWish, Told, scan
from coffre_cli.usecases.covers import Stacks
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.faithful import checked
from coffre_cli.usecases.intake import Deposited, Input, Wishes
from coffre_cli.vault.session import Vault
from coffre_cli.worker.pool import Workers, task


@dataclass(frozen=True, slots=True)
class Batch:
    """What lies in a private directory after scanning."""

    pages: list[Path]
    stopped: CoffreError | None = None
    """Why it stopped early; the pages before it are whole."""


def scan_batch(wish: ScanWish, directory: Path, told: Told) -> Batch:
    """Scan into *directory*; a fault after some pages gives those pages and says why it stopped.

    Raises:
        FeederEmptyError, ScannerError: Not a single page was scanned.
    """
    try:
        return Batch(scan(wish, directory, told))
    except CoffreError as error:
        pages = sorted(page for page in directory.glob("page*.tif") if page.stat().st_size)
        if not error.facts.get("pages"):
            raise
        return Batch(pages[: int(str(error.facts["pages"]))], error)


def look_at(pages: Sequence[Path]) -> tuple[PageLook, ...]:
    """Return how each of *pages* looks."""
    with Workers(1, preload=("coffre_cli.intake.join",)) as pool:
        return pool.run(task(look_at_pages, tuple(str(page) for page in pages)))


def file_pages(
    vault: Vault, pages: list[Path], target: Input, wishes: Wishes, *, drop_blank: bool
) -> Iterator[Deposited | Joined | Sheet]:
    """Join *pages*, split them at their cover sheets, deposit.

    First what was joined, then each document, then the sheets that were not followed.
    """
    with ExitStack() as stack:
        pool = stack.enter_context(Workers(1, preload=("coffre_cli.intake.join",)))
        directory = pool.fresh_directory()
        names = tuple(str(page) for page in pages)
        job = task(join_pages, names, str(directory), drop_blank=drop_blank)
        joined = pool.run(job.inside(directory))
        yield joined
        source = Input(directory / joined.file, f"{target.name}.tif", target.folder)
        stacks = stack.enter_context(Stacks(vault))
        yield from deposit(vault, checked(stacks.expand([source]), wishes, vault.parts.around.clock()), wishes)
        stacks.finish(remove=False)
        yield from (sheet for _name, sheet in stacks.seen)
