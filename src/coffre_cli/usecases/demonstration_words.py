"""What is typed in the demonstration, in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from coffre_cli.usecases.demonstration_papers import PaperNames


@dataclass(frozen=True, slots=True)
class Words:
    """What is typed, in the language of the demonstration."""

    safe: str
    papers: PaperNames
    lease: str
    bill: str
    folder: str
    lease_folder: str
    tag: str
    word_in_lease: str
    word_in_letter: str
    reason: str
    anchor: str
    alarm: str


WORDS: Final = {
    "en": Words(
        safe="home",
        papers=PaperNames("lease.pdf", "insurance.tif", "electricity.jpg"),
        lease="lease",
        bill="electricity",
        folder="Home",
        lease_folder="Home/Lease",
        tag="rent",
        word_in_lease="guarantee",
        word_in_letter="reimbursed",
        reason="I agree to this lease",
        anchor="The tenant's signature",
        alarm="Insure the flat again",
    ),
    "fr": Words(
        safe="maison",
        papers=PaperNames("bail.pdf", "assurance.tif", "electricite.jpg"),
        lease="bail",
        bill="electricite",
        folder="Maison",
        lease_folder="Maison/Bail",
        tag="loyer",
        word_in_lease="garantie",
        word_in_letter="franchise",
        reason="J'accepte ce bail",
        anchor="Signature du locataire",
        alarm="Assurer de nouveau le logement",
    ),
}
