"""Depositing: the original first, durable; what can be made of it after (DESIGN section 2, «add»).

Files go in groups: each original is sealed, one commit makes the group last, then the group is converted side by side
and a second commit adds what came out. What was acknowledged has passed both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from coffre_cli.convert.convert import convert_all, convert_together, workers
from coffre_cli.convert.model import Conversion, Family, Ocr, Options
from coffre_cli.convert.model import Source as ConvertSource
from coffre_cli.convert.sniff import sniff
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError, FileMissingError, FileUnreadableError
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document, Progress, RecordId, Remark, Rendition, RenditionKind, Sha256, Source, no_progress
from coffre_cli.store import documents
from coffre_cli.usecases.errors import DigestMismatchError
from coffre_cli.usecases.intake import Input, Refused, title_of
from coffre_cli.usecases.terms import require_room, require_term
from coffre_cli.vault.change import Change
from coffre_cli.vault.errors import DuplicateDocumentError
from coffre_cli.vault.projections import MAXIMUM_WORDS
from coffre_cli.vault.session import Vault
from coffre_cli.worker.pool import Workers

GROUP_FILES = 64
GROUP_BYTES = 64 * 1024 * 1024
CHANGED_MEANWHILE = N_(
    "The file changed while it was deposited: what was first read is kept, without archive rendition."
)
NOT_WANTED = N_("No archive rendition was asked for; `coffre convert` makes it later.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to deposit."""

    title: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()
    ocr: Ocr = Ocr.AUTO
    original: bool = True
    """Keep the bytes as received."""
    archive: bool = True
    """Make the archive rendition now."""
    digest: bytes | None = None
    """The SHA-256 that the depositor expects."""
    move: bool = False
    duplicates: bool = False
    password: str | None = field(default=None, repr=False)
    """Opens the document itself."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """What became of one input."""

    name: str
    document: Document | None = None
    error: CoffreError | None = None
    duplicate_of: Document | None = None
    parent: RecordId | None = None
    """The mail or package it came in."""


@dataclass
class _Kept:
    """An original that is durable, waiting for what can be made of it."""

    source: Input
    document: Document
    parent: RecordId | None = None


def deposit(
    vault: Vault, found: Iterable[Input | Refused], wishes: Wishes, progress: Progress = no_progress
) -> Iterator[Deposited]:
    """Deposit *found*, one outcome each, in order; children of mails and packages follow their parent."""
    require_term(vault)
    with ExitStack() as stack:
        desk = _Desk(vault, wishes, progress, stack)
        for group in _groups(found):
            yield from desk.take(group)


def deposit_together(vault: Vault, sources: list[Input], wishes: Wishes) -> Deposited:
    """Deposit pictures as one document, in the order given; the joined PDF is the original.

    Raises:
        UnsupportedFormatError: One of them is no picture.
    """
    with ExitStack() as stack:
        desk = _Desk(vault, wishes, no_progress, stack)
        pages = [ConvertSource(source.path, source.name) for source in sources]
        conversion = convert_together(desk.pool(), pages, desk.options())
        stack.callback(conversion.discard)
        if conversion.archive is None:
            return Deposited(sources[0].name, error=DigestMismatchError(name=sources[0].name))
        joined = Input(conversion.archive, f"{title_of(sources[0].name)}.pdf", sources[0].folder)
        (outcome,) = desk.take([joined])
        if wishes.move and outcome.error is None:
            for source in sources:
                source.path.unlink(missing_ok=True)
        return outcome


class _Desk:
    """Takes groups of inputs, with workers that start when the first conversion needs them."""

    def __init__(self, vault: Vault, wishes: Wishes, progress: Progress, stack: ExitStack) -> None:
        self._vault = vault
        self._wishes = wishes
        self._progress = progress
        self._stack = stack
        self._pool: Workers | None = None
        self._done = 0

    def pool(self) -> Workers:
        if self._pool is None:
            self._pool = self._stack.enter_context(workers())
        return self._pool

    def options(self) -> Options:
        moment = self._vault.parts.around.clock()
        return Options(moment, ocr=self._wishes.ocr, password=self._wishes.password)

    def take(self, group: list[Input | Refused], parent: RecordId | None = None) -> Iterator[Deposited]:
        """Deposit one group: originals, commit, conversions, commit; then say so."""
        if not self._wishes.original:
            group = yield from self._take_converted(group, parent)
        outcomes: list[Deposited | _Kept] = []
        with self._vault.change() as change:
            known: dict[bytes, Document] = {}
            for source in group:
                outcomes.append(self._keep(change, source, known, parent))
                self._done += 1
                self._progress(self._done, None, source.name)
        kept = [outcome for outcome in outcomes if isinstance(outcome, _Kept)]
        converted = self._convert(kept) if self._wishes.archive else {}
        for outcome in outcomes:
            if isinstance(outcome, Deposited):
                yield outcome
                continue
            document, conversion = converted.get(outcome.document.id, (outcome.document, None))
            if self._wishes.move and outcome.parent is None:
                outcome.source.path.unlink(missing_ok=True)
            yield Deposited(outcome.source.name, document, parent=outcome.parent)
            if conversion is not None:
                yield from self._children(conversion, document, outcome.source.folder)
                conversion.discard()

    def _take_converted(
        self, group: list[Input | Refused], parent: RecordId | None
    ) -> Generator[Deposited, None, list[Input | Refused]]:
        """Deposit the archive renditions alone; return the inputs that have none and keep their original after all."""
        left: list[Input | Refused] = []
        for source in group:
            if isinstance(source, Refused) or sniff(source.path, source.name).family is Family.OTHER:
                left.append(source)
                continue
            (conversion,) = convert_all(self.pool(), [ConvertSource(source.path, source.name)], self.options())
            self._stack.callback(conversion.discard)
            if conversion.archive is None:
                left.append(source)
                continue
            yield self._keep_archive_only(source, conversion, parent)
        return left

    def _keep_archive_only(self, source: Input, conversion: Conversion, parent: RecordId | None) -> Deposited:
        digest = Sha256(bytes.fromhex(conversion.record.source_sha256))
        try:
            self._verify(source, digest, {})
        except CoffreError as error:
            return Deposited(source.name, error=error)
        with self._vault.change() as change:
            received = Source(source.name, conversion.kind.media_type, source.path.stat().st_size, digest)
            document = replace(self._document(change.new_record(), source, received, parent), remarks=())
            document = keep_conversion(change, document, conversion, operation=Operation.DEPOSIT)
        if self._wishes.move:
            source.path.unlink(missing_ok=True)
        return Deposited(source.name, document, parent=parent)

    def _document(self, record: RecordId, source: Input, received: Source, parent: RecordId | None) -> Document:
        return Document(
            id=record,
            title=self._wishes.title if self._wishes.title and parent is None else title_of(source.name),
            folder=source.folder,
            tags=self._wishes.tags,
            date=self._wishes.date,
            added=self._vault.parts.around.clock().replace(microsecond=0),
            source=received,
            renditions=(),
            remarks=() if self._wishes.archive else (Remark(NOT_WANTED),),
        )

    def _keep(
        self, change: Change, source: Input | Refused, known: dict[bytes, Document], parent: RecordId | None
    ) -> Deposited | _Kept:
        if isinstance(source, Refused):
            return Deposited(source.name, error=source.error)
        try:
            return self._seal(change, source, known, parent)
        except (CoffreError, OSError) as problem:
            error = problem if isinstance(problem, CoffreError) else unreadable(source.path, problem)
            if error.code.startswith("storage"):
                raise error from problem
            twin = known.get(_digest_of(error))
            return Deposited(source.name, error=error, duplicate_of=twin)

    def _seal(self, change: Change, source: Input, known: dict[bytes, Document], parent: RecordId | None) -> _Kept:
        self._refuse_known_twin(source, known)
        require_room(self._vault, source.path.stat().st_size)
        record = change.new_record()
        with source.path.open("rb", buffering=0) as file:
            written = change.keep(file, record)
        try:
            self._verify(source, written.sha256, known)
        except CoffreError:
            change.discard(written.blob)
            change.abandon(record)
            raise
        kind = sniff(source.path, source.name)
        original = Rendition(
            RenditionKind.ORIGINAL, written.blob, kind.media_type, written.size, written.sha256, None, kind.label
        )
        received = Source(source.name, kind.media_type, written.size, written.sha256)
        document = replace(self._document(record, source, received, parent), renditions=(original,))
        change.put_document(Operation.DEPOSIT, document, reveal=revealed(document), words="")
        known[written.sha256] = document
        return _Kept(source, document, parent)

    def _refuse_known_twin(self, source: Input, known: dict[bytes, Document]) -> None:
        """Refuse a duplicate before it is encrypted, when a document of its size makes it likely."""
        size = source.path.stat().st_size
        if self._wishes.duplicates or not documents.has_size(self._vault.index, size):
            return
        with source.path.open("rb") as file:
            self._refuse_twin(source, Sha256(hashlib.file_digest(file, "sha256").digest()), known)

    def _refuse_twin(self, source: Input, digest: Sha256, known: dict[bytes, Document]) -> None:
        record = documents.find_by_digest(self._vault.index, digest)
        twin = known.get(digest) or (self._vault.document(record) if record else None)
        if twin is not None and not self._wishes.duplicates:
            known[digest] = twin
            raise DuplicateDocumentError(
                name=source.name, title=twin.title, document=twin.id.hex(), sha256=digest.hex()
            )

    def _verify(self, source: Input, digest: Sha256, known: dict[bytes, Document]) -> None:
        if self._wishes.digest is not None and digest != self._wishes.digest:
            raise DigestMismatchError(name=source.name, expected=self._wishes.digest.hex(), found=digest.hex())
        self._refuse_twin(source, digest, known)

    def _convert(self, kept: list[_Kept]) -> dict[RecordId, tuple[Document, Conversion | None]]:
        wanted = [one for one in kept if sniff(one.source.path, one.source.name).family is not Family.OTHER]
        others = [one for one in kept if one not in wanted]
        if not kept:
            return {}
        sources = [ConvertSource(one.source.path, one.source.name) for one in wanted]
        conversions = convert_all(self.pool(), sources, self.options()) if sources else iter(())
        found: dict[RecordId, tuple[Document, Conversion | None]] = {}
        with self._vault.change() as change:
            for one, conversion in zip(wanted, conversions, strict=True):
                document = keep_conversion(change, one.document, conversion)
                found[one.document.id] = (document, conversion)
            for one in others:
                document = replace(one.document, remarks=(*one.document.remarks, without_archive(one.document)))
                change.put_document(Operation.CONVERT, document, reveal=revealed(document))
                found[one.document.id] = (document, None)
        return found

    def _children(self, conversion: Conversion, document: Document, folder: str) -> Iterator[Deposited]:
        inside: list[Input | Refused] = [Input(path, child.name, folder) for child, path in conversion.children]
        if inside:
            yield from self.take(inside, document.id)


def keep_conversion(
    change: Change, document: Document, conversion: Conversion, *, operation: Operation = Operation.CONVERT
) -> Document:
    """Keep what *conversion* made of *document* and say so; return the document as it is then."""
    renditions = [one for one in document.renditions if one.kind is RenditionKind.ORIGINAL]
    remarks, words = conversion.remarks, ""
    if conversion.record.source_sha256 not in {"", document.source.sha256.hex()}:
        remarks = (Remark(CHANGED_MEANWHILE),)
    else:
        renditions = [replace(renditions[0], pages=conversion.pages or None)] if renditions else []
        if conversion.archive is not None:
            renditions.append(_rendition(change, document, conversion, RenditionKind.ARCHIVE, conversion.archive))
        if conversion.text is not None:
            renditions.append(_rendition(change, document, conversion, RenditionKind.TEXT, conversion.text))
            words = conversion.text.read_text(encoding="utf-8", errors="replace")[:MAXIMUM_WORDS]
    converted = replace(document, renditions=tuple(renditions), remarks=remarks, signatures=conversion.signatures)
    change.put_document(operation, converted, reveal=revealed(converted), words=words)
    return converted


def without_archive(document: Document) -> Remark:
    """Return why a file of a kind that nothing converts has no archive rendition."""
    message = N_("Kept as it is, without archive rendition: coffre does not convert {format} files.")
    return Remark(message, (("format", document.shown.format),))


def revealed(document: Document) -> Mapping[str, Json]:
    """Return what the lines about *document* commit to; every digest with its algorithm."""
    digests = {rendition.kind.value: f"sha256:{rendition.sha256.hex()}" for rendition in document.renditions}
    return {
        "folder": document.folder,
        "name": document.source.name,
        "source": f"sha256:{document.source.sha256.hex()}",
        "title": document.title,
        **digests,
    }


def unreadable(path: Path, problem: OSError) -> CoffreError:
    """Return the error for a file that the system will not let us read."""
    shown = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(problem, FileNotFoundError):
        return FileMissingError(path=shown)
    return FileUnreadableError(path=shown, reason=problem.strerror or type(problem).__name__)


def _rendition(
    change: Change, document: Document, conversion: Conversion, kind: RenditionKind, path: Path
) -> Rendition:
    with path.open("rb", buffering=0) as file:
        written = change.keep(file, document.id)
    if kind is RenditionKind.TEXT:
        return Rendition(kind, written.blob, "text/plain; charset=utf-8", written.size, written.sha256, None, "text")
    pages, label = conversion.pages or None, conversion.format
    return Rendition(kind, written.blob, "application/pdf", written.size, written.sha256, pages, label)


def _groups(found: Iterable[Input | Refused]) -> Iterator[list[Input | Refused]]:
    group: list[Input | Refused] = []
    size = 0
    for one in found:
        group.append(one)
        size += one.path.stat().st_size if isinstance(one, Input) and one.path.exists() else 0
        if len(group) == GROUP_FILES or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _digest_of(error: CoffreError) -> bytes:
    found = error.facts.get("sha256")
    return bytes.fromhex(found) if isinstance(found, str) else b""
