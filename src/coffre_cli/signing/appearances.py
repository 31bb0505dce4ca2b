"""What became visible: findings that only a picture of the page can settle (step 8 of a verification).

Three questions, each asked only where a later revision leaves it open:

- a field looks different though its value is the same: harmless when the page looks the same, an attack when not;
- a new signature's mark, or an annotation, stands where something stood, be it words, a picture, a field or another
  mark: it must not hide it;
- nothing else is drawn: what cannot be seen was settled by comparing objects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.signing.findings import Finding
from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.verdict import Change, ChangeKind

if TYPE_CHECKING:
    from coffre_cli.signing.rendering import Likeness, Rectangle

WHOLE_LINES = 40
"""So many letters under the mark of a field that was there before: far more than the words that say « sign here »."""
MORE_THAN_A_LABEL = 10
"""So many are more than « Signature » or « sign here »: shown, and not passed."""
INK_OF_WORDS = 150
"""Dots of lost strokes that are more than a label, where words are pixels or lines."""
MUCH_INK = 24
"""Dots of strokes lost at 144 dots an inch: less than two digits of ordinary text under two others."""

MOST_PAGES = 50
"""Pages drawn of a version whose objects have flaws: half a second."""

_MARKS = frozenset({ChangeKind.SIGNATURE, ChangeKind.TIMESTAMP, ChangeKind.ANNOTATION})


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pages of two versions of a file, drawn when asked for."""

    path: Path
    old_length: int
    new_length: int
    password: str | None
    allowed: bool = True
    """Whether pages may be drawn at all."""

    def compare(self, page: int, box: Rectangle | None = None, *, content_only: bool = False) -> Likeness:
        """Compare a page; NotComparedError when it cannot, or may not, be drawn."""
        from coffre_cli.signing.rendering import compare_page  # noqa: PLC0415 - 60 ms, when needed

        self._refuse()
        return compare_page(
            self.path, self.old_length, self.new_length, page, box, self.password, content_only=content_only
        )

    def letters(self, page: int, box: Rectangle) -> int:
        """Count the letters that stood in *box*; NotComparedError likewise."""
        from coffre_cli.signing.rendering import letters_in  # noqa: PLC0415 - 60 ms, when needed

        self._refuse()
        return letters_in(self.path, self.old_length, page, box, self.password)

    def pages(self) -> int:
        """Count the pages of the later version; NotComparedError likewise."""
        from coffre_cli.signing.rendering import page_count  # noqa: PLC0415 - 60 ms, when needed

        self._refuse()
        return page_count(self.path, self.new_length, self.password)

    def _refuse(self) -> None:
        from coffre_cli.signing.rendering import NotComparedError  # noqa: PLC0415 - 60 ms, when needed

        if not self.allowed:
            raise NotComparedError("pictures")


def settled(pictures: Pictures, findings: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], bool]:
    """Return *findings* with the open questions answered, and whether all could be."""
    answered: list[Finding] = []
    complete = True
    for finding in findings:
        try:
            answered.append(_settled(pictures, finding))
        except Exception:  # noqa: BLE001 - a page that cannot be drawn leaves the question open: said, not passed
            complete = False
            answered.append(_unanswered(finding))
    return tuple(answered), complete


def redrawn_pages(pictures: Pictures, known: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], bool]:
    """Name the pages that look different though nothing *known* explains it, and tell whether all were compared.

    It is a second opinion, by another reader, on versions whose objects have flaws.
    """
    explained = {finding.change.page for finding in known}
    found: list[Finding] = []
    try:
        count = pictures.pages()
        for page in range(1, min(count, MOST_PAGES) + 1):
            if page not in explained and pictures.compare(page).changed:
                change = Change(0, ChangeKind.PAGE, f"page {page}", page, permitted=False, visible=True)
                found.append(Finding(change, Needs.NEVER))
    except Exception:  # noqa: BLE001 - a page that cannot be drawn leaves the question open: said, not passed
        return tuple(found), False
    return tuple(found), count <= MOST_PAGES


def _settled(pictures: Pictures, finding: Finding) -> Finding:
    change = finding.change
    if finding.needs is Needs.NEVER or change.page is None or not finding.is_drawn:
        return finding
    if change.kind in _MARKS and finding.box is not None:
        return _marked(pictures, finding, change.page, finding.box)
    if change.kind is ChangeKind.FIELD and change.visible and change.before == change.after:
        seen = pictures.compare(change.page)
        return replace(finding, change=replace(change, visible=False)) if not seen.changed else _forbidden(finding)
    return finding


def _marked(pictures: Pictures, finding: Finding, page: int, box: Rectangle) -> Finding:
    """Judge a mark: it must not hide words; one that claims a signature which is not there must not show at all."""
    change = finding.change
    seen = pictures.compare(page, box, content_only=not finding.is_new)
    if seen.lost >= MUCH_INK:
        return _forbidden(finding) if finding.is_new else _over_words(pictures, finding, page, box, seen.lost)
    empty = change.kind is not ChangeKind.ANNOTATION and change.visible
    return replace(finding, change=replace(change, visible=bool(seen.changed))) if empty else finding


def _over_words(pictures: Pictures, finding: Finding, page: int, box: Rectangle, lost: int) -> Finding:
    """Judge a mark in a field that was there before, perhaps over the words that say where to sign."""
    letters = pictures.letters(page, box)
    if letters >= WHOLE_LINES:
        return _forbidden(finding)
    shown = letters >= MORE_THAN_A_LABEL or (not letters and lost >= INK_OF_WORDS)
    return _unanswered(finding) if shown else finding


def _forbidden(finding: Finding) -> Finding:
    return replace(finding, needs=Needs.NEVER, change=replace(finding.change, visible=True))


def _unanswered(finding: Finding) -> Finding:
    return replace(finding, change=replace(finding.change, visible=True))
