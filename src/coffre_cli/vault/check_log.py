"""Level 1, the log: every frame whole and authentic, the tree that its last checkpoint signs, the head last seen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import NO_LEAF, Frontier, leaf_hash
from coffre_cli.journal.checkpoint import read_checkpoint
from coffre_cli.journal.errors import JournalAlteredError
from coffre_cli.store import events
from coffre_cli.store.index import Head, Index, open_index
from coffre_cli.store.log import Frame
from coffre_cli.vault.check_model import HISTORY, INDEX, LOG, LOG_LOST, TORN_TAIL, Finding, finding
from coffre_cli.vault.heads import SeenHead, seen_head
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.repair_log import can_rebuild

_OTHER = "other"


@dataclass
class LogView:
    """What the log itself says, as far as it can be read."""

    end: int = 0
    number: int = 0
    tree: Frontier = field(default_factory=Frontier)
    problem: CoffreError | None = None
    leaves: dict[int, bytes] = field(default_factory=dict)
    """The leaves of the events that were asked for."""
    ends: dict[int, int] = field(default_factory=dict)
    """Where the frames end that end with those events."""


def read_log(parts: Parts, wanted: frozenset[int]) -> LogView:
    """Read the whole log; remember the leaves of the events *wanted*.

    The root of the tree over all lines, signed in the last frame, vouches for every line before it.
    """
    view = LogView(leaves={0: NO_LEAF}, ends={0: 0})
    note, size = None, parts.log.size()
    try:
        for frame in parts.log.frames():
            _follow(view, frame, wanted)
            note = frame.note
            parts.around.progress(view.end, size, "log")
        if note is not None:
            checkpoint = read_checkpoint(note, parts.keychain.signing.public)
            if (checkpoint.size, checkpoint.root) != (view.tree.size, view.tree.root()):
                raise JournalAlteredError(number=view.number, reason=N_("checkpoint"))
    except CoffreError as error:
        view.problem = error
    return view


@contextlib.contextmanager
def log_ahead(parts: Parts) -> Iterator[Callable[[], LogView]]:
    """Read the log beside what is done meanwhile: SQLCipher verifies pages without holding up Python."""
    head, seen = 0, seen_head(parts.around.state, parts.vault_id)
    with contextlib.suppress(CoffreError):
        index = open_index(parts.index, parts.keychain.index, parts.vault_id)
        head = index.head().number
        index.close()
    with ThreadPoolExecutor(1) as beside:
        wanted = frozenset({head, seen.number if seen else 0})
        yield beside.submit(read_log, parts, wanted).result


def check_log(parts: Parts, index: Index | None, view: LogView | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the log, *view* of it if it was read already, and with its history."""
    head = index.head() if index is not None else Head(0, 0, NO_LEAF, 0, b"")
    seen = seen_head(parts.around.state, parts.vault_id)
    size = parts.log.size()
    wanted = frozenset({head.number, seen.number if seen else 0})
    if view is None or not wanted <= view.leaves.keys() | {number for number in wanted if number > view.number}:
        view = read_log(parts, wanted)
    reason = log_problem(view, head)
    if reason == _OTHER and not index_vouches(view, index, seen):
        yield finding(INDEX, reason="another history")
    elif reason and index is not None and can_rebuild(parts, index):
        yield finding(LOG, reason=reason)
    elif reason:
        yield finding(LOG_LOST, reason=reason, number=view.number, vault=parts.vault_id.hex())
    elif view.end < size:
        yield finding(TORN_TAIL)
    if seen is not None:
        yield from _check_history(view, index, head, seen)


def log_problem(view: LogView, head: Head) -> str:
    """Return in a word why the log is not the one that the index with *head* follows; empty when it is."""
    if view.problem is not None:
        return view.problem.code
    if view.number < head.number:
        return "missing" if not view.end else "short"
    return "" if view.leaves.get(head.number) == head.leaf else _OTHER


def index_vouches(view: LogView, index: Index | None, seen: SeenHead | None) -> bool:
    """Tell whether the index, and not the log, goes on as the history that was last seen."""
    if index is None or seen is None or view.leaves.get(seen.number) == seen.leaf:
        return False
    return _leaf_in(index, seen.number) == seen.leaf


def _follow(view: LogView, frame: Frame, wanted: frozenset[int]) -> None:
    if frame.first != view.number + 1 or not frame.events:
        raise JournalAlteredError(number=view.number + 1, reason=N_("number"))
    leaves = [leaf_hash(event.line) for event in frame.events]
    view.leaves |= _chosen(wanted, frame.first, leaves)
    view.tree = view.tree.append(leaves)
    view.number += len(leaves)
    view.end = frame.end
    if view.number in wanted:
        view.ends[view.number] = frame.end


def _chosen(wanted: frozenset[int], first: int, leaves: list[bytes]) -> Mapping[int, bytes]:
    return {number: leaves[number - first] for number in wanted if first <= number < first + len(leaves)}


def _check_history(view: LogView, index: Index | None, head: Head, seen: SeenHead) -> Iterator[Finding]:
    known = max(view.number, head.number)
    if seen.number > known:
        yield finding(HISTORY, reason="older", number=known + 1)
    elif view.leaves.get(seen.number) != seen.leaf and (index is None or _leaf_in(index, seen.number) != seen.leaf):
        yield finding(HISTORY, reason="other", number=seen.number)


def _leaf_in(index: Index, number: int) -> bytes | None:
    if number == 0:
        return NO_LEAF
    event = events.event(index, number)
    return leaf_hash(event.line) if event is not None else None
