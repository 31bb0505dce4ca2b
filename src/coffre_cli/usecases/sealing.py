"""Many originals at once: helper processes seal the next group while the present one is committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import KEY_SIZE
from coffre_cli.intake.look import Look
from coffre_cli.model import RecordId
from coffre_cli.store import documents
from coffre_cli.store.blobs import Written
from coffre_cli.store.sealers import KnownFile, Sealers, Ticket, helpers_for
from coffre_cli.usecases.intake import Input, Refused
from coffre_cli.usecases.moving import seen
from coffre_cli.values import frozen
from coffre_cli.vault.session import Vault

Group = list[Input | Refused]

MANY = 32
"""Files for which starting helpers (about 60 ms each, once) pays."""
_TWINS = 64
"""Digests of one size that a helper is told; where there are more, twins are found after sealing."""


@frozen
class Sent:
    """An original that a helper is sealing, as a new record."""

    record: RecordId
    key: Secret
    ticket: Ticket
    seen: Look


class Ahead:
    """Sends originals ahead of the group that is at hand."""

    def __init__(self, vault: Vault, stack: ExitStack, *, duplicates: bool) -> None:
        """Prepare; helpers start with the first large group and end with *stack*."""
        self._vault = vault
        self._stack = stack
        self._duplicates = duplicates
        self._sealers: Sealers | None = None

    def groups(self, groups: Iterable[Group]) -> Iterator[tuple[Group, list[Sent | None]]]:
        """Yield each group, with what was sent of it, once the next is on its way too."""
        waiting: list[tuple[Group, list[Sent | None]]] = []
        for group in groups:
            self._start_for(group)
            waiting.append((group, self._sent(group)))
            if len(waiting) > 1 or not self._sealers:
                yield waiting.pop(0)
        yield from waiting

    def received(self, sent: Sent) -> Written | KnownFile | None:
        """Wait for what became of *sent*; without a blob, the caller is to do it.

        Raises:
            OSError: The source could not be read.
            StorageFullError, StorageFailedError: The blob could not be written.
        """
        return self._sealers.receive(sent.ticket) if self._sealers else None

    def _start_for(self, group: Group) -> None:
        number = helpers_for(self._vault.parts.blobs)
        if self._sealers is None and len(group) >= MANY and number:
            self._sealers = self._stack.enter_context(Sealers(self._vault.parts.blobs, number))

    def _sent(self, group: Group) -> list[Sent | None]:
        if self._sealers is None:
            return []
        sent = [self._send(source) for source in group]
        self._sealers.flush()
        return sent

    def _send(self, source: Input | Refused) -> Sent | None:
        if isinstance(source, Refused) or self._sealers is None:
            return None
        try:
            before = seen(source.path)
        except OSError:  # the caller meets it again, and reports it
            return None
        size = before.size
        twins = [] if self._duplicates else documents.digests_of_size(self._vault.index, size, _TWINS + 1)
        random = self._vault.parts.around.random
        record, key = source.record or RecordId(random(16)), Secret(random(KEY_SIZE))
        ticket = self._sealers.send(source.path, size, key, twins if len(twins) <= _TWINS else ())
        return Sent(record, key, ticket, before)


def grouped(found: Iterable[Input | Refused], files: int, size_limit: int) -> Iterator[Group]:
    """Yield *found* in groups of at most *files* files, closed once they hold *size_limit* bytes."""
    group: Group = []
    size = 0
    for one in found:
        group.append(one)
        size += _size(one)
        if len(group) == files or size >= size_limit:
            yield group
            group, size = [], 0
    if group:
        yield group


def _size(one: Input | Refused) -> int:
    try:
        return one.path.stat().st_size if isinstance(one, Input) else 0
    except OSError:  # whoever opens it reports it
        return 0
