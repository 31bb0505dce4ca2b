"""Signing, sealing and prolonging: files beside themselves, documents back into the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.model import Remark
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.store.events import event
from coffre_cli.usecases.identities import Holder, identity_for
from coffre_cli.usecases.signing_desk import Desk
from coffre_cli.usecases.signing_order import Order, Signed, Stroke, targets
from coffre_cli.vault.session import Vault
from coffre_cli.worker.directory import private_directory

if TYPE_CHECKING:
    from coffre_cli.signing.extension import Means

TOLERANCE = timedelta(minutes=10)
"""A clock set right may step back by so much."""
MADE_NOW = N_("No certificate yet: one was made for {name}.")


class ClockBehindError(CoffreError):
    """The clock shows a time before the last event of the vault."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The clock of this computer says {now}, which is before the last event of the safe ({last}).")
    hint = N_("Set the clock, then sign: the date of a signature is read for years.")


def sign(vault: Vault, names: list[str], order: Order, holder: Holder) -> Iterator[Signed]:
    """Sign what *names* name, one outcome each; one key and one unlock serve them all.

    In a batch, what bears this signature already is skipped: a batch that was stopped is simply typed again.

    Raises:
        NoOrganisationError: A seal is wanted and no organisation is known.
        ClockBehindError: The computer's clock shows a time that the vault has seen pass.
    """
    from coffre_cli.signing.pades import Pen

    _require_clock(vault, order.request.now)
    kept = identity_for(vault, order.kind, order.identity, holder)
    remarks = (Remark(MADE_NOW, (("name", kept.identity.name),)),) if kept.made_now else ()
    operation = Operation.SIGN if order.kind is IdentityKind.PERSON else Operation.SEAL
    with Pen(kept.identity, order.request, order.ask_pin) as pen, private_directory() as private:

        def strokes(jobs: Iterable[tuple[Path, Path]]) -> Iterator[Stroke | CoffreError]:
            for done in pen.sign_each(jobs):
                if isinstance(done, CoffreError):
                    yield done
                else:
                    yield Stroke(done.field, done.level, (*remarks, *done.remarks), done.protected_until)

        desk = Desk(vault, order, operation, kept, strokes, private)
        yield from desk.take(targets(vault, names))


def _require_clock(vault: Vault, now: datetime) -> None:
    """Refuse to write a date into a signature that is known to be wrong."""
    last = event(vault.index, vault.index.head().number)
    if last is not None and datetime.fromisoformat(last.at) - now > TOLERANCE:
        raise ClockBehindError(now=now.isoformat(timespec="minutes"), last=last.at)


def extend(vault: Vault, names: list[str], order: Order, means: Means) -> Iterator[Signed]:
    """Add validation data and a document timestamp to what *names* name, one outcome each."""
    from coffre_cli.signing.pades import extend_pdf

    def stroke(source: Path, target: Path) -> Stroke | CoffreError:
        try:
            found = extend_pdf(source, target, means)
        except CoffreError as error:
            return error
        level = next((one.level for one in found.signatures if one.level), "") or ""
        return Stroke(found.signatures[-1].field, level, found.remarks, found.protected_until)

    with private_directory() as private:
        desk = Desk(vault, order, Operation.EXTEND, None, _one_by_one(stroke), private)
        yield from desk.take(targets(vault, names))


def _one_by_one(
    stroke: Callable[[Path, Path], Stroke | CoffreError],
) -> Callable[[Iterable[tuple[Path, Path]]], Iterator[Stroke | CoffreError]]:
    return lambda jobs: (stroke(source, target) for source, target in jobs)
