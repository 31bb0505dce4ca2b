"""What became visible: findings that only a picture of the page can settle (step 8 of a verification).

Three questions, each asked only where a later revision leaves it open:

- a field looks different though its value is the same: harmless when the page looks the same, an attack when not;
- a new signature's mark, or an annotation, stands where words stood: it must not hide them;
- nothing else is drawn: what cannot be seen was settled by comparing objects.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coffre_cli.signing.findings import Finding
from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.verdict import Change, ChangeKind

MANY_LETTERS = 4
"""So many letters and digits under a new mark are words or an amount; fewer are the dots of a place to sign."""
WHOLE_LINES = 40
"""So many under the mark of a field that was there before: more than the words that say « sign here »."""
MUCH_INK = 12
"""Dots of ink lost at 72 dots an inch: less than two digits of ordinary text."""

MOST_PAGES = 50
"""Pages drawn of a version whose objects have flaws: half a second."""

_MARKS = frozenset({ChangeKind.SIGNATURE, ChangeKind.TIMESTAMP, ChangeKind.ANNOTATION})


def settled(
    path: Path, old_length: int, new_length: int, findings: tuple[Finding, ...], password: str | None
) -> tuple[tuple[Finding, ...], bool]:
    """Return *findings* with the open questions answered, and whether all could be."""
    answered: list[Finding] = []
    complete = True
    for finding in findings:
        try:
            answered.append(_settled(path, old_length, new_length, finding, password))
        except Exception:  # noqa: BLE001 - a page that cannot be drawn leaves the question open: said, not passed
            complete = False
            answered.append(_unanswered(finding))
    return tuple(answered), complete


def redrawn_pages(
    path: Path, old_length: int, new_length: int, known: tuple[Finding, ...], password: str | None
) -> tuple[tuple[Finding, ...], bool]:
    """Name the pages that look different though nothing *known* explains it, and tell whether all were compared.

    It is a second opinion, by another reader, on versions whose objects have flaws.
    """
    from coffre_cli.signing.rendering import compare_page, page_count  # noqa: PLC0415 - 60 ms, when needed

    explained = {finding.change.page for finding in known}
    found: list[Finding] = []
    try:
        count = page_count(path, new_length, password)
        for page in range(1, min(count, MOST_PAGES) + 1):
            if page not in explained and compare_page(path, old_length, new_length, page, None, password).changed:
                change = Change(0, ChangeKind.PAGE, f"page {page}", page, permitted=False, visible=True)
                found.append(Finding(change, Needs.NEVER))
    except Exception:  # noqa: BLE001 - a page that cannot be drawn leaves the question open: said, not passed
        return tuple(found), False
    return tuple(found), count <= MOST_PAGES


def _settled(path: Path, old_length: int, new_length: int, finding: Finding, password: str | None) -> Finding:
    change = finding.change
    if finding.needs is Needs.NEVER or change.page is None:
        return finding
    if change.kind in _MARKS and finding.box is not None:
        return _marked(path, old_length, new_length, finding, change.page, finding.box, password)
    if change.kind is ChangeKind.FIELD and change.visible and change.before == change.after:
        from coffre_cli.signing.rendering import compare_page  # noqa: PLC0415 - 60 ms, when needed

        seen = compare_page(path, old_length, new_length, change.page, None, password)
        return replace(finding, change=replace(change, visible=False)) if not seen.changed else _forbidden(finding)
    return finding


def _marked(
    path: Path,
    old_length: int,
    new_length: int,
    finding: Finding,
    page: int,
    box: tuple[float, float, float, float],
    password: str | None,
) -> Finding:
    """Judge a mark: it must not hide words; one that claims a signature which is not there must not show at all."""
    from coffre_cli.signing.rendering import compare_page, letters_in  # noqa: PLC0415 - 60 ms, when needed

    change = finding.change
    crowded = letters_in(path, old_length, page, box, password) >= _enough(finding)
    empty = change.kind is not ChangeKind.ANNOTATION and change.visible
    if not (crowded or empty):
        return finding
    seen = compare_page(path, old_length, new_length, page, box, password)
    if crowded and seen.lost >= MUCH_INK:
        return _forbidden(finding)
    return replace(finding, change=replace(change, visible=bool(seen.changed))) if empty else finding


def _enough(finding: Finding) -> int:
    return MANY_LETTERS if finding.is_new else WHOLE_LINES


def _forbidden(finding: Finding) -> Finding:
    return replace(finding, needs=Needs.NEVER, change=replace(finding.change, visible=True))


def _unanswered(finding: Finding) -> Finding:
    return replace(finding, change=replace(finding.change, visible=True))
