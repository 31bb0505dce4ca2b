"""Signing, sealing and prolonging: files beside themselves, documents back into the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.model import Remark
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.usecases.identities import Holder, identity_for
from coffre_cli.usecases.signing_desk import Desk
from coffre_cli.usecases.signing_order import Order, Signed, Stroke, targets
from coffre_cli.vault.session import Vault
from coffre_cli.worker.directory import private_directory

if TYPE_CHECKING:
    from coffre_cli.signing.extension import Means

MADE_NOW = N_("No certificate yet: one was made for {name}.")


def sign(vault: Vault, names: list[str], order: Order, holder: Holder) -> Iterator[Signed]:
    """Sign what *names* name, one outcome each; one key and one unlock serve them all.

    In a batch, what bears this signature already is skipped: a batch that was stopped is simply typed again.

    Raises:
        NoOrganisationError: A seal is wanted and no organisation is known.
    """
    from coffre_cli.signing.pades import Pen

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
