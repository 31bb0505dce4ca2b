"""The desk where batches are signed: what is signed, where it goes, what is kept and written into the journal."""

from __future__ import annotations

import hashlib
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from coffre_cli.errors import CoffreError, FileMissingError, UsageError, WouldOverwriteError
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document
from coffre_cli.signing.errors import NotAPdfError
from coffre_cli.usecases.deadlines import close_deadlines, keep_deadline
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.identities import KeptIdentity
from coffre_cli.usecases.intake import Input, Wishes, readable_name
from coffre_cli.usecases.retrieve import chosen_rendition, file_name, take_to
from coffre_cli.usecases.signing_order import EXTENDED_SUFFIX, STDIN, SUFFIX, Order, Signed, Stroke, Target
from coffre_cli.vault.change import Change
from coffre_cli.vault.session import Vault

TOGETHER = 16
"""Signatures whose events are one commit: each alone would cost as much as the signature. Told only once it is made."""


Strokes = Callable[[Iterable[tuple[Path, Path]]], Iterator[Stroke | CoffreError]]
"""Signs each source into its target, one outcome each, in order."""


class NotAPdfYetError(NotAPdfError):
    """The document of the safe has no PDF to sign."""

    code = NotAPdfError.code
    message = N_("« {path} » has no PDF in the safe; only a PDF can carry a signature.")
    hint = N_("`coffre convert` makes one of it, if it can be.")


@dataclass(frozen=True, slots=True)
class _Job:
    """One input under way."""

    target: Target
    source: Path
    output: Path | None
    """Where the user finds it; None: in the vault, or on standard output."""
    place: Path
    """Where it is written."""


@dataclass(frozen=True, slots=True)
class _Act:
    """A signature that the journal does not know yet."""

    signed: Signed
    target: Target
    digest: str
    place: Path


class Desk:
    """One batch."""

    def __init__(
        self,
        vault: Vault,
        order: Order,
        operation: Operation,
        kept: KeptIdentity | None,
        strokes: Strokes,
        private: Path,
    ) -> None:
        """Prepare; *private* is a directory for what never lies elsewhere in the clear."""
        self._vault, self._order, self._operation, self._kept = vault, order, operation, kept
        self._strokes, self._private = strokes, private
        self._suffix = EXTENDED_SUFFIX if operation is Operation.EXTEND else SUFFIX
        self._done: deque[_Job | Signed] = deque()
        """In the order of the inputs: outcomes, and jobs whose outcome is awaited."""
        self._unwritten: list[Signed | _Act] = []

    def take(self, inputs: Iterable[Target | Signed]) -> Iterator[Signed]:
        """Yield one outcome for each of *inputs*, in order; a failure stops nothing."""
        found = list(inputs)
        if len(found) > 1 and self._order.stdout is not None:
            raise UsageError(reason=N_("Only one document goes to standard output."), command="sign")
        if len(found) > 1 and self._order.output is not None and _is_file_name(self._order.output):
            reason = N_("Several documents go to a folder: give `-o` the name of one.")
            raise UsageError(reason=reason, command="sign")
        try:
            for stroke in self._strokes(self._jobs(found)):
                self._settle()
                job = self._done.popleft()
                if isinstance(job, _Job):
                    self._unwritten.append(self._outcome(job, stroke))
                if len(self._unwritten) >= self._together:
                    yield from self._written()
            self._settle()
            yield from self._written()
        finally:
            self._written()

    @property
    def _together(self) -> int:
        """Return how many outcomes wait for each other; with an authority each takes long enough to be told."""
        return TOGETHER if self._order.request.timestamper is None else 1

    def _jobs(self, found: list[Target | Signed]) -> Iterator[tuple[Path, Path]]:
        for one in found:
            job = one if isinstance(one, Signed) else self._job(one, several=len(found) > 1)
            self._done.append(job)
            if isinstance(job, _Job):
                yield job.source, job.place

    def _settle(self) -> None:
        """Move on the outcomes that stand before the next job."""
        while self._done and isinstance(self._done[0], Signed):
            self._unwritten.append(self._done.popleft())  # type: ignore[arg-type]  # just looked at

    def _job(self, target: Target, *, several: bool) -> _Job | Signed:
        try:
            source = target.file or self._copy_of(target)
            output = self._output(target, several=several)
            if several and (bears := self._bears_it(source, output)) is not None:
                return Signed(target.shown, output=bears, signer=self._signer, skipped=True, sealed=self._seals)
            if output is not None and output.exists() and not self._order.force:
                raise WouldOverwriteError(path=output)
        except CoffreError as error:
            return Signed(target.shown, error=error)
        return _Job(target, source, output, output or self._private / f"{source.stem}{self._suffix}.pdf")

    @property
    def _signer(self) -> str:
        return self._kept.identity.name if self._kept else ""

    @property
    def _seals(self) -> bool:
        return self._operation is Operation.SEAL

    def _outcome(self, job: _Job, stroke: Stroke | CoffreError) -> Signed | _Act:
        target = job.target
        if isinstance(stroke, CoffreError):
            return Signed(target.shown, error=_as_typed(stroke, target))
        document = None
        if self._order.keep or (target.document is not None and job.output is None and self._order.stdout is None):
            try:
                document = self._deposit(job.place, target)
            except CoffreError as error:
                return Signed(target.shown, job.output, error=error)
            self._set_deadline(document, target, stroke)
        with job.place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        signed = Signed(target.shown, job.output, document, self._signer, stroke.field, stroke.level, stroke.remarks)
        return _Act(replace(signed, sealed=self._seals), target, digest, job.place)

    def _written(self) -> list[Signed]:
        """Write the acts into the journal, as one commit; return all outcomes that may be told now."""
        acts = [one for one in self._unwritten if isinstance(one, _Act)]
        told = [one.signed if isinstance(one, _Act) else one for one in self._unwritten]
        self._unwritten.clear()
        if acts:
            with self._vault.change() as change:
                for act in acts:
                    self._write(change, act)
        for act in acts:
            if self._order.stdout is not None:
                with act.place.open("rb") as file:
                    shutil.copyfileobj(file, self._order.stdout, 1 << 20)
                self._order.stdout.flush()
        return told

    def _write(self, change: Change, act: _Act) -> None:
        record, kind = (self._kept.record, RecordKind.IDENTITY) if self._kept else (None, RecordKind.VAULT)
        told_of = act.signed.document or act.target.document  # what quotes a document dies with its key
        if told_of is not None:
            record, kind = told_of.id, RecordKind.DOCUMENT
        change.act(
            self._operation,
            record=record,
            kind=kind,
            facts={"by": self._kept.record.hex() if self._kept else None},
            reveal={"signed": f"sha256:{act.digest}", "name": readable_name(Path(act.target.shown).name)},
        )

    def _set_deadline(self, document: Document, target: Target, stroke: Stroke) -> None:
        """Have an alarm tell when the proof of *document* ends; the one of what it prolongs has been heard."""
        if stroke.protected_until is None:
            return
        keep_deadline(self._vault, document, stroke.protected_until, self._order.deadline_label)
        if self._operation is Operation.EXTEND and target.document is not None:
            close_deadlines(self._vault, target.document)

    def _bears_it(self, source: Path, output: Path | None) -> Path | None:
        """Return the file that bears this identity's signature already: the source itself, or its output."""
        from coffre_cli.signing.already import is_signed_by

        for path in (source, output):
            if self._kept is None or path is None or not path.is_file():
                continue
            begins_alike = path == source or path.read_bytes().startswith(source.read_bytes())
            if begins_alike and is_signed_by(path, self._kept.identity):
                return path
        return None

    def _output(self, target: Target, *, several: bool) -> Path | None:
        wanted = self._order.output
        if self._order.stdout is not None:
            path = None
        elif wanted is None:
            path = target.file.with_name(f"{target.file.stem}{self._suffix}.pdf") if target.file else None
        elif several or wanted.is_dir():
            wanted.mkdir(parents=True, exist_ok=True)
            path = wanted / (target.file.name if target.file else f"{target.shown}.pdf")
        else:
            wanted.parent.mkdir(parents=True, exist_ok=True)
            path = wanted
        return path

    def _copy_of(self, target: Target) -> Path:
        if target.document is None:
            return self._standard_input()
        rendition = chosen_rendition(target.document, original=False)
        if rendition.media_type != "application/pdf":
            raise NotAPdfYetError(path=target.document.title)
        copy = self._private / file_name(target.document, rendition)
        take_to(self._vault, target.document, rendition, copy, force=True)
        return copy

    def _standard_input(self) -> Path:
        if self._order.stdin is None:
            raise FileMissingError(path=STDIN)
        path = self._private / "stdin.pdf"
        with path.open("wb") as file:
            while piece := self._order.stdin.read(1 << 20):
                file.write(piece)
        return path

    def _deposit(self, signed: Path, target: Target) -> Document:
        origin = target.document
        folder = origin.folder if origin else ""
        title = f"{origin.title}{self._suffix}" if origin else None  # two documents of one title answer to none
        wishes = Wishes(title=title, tags=origin.tags if origin else (), duplicates=True, trust=self._order.trust)
        name = readable_name(signed.name)
        (outcome,) = deposit(self._vault, [Input(signed.absolute(), name, folder)], wishes)
        if outcome.document is None:
            raise outcome.error or FileMissingError(path=str(signed))
        return outcome.document


def _is_file_name(path: Path) -> bool:
    return not path.is_dir() and (path.exists() or path.suffix.lower() == ".pdf")


def _as_typed(error: CoffreError, target: Target) -> CoffreError:
    """Return *error* about what the user typed, when it names the private copy of it."""
    if target.file is not None or "path" not in error.facts:
        return error
    return type(error)(**error.facts | {"path": target.shown})
