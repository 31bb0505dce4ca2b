"""Signatures of a document that cannot be read: verified over the bytes alone, without any structure.

It tells a signed document behind which something was added from one whose signed bytes were damaged.
"""

from __future__ import annotations

from pathlib import Path

from coffre_cli.signing.cms import contained, examine
from coffre_cli.signing.document import UnreadableError, opened
from coffre_cli.signing.inspect import RANGE_LENGTH, RawRange, Scan
from coffre_cli.signing.siglayout import Coverage, coverage, unhex
from coffre_cli.signing.verdict import Integrity, worst
from coffre_cli.signing.window import Window, open_window


def integrity_of_bytes(path: Path, found: Scan) -> Integrity:
    """Return `modified` when a whole signed document stands at the start, `broken` when a signature fails."""
    with open_window(path) as data:
        seen = [_integrity(path, one, data) for one in found.ranges]
    return worst(one for one in seen if one is not None) if any(seen) else Integrity.UNREADABLE


def _integrity(path: Path, found: RawRange, data: Window) -> Integrity | None:
    covered = _coverage(found, data)
    if covered is None:
        return Integrity.BROKEN
    contents = unhex(data[covered.gap_start : covered.gap_end])
    if not any(contents):
        return None
    try:
        if not examine(contained(contents), covered, data, None).verifies:
            return Integrity.BROKEN
    except Exception:  # noqa: BLE001 - hostile structures raise anything; a signature that cannot be read fails
        return Integrity.BROKEN
    return Integrity.MODIFIED if covered.end < len(data) and _is_whole(path, covered.end) else Integrity.UNREADABLE


def _coverage(found: RawRange, data: Window) -> Coverage | None:
    values = found.values
    if values is None or len(values) != RANGE_LENGTH or not 0 < values[1] < values[2] <= len(data):
        return None
    try:
        covered = coverage(values, unhex(data[values[1] : values[2]]), data)
    except ValueError:
        return None
    return covered if isinstance(covered, Coverage) else None


def _is_whole(path: Path, end: int) -> bool:
    try:
        with opened(path, length=end):
            return True
    except UnreadableError:
        return False
