"""The later history of each signature: the revisions that follow it, one step after the other (step 7).

A step leads from one signed version to the next, or to the whole file. Each signed version is read as the file that
it was, from its own first byte to its own last, so that no later cross-reference can rewrite what was signed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.signing.appearances import Pictures, redrawn_pages, settled
from coffre_cli.signing.changes import findings
from coffre_cli.signing.document import Document, Leniency, UnreadableError, opened
from coffre_cli.signing.findings import Finding
from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.tail import is_only_line_end, unexplained
from coffre_cli.signing.verdict import Change, ChangeKind


@dataclass(frozen=True, slots=True)
class Step:
    """What happened between two versions of the file, given by their lengths in bytes."""

    start: int
    end: int
    findings: tuple[Finding, ...]
    compared: bool = True
    """Whether every page that had to be compared as a picture was."""
    is_malformed: bool = False
    """Whether its objects have flaws that readers resolve differently."""


@dataclass(frozen=True, slots=True)
class History:
    """All steps, and the signed versions that are no documents by themselves."""

    steps: tuple[Step, ...]
    unreadable: frozenset[int]
    """Lengths of the signed versions that cannot be read by themselves."""

    def follows(self, end: int) -> bool:
        """Tell whether anything follows the version of *end* bytes."""
        return any(step.start >= end for step in self.steps)

    def is_malformed_after(self, end: int) -> bool:
        """Tell whether what follows the version of *end* bytes has flaws that readers resolve differently."""
        return any(step.is_malformed for step in self.steps if step.start >= end)

    @property
    def compared(self) -> bool:
        """Tell whether every page that had to be compared as a picture was."""
        return all(step.compared for step in self.steps)

    def covers_whole(self, end: int, size: int) -> bool:
        """Tell whether the version of *end* bytes is the whole file of *size* bytes, its last line end apart."""
        return end == size or not self.follows(end)

    def after(self, end: int) -> tuple[Finding, ...]:
        """Return everything that was done after the version of *end* bytes."""
        return tuple(finding for step in self.steps if step.start >= end for finding in step.findings)


def history(
    path: Path, whole: Document, ends: Iterable[int], password: str | None, *, pictures: bool = True
) -> History:
    """Compare the signed versions of *path*, which end at *ends*, each with the next and the last with *whole*.

    Without *pictures* no page is drawn.
    """
    size = len(whole.data)
    marks = sorted({end for end in ends if not is_only_line_end(whole.data, end)})
    if not marks:
        return History((), frozenset())
    with ExitStack() as stack:
        versions: dict[int, Document | None] = {size: whole}
        for mark in marks:
            versions[mark] = _version(stack, path, mark, password, whole.leniency)
        pairs = itertools.pairwise([*marks, size])
        steps = tuple(
            _step(Pictures(path, start, end, password, pictures), versions[start], versions[end])
            for start, end in pairs
        )
    return History(steps, frozenset(mark for mark in marks if versions[mark] is None))


def _version(stack: ExitStack, path: Path, length: int, password: str | None, leniency: Leniency) -> Document | None:
    try:
        readers = (leniency, Leniency.OBJECTS)
        return stack.enter_context(opened(path, length=length, password=password, leniencies=readers))
    except UnreadableError:
        return None


def _step(pictures: Pictures, old: Document | None, new: Document | None) -> Step:
    start, end = pictures.old_length, pictures.new_length
    if old is None or new is None:
        return Step(start, end, ())
    stray = unexplained(new, start)
    if stray is not None:
        revision = new.reader.xrefs.total_revisions
        change = Change(revision, ChangeKind.BYTES, stray, permitted=False, visible=True)
        return Step(start, end, (Finding(change, Needs.NEVER),))
    answered, complete = settled(pictures, findings(old, new))
    if new.leniency is not Leniency.OBJECTS:
        return Step(start, end, answered, complete)
    redrawn, all_drawn = redrawn_pages(pictures, answered)
    return Step(start, end, (*answered, *redrawn), complete and all_drawn, is_malformed=True)
