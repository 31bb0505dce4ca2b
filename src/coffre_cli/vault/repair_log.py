"""Rebuilding the log: whole frames stay byte for byte, the others are made again from the index.

The index keeps every line and sealed body byte for byte; only the checkpoints of rebuilt frames are signed again, over
the same trees. A body whose record was destroyed is forgotten on purpose and stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import NO_LEAF, Frontier, leaf_hash
from coffre_cli.journal.checkpoint import origin, sign_checkpoint
from coffre_cli.journal.event import Operation, read_line
from coffre_cli.store import events
from coffre_cli.store.errors import LogDamagedError
from coffre_cli.store.index import Index
from coffre_cli.store.log import Frame, LogFile, NewFrame, StoredEvent
from coffre_cli.vault.parts import Parts


@dataclass(frozen=True, slots=True)
class _Step:
    """One frame of the log to be: one that is whole, or events of which a frame is made again."""

    events: tuple[StoredEvent, ...]
    whole: Frame | None = None


@dataclass
class _Progress:
    """How far the history was followed."""

    number: int = 0
    leaf: bytes = NO_LEAF
    tree: Frontier = field(default_factory=Frontier)
    epoch: int = 1

    def take(self, stored: tuple[StoredEvent, ...]) -> None:
        leaves = [leaf_hash(event.line) for event in stored]
        self.epoch += sum(read_line(event.line).operation == Operation.RESUME for event in stored)
        self.tree = self.tree.append(leaves)
        self.number += len(leaves)
        self.leaf = leaves[-1]


def can_rebuild(parts: Parts, index: Index) -> bool:
    """Tell whether log and index together hold the whole history."""
    progress = _Progress()
    try:
        for step in _steps(parts, index, progress):
            progress.take(step.events)
    except CoffreError:
        return False
    return True


def rebuild_log(parts: Parts, index: Index) -> None:
    """Rebuild the log from its whole frames and from *index*, which says how the history goes; the lock is held.

    Raises:
        LogDamagedError: What is missing is nowhere; nothing is changed.
    """
    fresh = parts.layout.staging / f"{parts.around.random(8).hex()}.log"
    log = LogFile(parts.around.disk, fresh, parts.log.key, parts.vault_id, parts.around.random)
    try:
        log.write_all(_frames(parts, index))
    except BaseException:
        parts.around.disk.unlink(fresh)
        raise
    put_aside(parts, parts.log.path)
    parts.around.disk.rename(fresh, parts.log.path)
    parts.around.disk.sync_folder(parts.log.path.parent)


def _frames(parts: Parts, index: Index) -> Iterator[NewFrame | bytes]:
    progress = _Progress()
    for step in _steps(parts, index, progress):
        first = progress.number + 1
        progress.take(step.events)
        if step.whole is not None:
            yield parts.log.raw(step.whole)
        else:
            name = origin(parts.vault_id, progress.epoch)
            yield NewFrame(first, step.events, sign_checkpoint(name, progress.tree, parts.keychain.signing))


def put_aside(parts: Parts, path: Path) -> None:
    """Move *path* to the quarantine, if it is there."""
    if path.exists():
        kept = parts.layout.quarantine / f"{path.stem}-{parts.around.random(4).hex()}{path.suffix}"
        parts.around.disk.make_folder(kept.parent)
        parts.around.disk.rename(path, kept)
        parts.around.disk.sync_folder(kept.parent)
        parts.around.disk.sync_folder(path.parent)


def _steps(parts: Parts, index: Index, progress: _Progress) -> Iterator[_Step]:
    """Yield the frames of the log to be; whoever asks moves *progress* on before asking for the next."""
    good = {frame.first: (frame.offset, len(frame.events)) for frame in parts.log.whole_frames()}
    known = index.head().number
    last = max((first + count - 1 for first, (_, count) in good.items()), default=0)
    while progress.number < known or progress.number + 1 in good:
        first = progress.number + 1
        stored = tuple(_frame_from(index, first)) if first <= known else ()
        frame = next(parts.log.frames(good[first][0]), None) if first in good else None
        if frame is not None and _fits(frame, stored, progress.leaf):
            yield _Step(frame.events, frame)
        elif stored:
            yield _Step(stored)
        else:
            return  # another history that went on from ours: it goes to the quarantine
    if progress.number < last:
        raise LogDamagedError(offset=parts.log.size(), reason=N_("short"))


def _fits(frame: Frame, stored: tuple[StoredEvent, ...], leaf: bytes) -> bool:
    lines = [event.line for event in frame.events]
    known = [event.line for event in stored]
    return read_line(lines[0]).after == leaf and lines[: len(known)] == known


def _frame_from(index: Index, first: int) -> Iterator[StoredEvent]:
    """Yield the events of the frame that begins with event *first*, as the index knows them."""
    frame = None
    for event in events.events(index, first):
        if frame is not None and event.frame != frame:
            return
        frame = event.frame
        yield StoredEvent(event.line, event.sealed_body or b"")
