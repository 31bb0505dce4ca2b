"""Signing and sealing: files beside themselves, documents back into the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import CoffreError, FileMissingError, WouldOverwriteError
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, Remark
from coffre_cli.signing.cryptoki import AskPin
from coffre_cli.signing.errors import NotAPdfError
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.signing.request import SigningRequest
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.find import resolve
from coffre_cli.usecases.identities import Holder, KeptIdentity, identity_for
from coffre_cli.usecases.intake import Input, Wishes, readable_name
from coffre_cli.usecases.retrieve import chosen_rendition, file_name, take_to
from coffre_cli.vault.session import Vault
from coffre_cli.worker.directory import private_directory

if TYPE_CHECKING:
    from coffre_cli.signing.extension import Means

SUFFIX = "-signed"
EXTENDED_SUFFIX = "-extended"
MADE_NOW = N_("No certificate yet: one was made for {name}.")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be signed, and how."""

    kind: IdentityKind
    request: SigningRequest
    identity: str | None = None
    output: Path | None = None
    """A file for one input, a folder for several; None: beside each file."""
    keep: bool = False
    force: bool = False
    ask_pin: AskPin | None = None
    """Gives the PIN, when the key is on a token."""


@dataclass(frozen=True, slots=True)
class Target:
    """One PDF to sign: a file, or a document of the vault."""

    shown: str
    file: Path | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one input."""

    source: str
    output: Path | None = None
    document: Document | None = None
    """The signed document in the vault, when it was kept."""
    signer: str = ""
    field: str = ""
    level: str = ""
    remarks: tuple[Remark, ...] = ()
    error: CoffreError | None = None
    skipped: bool = False
    sealed: bool = False
    """By an organisation."""


def targets(vault: Vault, names: list[str]) -> Iterator[Target | Signed]:
    """Yield what *names* name: an existing file, the PDFs of an existing folder, else a document."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            found = (one for one in sorted(path.rglob("*")) if one.suffix.lower() == ".pdf" and one.is_file())
            made = (SUFFIX, EXTENDED_SUFFIX)
            yield from (Target(str(one), file=one) for one in found if not one.stem.endswith(made))
        elif path.exists():
            yield Target(name, file=path)
        else:
            yield _document_or_error(vault, name)


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

        def stroke(source: Path, target: Path) -> _Done:
            done = pen.sign(source, target)
            return _Done(done.field, done.level, (*remarks, *done.remarks))

        desk = _Desk(vault, order, operation, kept, stroke, private, SUFFIX)
        yield from desk.take(list(targets(vault, names)))


def extend(vault: Vault, names: list[str], order: Order, means: Means) -> Iterator[Signed]:
    """Add validation data and a document timestamp to what *names* name, one outcome each."""
    from coffre_cli.signing.pades import extend_pdf

    def stroke(source: Path, target: Path) -> _Done:
        found = extend_pdf(source, target, means)
        last = found.signatures[-1]
        return _Done(last.field, next((one.level for one in found.signatures if one.level), "") or "", found.remarks)

    with private_directory() as private:
        desk = _Desk(vault, order, Operation.EXTEND, None, stroke, private, EXTENDED_SUFFIX)
        yield from desk.take(list(targets(vault, names)))


@dataclass(frozen=True, slots=True)
class _Done:
    """What one stroke of the pen did."""

    field: str
    level: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Desk:
    vault: Vault
    order: Order
    operation: Operation
    kept: KeptIdentity | None
    stroke: Callable[[Path, Path], _Done]
    private: Path
    suffix: str

    def take(self, found: list[Target | Signed]) -> Iterator[Signed]:
        """Yield one outcome for each of *found*; a failure stops nothing."""
        for one in found:
            if isinstance(one, Signed):
                yield one
                continue
            try:
                yield self._take(one, several=len(found) > 1)
            except CoffreError as error:
                yield Signed(one.shown, error=error)

    def _take(self, target: Target, *, several: bool) -> Signed:
        """Sign one input: into a file when it is a file or an output is named, into the vault when it is kept."""
        source = target.file or self._copy_of(target)
        output = self._output(target, several=several)
        if several and (bears := self._bears_it(source, output)) is not None:
            return Signed(target.shown, output=bears, signer=self._signer(), skipped=True)
        if output is not None and output.exists() and not self.order.force:
            raise WouldOverwriteError(path=output)
        keep = self.order.keep or (target.document is not None and output is None)
        place = output or self.private / f"{source.stem}{self.suffix}.pdf"
        done = self.stroke(source, place)
        document = self._deposit(place, target) if keep else None
        self._journal(target, place)
        sealed = self.operation is Operation.SEAL
        return Signed(
            target.shown, output, document, self._signer(), done.field, done.level, done.remarks, sealed=sealed
        )

    def _signer(self) -> str:
        return self.kept.identity.name if self.kept else ""

    def _bears_it(self, source: Path, output: Path | None) -> Path | None:
        """Return the file that bears this identity's signature already: the source itself, or its output."""
        from coffre_cli.signing.already import is_signed_by

        for path in (source, output):
            if self.kept is None or path is None or not path.is_file():
                continue
            begins_alike = path == source or path.read_bytes().startswith(source.read_bytes())
            if begins_alike and is_signed_by(path, self.kept.identity):
                return path
        return None

    def _output(self, target: Target, *, several: bool) -> Path | None:
        wanted = self.order.output
        if wanted is None:
            path = target.file.with_name(f"{target.file.stem}{self.suffix}.pdf") if target.file else None
        elif several or wanted.is_dir():
            wanted.mkdir(parents=True, exist_ok=True)
            path = wanted / (target.file.name if target.file else f"{target.shown}.pdf")
        else:
            path = wanted
        return path

    def _copy_of(self, target: Target) -> Path:
        if target.document is None:
            raise FileMissingError(path=target.shown)
        rendition = chosen_rendition(target.document, original=False)
        if rendition.media_type != "application/pdf":
            raise NotAPdfError(path=target.document.title, name=target.document.title)
        copy = self.private / file_name(target.document, rendition)
        take_to(self.vault, target.document, rendition, copy, force=True)
        return copy

    def _deposit(self, signed: Path, target: Target) -> Document:
        origin = target.document
        folder = origin.folder if origin else ""
        title = f"{origin.title}{self.suffix}" if origin else None  # two documents of one title answer to none
        wishes = Wishes(title=title, tags=origin.tags if origin else (), duplicates=True)
        name = readable_name(signed.name)
        (outcome,) = deposit(self.vault, [Input(signed, name, folder)], wishes)
        if outcome.document is None:
            raise outcome.error or FileMissingError(path=str(signed))
        return outcome.document

    def _journal(self, target: Target, signed: Path) -> None:
        import hashlib

        with signed.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        record, kind = (self.kept.record, RecordKind.IDENTITY) if self.kept else (None, RecordKind.VAULT)
        if target.document is not None:
            record, kind = target.document.id, RecordKind.DOCUMENT
        with self.vault.change() as change:
            change.act(
                self.operation,
                record=record,
                kind=kind,
                facts={"by": self.kept.record.hex() if self.kept else None},
                reveal={"signed": f"sha256:{digest}", "name": readable_name(Path(target.shown).name)},
            )


def _document_or_error(vault: Vault, name: str) -> Target | Signed:
    try:
        document = resolve(vault, name)
    except CoffreError as error:
        shown: CoffreError = FileMissingError(path=name) if Path(name).suffix.lower() == ".pdf" else error
        return Signed(name, error=shown)
    return Target(document.title, document=document)
