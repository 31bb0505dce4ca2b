"""The emergency kit: the recovery code on one printable sheet, with what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coffre_cli.pages.draw import draw
from coffre_cli.usecases.creation import Made


@dataclass(frozen=True, slots=True)
class KitWords:
    """The sentences of the sheet, in the user's language."""

    title: str
    lead: str
    safe: str
    folder: str
    made: str
    caption: str
    rules: tuple[str, ...]
    footer: str


def emergency_kit(made: Made, words: KitWords, *, day: str, moment: datetime) -> bytes:
    """Return the sheet as a PDF."""
    data = {
        "title": words.title,
        "lead": words.lead,
        "facts": ((words.safe, made.name), (words.folder, str(made.folder)), (words.made, day)),
        "caption": words.caption,
        "code": made.recovery_code,
        "rules": words.rules,
        "footer": words.footer,
    }
    return draw("kit", data, moment=moment)
