"""Files that come in by themselves: each becomes its document once, however often it is offered.

A source names the record that it becomes, its pieces records that follow from it: whatever a kill interrupted is
offered again, and what the journal has seen is passed over, even if it was deleted since.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from coffre_cli.errors import CoffreError
from coffre_cli.intake.coversheet import Sheet
from coffre_cli.model import Progress, RecordId, no_progress
from coffre_cli.store import events
from coffre_cli.usecases.covers import Stacks
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.intake import Deposited, Input, Refused, Wishes
from coffre_cli.usecases.originals import waits
from coffre_cli.vault.session import Vault


@dataclass
class Taken:
    """What became of one source, all of it durable."""

    source: Input
    outcomes: list[Deposited] = field(default_factory=list)
    """Empty when it had been deposited before."""
    unfollowed: list[Sheet] = field(default_factory=list)
    """Cover sheets in it that were left where they are."""

    @property
    def problem(self) -> CoffreError | None:
        """Why it, or a piece of it, was not taken; what came out of a mail or a package is not asked."""
        return next((one.error for one in self.outcomes if one.error is not None and one.parent is None), None)


def take(vault: Vault, sources: Sequence[Input], wishes: Wishes, progress: Progress = no_progress) -> list[Taken]:
    """Deposit *sources* together, in few commits; on return what was taken is durable and covers are counted."""
    taken = [Taken(source) for source in sources]
    offered: list[Taken] = []
    known: list[RecordId] = []
    with Stacks(vault) as stacks:

        def pieces() -> Iterator[Input | Refused]:
            for one in taken:
                for piece in stacks.expand([one.source]):
                    if isinstance(piece, Input) and piece.record is not None and _is_known(vault, piece.record):
                        known.append(piece.record)
                    else:
                        offered.append(one)
                        yield piece
                one.unfollowed = [sheet for _name, sheet in stacks.seen]
                stacks.seen.clear()

        number = -1
        for outcome in deposit(vault, pieces(), wishes, progress):
            number += outcome.parent is None
            offered[number].outcomes.append(outcome)
        stacks.finish(remove=False)
    if wishes.archive:
        _convert_the_interrupted(vault, known)
    return taken


def _is_known(vault: Vault, record: RecordId) -> bool:
    return next(events.events_of(vault.index, record), None) is not None


def _convert_the_interrupted(vault: Vault, known: Sequence[RecordId]) -> None:
    """Make what a kill between the original and its conversion left to be made; what fails is made by hand."""
    found = (vault.document(record) for record in known)
    waiting = [one.id for one in found if one is not None and waits(one)]
    if not waiting:
        return
    from coffre_cli.usecases.conversion import converting

    with converting(vault) as again:
        for record in waiting:
            with contextlib.suppress(CoffreError):
                again(record.hex())
