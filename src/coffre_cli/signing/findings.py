"""A change, with what it would need to be permitted."""

from __future__ import annotations

from dataclasses import dataclass

from coffre_cli.signing.permissions import Needs
from coffre_cli.signing.verdict import Change


@dataclass(frozen=True, slots=True)
class Finding:
    """One change between two revisions, not yet judged."""

    change: Change
    needs: Needs
    field: str | None = None
    """The field it touches, for locks."""
    box: tuple[float, float, float, float] | None = None
    """Where on its page it shows, in points."""
    is_new: bool = False
    """Whether what shows there was not on the page before."""
    is_drawn: bool = True
    """Whether a picture of the page shows it; else it shows on paper, under the pointer, or drawn anew."""
