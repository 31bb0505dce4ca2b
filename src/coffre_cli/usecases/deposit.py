"""Depositing: the original first, durable; what can be made of it after (DESIGN section 2, «add»).

Files go in groups: each original is sealed, one commit makes the group last, then the group is converted side by side
and a second commit adds what came out. What was acknowledged has passed both.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

from coffre_cli.convert.model import Conversion, Family, Options
from coffre_cli.convert.model import Source as ConvertSource
from coffre_cli.convert.sniff import sniff
from coffre_cli.errors import CoffreError, StorageFailedError, StorageFullError
from coffre_cli.i18n import N_
from coffre_cli.intake.look import Look
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document, Progress, RecordId, Remark, Sha256, Source, no_progress
from coffre_cli.usecases.errors import NotJoinedError
from coffre_cli.usecases.intake import Deposited, Input, Refused, Wishes, title_of
from coffre_cli.usecases.moving import remove_source, seen
from coffre_cli.usecases.nest import Nest
from coffre_cli.usecases.originals import Batch, Kept, Originals, Sealed
from coffre_cli.usecases.renditions import keep_conversion, revealed, without_archive
from coffre_cli.usecases.sealing import Ahead, Group, Sent, grouped
from coffre_cli.usecases.terms import require_term, room
from coffre_cli.usecases.twins import Twins
from coffre_cli.usecases.verdicts import with_verdicts
from coffre_cli.values import replace
from coffre_cli.vault.change import Change
from coffre_cli.vault.errors import KeyMissingError
from coffre_cli.vault.session import Vault

if TYPE_CHECKING:
    from coffre_cli.worker.pool import Workers

GROUP_FILES = 64
GROUP_BYTES = 64 * 1024 * 1024
"""Of a group to be converted: small, so that the first documents are soon said to be there."""
TOLD_AFTER = timedelta(seconds=1)
"""Conversions are committed together for so long: each alone would cost its fsyncs, all at once would be told late."""
BULK_FILES = 256
BULK_BYTES = 256 * 1024 * 1024  # of a group that is only to be sealed: one pack of keys
NO_PICTURE = N_("not a picture")
NOT_KEPT = N_("The archive rendition could not be kept; `coffre convert` makes it later.")
NO_ROOM = N_("The disk had no room for the archive rendition; `coffre convert` makes it later.")


def deposit(
    vault: Vault, found: Iterable[Input | Refused], wishes: Wishes, progress: Progress = no_progress
) -> Iterator[Deposited]:
    """Deposit *found*, one outcome each, in order; children of mails and packages follow their parent."""
    require_term(vault)
    outcomes = _deposited(vault, found, wishes, progress)
    return outcomes if wishes.trust is None else with_verdicts(vault, outcomes, wishes.trust)


def _deposited(
    vault: Vault, found: Iterable[Input | Refused], wishes: Wishes, progress: Progress
) -> Iterator[Deposited]:
    with ExitStack() as stack:
        desk = _Desk(vault, wishes, progress, stack)
        if wishes.archive or not wishes.original:
            for group in grouped(found, GROUP_FILES, GROUP_BYTES):
                yield from desk.take(group)
        else:
            for group, sent in desk.ahead.groups(grouped(found, BULK_FILES, BULK_BYTES)):
                yield from desk.take(group, sent=sent)


def deposit_together(vault: Vault, sources: list[Input], wishes: Wishes) -> Deposited:
    """Deposit pictures as one document, in the order given; the joined PDF is the original.

    Raises:
        UnsupportedFormatError: One of them is no picture.
    """
    from coffre_cli.convert.convert import convert_together

    for source in sources:
        if sniff(source.path, source.name).family is not Family.IMAGE:
            return Deposited(source.name, error=NotJoinedError(name=source.name, reason=NO_PICTURE))
    with ExitStack() as stack:
        desk = _Desk(vault, wishes, no_progress, stack)
        before = [seen(source.path) for source in sources]
        pages = [ConvertSource(source.path, source.name) for source in sources]
        try:
            conversion = convert_together(desk.pool(), pages, desk.options())
        except CoffreError as error:
            return Deposited(sources[0].name, error=NotJoinedError(name=sources[0].name, reason=error.message))
        stack.callback(conversion.discard)
        outcome = desk.keep_joined(sources[0], conversion)
        if wishes.move and outcome.document is not None:
            left = [one for pair in zip(sources, before, strict=True) for one in remove_source(pair[0].path, pair[1])]
            remarks = (*outcome.document.remarks, *left[:1])
            outcome = replace(outcome, document=replace(outcome.document, remarks=remarks))
        return outcome


class _Desk:
    """Takes groups of inputs, with workers that start when the first conversion needs them."""

    def __init__(self, vault: Vault, wishes: Wishes, progress: Progress, stack: ExitStack) -> None:
        self._vault, self._wishes, self._progress, self._stack = vault, wishes, progress, stack
        self._pool: Workers | None = None
        self._done = 0
        self._nest = Nest()
        self.ahead = Ahead(vault, stack, duplicates=wishes.duplicates)
        self._originals = Originals(vault, wishes, self.ahead)

    def pool(self) -> Workers:
        if self._pool is None:
            from coffre_cli.convert.convert import workers

            self._pool = self._stack.enter_context(workers())
        return self._pool

    def options(self) -> Options:
        return self._wishes.options(self._vault.parts.around.clock(), self._nest.depth)

    def take(
        self, group: Group, parent: RecordId | None = None, sent: Sequence[Sent | None] = ()
    ) -> Iterator[Deposited]:
        """Deposit one group, *sent* ahead or not: originals, then conversions; each is said once it lasts."""
        if not self._wishes.original:
            group = yield from self._take_converted(group, parent)
        with self._vault.change() as change:
            twins, length = Twins(self._vault, self._wishes.duplicates), self._vault.index.head().number
            batch = Batch(change, twins, room(self._vault), parent, length)
            sealed = []
            for number, (source, ahead) in enumerate(zip_longest(group, sent), 1):
                sealed.append(self._originals.seal(batch, source, ahead))
                self._progress(self._done + (0 if self._wishes.archive else number), None, source.name)
            batch.twins.expect([one.written.sha256 for one in sealed if isinstance(one, Sealed)])
            outcomes = [self._originals.enter(batch, one) if isinstance(one, Sealed) else one for one in sealed]
            change.before_commit(lambda: self._originals.settle(batch, outcomes))
        kept = [outcome for outcome in outcomes if isinstance(outcome, Kept)]
        converted = self._converted(kept) if self._wishes.archive else ((one.document, None) for one in kept)
        for outcome in outcomes:
            if isinstance(outcome, Deposited):
                yield outcome
                continue
            document, conversion = next(converted)
            if self._wishes.move and outcome.parent is None:
                told = remove_source(outcome.source.path, outcome.seen)
                document = replace(document, remarks=(*document.remarks, *told))
            yield Deposited(outcome.source.name, document, None, outcome.duplicate_of, outcome.parent)
            if conversion is not None:
                yield from self._children(conversion, document, outcome.source.folder)
                conversion.discard()
        self._done += len(group) if parent is None else 0

    def _take_converted(self, group: Group, parent: RecordId | None) -> Generator[Deposited, None, Group]:
        """Deposit the archive renditions alone; return the inputs that have none and keep their original after all."""
        left: Group = []
        for source in group:
            if isinstance(source, Refused) or sniff(source.path, source.name).family is Family.OTHER:
                left.append(source)
                continue
            before = seen(source.path)
            (conversion,) = self._conversions([ConvertSource(source.path, source.name)])
            self._stack.callback(conversion.discard)
            if conversion.archive is None:
                left.append(source)
                continue
            digest = Sha256(bytes.fromhex(conversion.record.source_sha256))
            received = Source(source.name, conversion.kind.media_type, before.size, digest)
            yield self._keep_archive_only(source, received, conversion, parent, before)
        return left

    def keep_joined(self, first: Input, conversion: Conversion) -> Deposited:
        """Deposit pictures that were joined: what is kept is the joined PDF, under the name of the first."""
        archive = conversion.archive
        if archive is None:
            reason = conversion.reason.message if conversion.reason else ""
            return Deposited(first.name, error=NotJoinedError(name=first.name, reason=reason))
        digest = conversion.record.archive_sha256
        conversion = replace(conversion, record=replace(conversion.record, source_sha256=digest))
        name, size = f"{title_of(first.name)}.pdf", archive.stat().st_size
        received = Source(name, "application/pdf", size, Sha256(bytes.fromhex(digest)))
        joined = Input(archive, name, first.folder)
        return replace(self._keep_archive_only(joined, received, conversion, None, seen(archive)), name=first.name)

    def _keep_archive_only(
        self, source: Input, received: Source, conversion: Conversion, parent: RecordId | None, before: Look
    ) -> Deposited:
        twins = Twins(self._vault, self._wishes.duplicates)
        try:
            self._originals.verify(source, received.sha256, twins)
        except CoffreError as error:
            return Deposited(source.name, error=error)
        with self._vault.change() as change:
            document = replace(self._originals.document(change.new_record(), source, received, parent), remarks=())
            document = keep_conversion(change, document, conversion, operation=Operation.DEPOSIT)
        if self._wishes.move:
            document = replace(document, remarks=(*document.remarks, *remove_source(source.path, before)))
        return Deposited(source.name, document, duplicate_of=twins.twin(received.sha256), parent=parent)

    def _converted(self, kept: Sequence[Kept]) -> Iterator[tuple[Document, Conversion | None]]:
        """Yield each of *kept* as it is once converted, in order, committed about once a second."""
        clock = self._vault.parts.around.clock
        waiting: list[tuple[Kept, Conversion | None]] = []
        began = clock()
        for number, made in enumerate(self._made(kept), 1):
            self._progress(self._done + number, None, made[0].source.name)
            waiting.append(made)
            if clock() - began >= TOLD_AFTER:
                yield from self._keep(waiting)
                waiting, began = [], clock()
        yield from self._keep(waiting)

    def _made(self, kept: Sequence[Kept]) -> Iterator[tuple[Kept, Conversion | None]]:
        """Convert *kept*, side by side; what nothing converts has no conversion."""
        wanted = {one.document.id for one in kept if sniff(one.source.path, one.source.name).family is not Family.OTHER}
        sources = [ConvertSource(one.source.path, one.source.name) for one in kept if one.document.id in wanted]
        conversions = self._conversions(sources) if sources else iter(())
        for one in kept:
            yield one, next(conversions) if one.document.id in wanted else None

    def _keep(self, made: Sequence[tuple[Kept, Conversion | None]]) -> list[tuple[Document, Conversion | None]]:
        """Keep what was *made*; when the disk cannot take it, the originals are safe all the same."""
        try:
            with self._vault.change() as change:
                return [(self._kept(change, one, conversion), conversion) for one, conversion in made]
        except (StorageFullError, StorageFailedError, KeyMissingError) as problem:
            later = Remark(NO_ROOM if isinstance(problem, StorageFullError) else NOT_KEPT)
            for _, conversion in made:
                if conversion is not None:
                    conversion.discard()
            return [(replace(one.document, remarks=(later,)), None) for one, _ in made]

    def _kept(self, change: Change, one: Kept, conversion: Conversion | None) -> Document:
        if conversion is not None:
            return keep_conversion(change, one.document, conversion)
        document = replace(one.document, remarks=(without_archive(one.document),))
        change.put_document(Operation.CONVERT, document, before=one.document, reveal=revealed)
        return document

    def _conversions(self, sources: list[ConvertSource]) -> Iterator[Conversion]:
        from coffre_cli.convert.convert import convert_all

        return self._wishes.keys.opened(self.pool(), convert_all(self.pool(), sources, self.options()), self.options())

    def _children(self, conversion: Conversion, document: Document, folder: str) -> Iterator[Deposited]:
        inside: Group = [Input(path, child.name, folder) for child, path in conversion.children]
        if inside:
            with self._nest.entered(document.title, inside) as taken:
                yield from self.take(taken, document.id)
