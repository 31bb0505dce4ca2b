"""Looking for damage, level by level, on the parts of a vault: also on one that no longer opens (DESIGN section 3).

Level 1: ways in, log and history, index pages, keys, presence and size of every blob, the rest of the folder.
Level 2 (`data`): renditions decrypted and compared with their digests. Level 3 (`full`): the index whole and equal to
a fresh fold. What level 1 finds is looked at again under the lock: a writer at work is no damage,
and neither is a file that goes while it is looked at.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from coffre_cli.errors import CoffreError, StorageFailedError, StorageFullError
from coffre_cli.journal.event import moment
from coffre_cli.store import documents
from coffre_cli.store.blobs import BlobId
from coffre_cli.vault.check_blobs import check_blobs
from coffre_cli.vault.check_data import Share, Verified, verify_data
from coffre_cli.vault.check_files import MadeAgain, check_files
from coffre_cli.vault.check_index import IndexView, check_index_whole, renew_index, viewed_index
from coffre_cli.vault.check_keys import check_keys
from coffre_cli.vault.check_log import LogView, check_log, log_ahead
from coffre_cli.vault.check_model import Finding
from coffre_cli.vault.check_ways import check_ways_in
from coffre_cli.vault.checked import LastCheck, last_check, remember_check
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.tidy import make_folders


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep to look."""

    data: Share | None = None
    full: bool = False

    @property
    def level(self) -> int:
        """The level reached: 1 to 3."""
        return 3 if self.full else 2 if self.data else 1


@dataclass
class Report:
    """What was found."""

    depth: Depth
    findings: list[Finding] = field(default_factory=list)
    documents: int = 0
    verified: int = 0
    """Renditions decrypted."""
    verified_bytes: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether everything is what was written."""
        return not any(found.is_grave for found in self.findings)


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found, and what was made good."""

    report: Report
    """As things are now."""
    repaired: tuple[Finding, ...] = ()
    """What was wrong and is no longer."""
    problem: CoffreError | None = None
    """Why a repair stopped; typed again, it goes on from there."""


def examine(parts: Parts, depth: Depth) -> Report:
    """Look at *parts* as deep as *depth* says, and remember what could not be read.

    Raises:
        VaultBusyError: Another process kept the lock.
        VaultChangedError: The vault's keys were changed meanwhile: what these parts name is no longer the vault.
    """
    parts.verify_not_replaced()
    made = _make_again(parts)
    renew_index(parts)
    report = Report(depth)
    with contextlib.suppress(FileNotFoundError), log_ahead(parts) as log, viewed_index(parts) as view:
        report.findings = _look(parts, view, made, log())
        if not report.findings:
            _look_deeper(parts, view, report)
            _remember(parts, report, view)
            return report
    with parts.lock.exclusive(), log_ahead(parts) as log, viewed_index(parts) as view:
        parts.verify_not_replaced()
        report.findings = _look(parts, view, made, log())
    with viewed_index(parts) as view:
        _look_deeper(parts, view, report)
        _remember(parts, report, view)
    return report


def _make_again(parts: Parts) -> MadeAgain:
    had_lock = parts.layout.lock.exists()
    try:
        return MadeAgain(not had_lock, tuple(make_folders(parts)))
    except (StorageFailedError, StorageFullError):  # a medium that cannot be written
        return MadeAgain(not had_lock)


def _look(parts: Parts, view: IndexView, made: MadeAgain, log: LogView) -> list[Finding]:
    found = [*check_ways_in(parts), *check_log(parts, view.own, log), *view.findings]
    if view.usable is not None:
        found += [*check_keys(parts, view.usable), *check_blobs(parts, view.usable, _suspects(parts))]
    return [*found, *check_files(parts, made)]


def _suspects(parts: Parts) -> frozenset[BlobId]:
    last = last_check(parts.around.state, parts.vault_id)
    return frozenset() if last is None else last.unreadable


def _remember(parts: Parts, report: Report, view: IndexView) -> None:
    found = frozenset(BlobId(bytes.fromhex(one.blob)) for one in report.findings if one.blob)
    unreadable = found if view.usable is not None else found | _suspects(parts)
    wrong = sum(one.is_grave for one in report.findings)
    remember_check(parts.around.state, parts.vault_id, LastCheck(moment(parts.around.clock()), wrong, unreadable))


def _look_deeper(parts: Parts, view: IndexView, report: Report) -> None:
    if view.usable is None:
        return
    report.documents = documents.count(view.usable)
    if report.depth.data is not None:
        for one in verify_data(parts, view.usable, report.depth.data):
            if isinstance(one, Verified):
                report.verified += 1
                report.verified_bytes += one.size
            elif one.blob not in {found.blob for found in report.findings}:
                report.findings.append(one)
    if report.depth.full and view.own is not None:
        report.findings += check_index_whole(parts, view.own)
