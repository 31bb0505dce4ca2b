"""Fonts: those a PDF uses, those the system lacks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.lean import fonts_of
from coffre_cli.worker.errors import WorkerError
from coffre_cli.worker.program import run_program

if TYPE_CHECKING:
    import pikepdf

_ALWAYS_SHOWN = 0x0530
"""Latin, Greek and Cyrillic come before; every installation has them."""
_NOT_ASKED = (range(0x2000, 0x2600), range(0xE000, 0xF900))
"""Signs, which every font has; the private area, which nobody can judge."""
_MOST = 20
_PREFIX = 7


def used_families(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Return the names of the fonts that *pdf* uses, without their subset marks and styles."""
    found: set[str] = set()
    for font in fonts_of(pdf):
        name = str(font.get("/BaseFont", "")).lstrip("/")
        name = name[_PREFIX:] if name[6:7] == "+" else name
        if name:
            found.add(name.split("-")[0].split(",")[0])
    return tuple(sorted(found))


def missing_glyphs(text: str, directory: Path, most: int | None = _MOST) -> tuple[str, ...]:
    """Return *most* of the characters of *text* that no installed font shows; they were drawn as boxes."""
    unusual = {character for character in text if _is_unusual(character)}
    if not unusual or shutil.which("fc-list") is None:
        return ()
    try:
        listed = run_program(["fc-list", ":", "charset"], directory=directory, seconds=10).output
    except WorkerError:
        return ()
    ranges = [_range(word) for word in listed.decode("ascii", "replace").replace(":charset=", " ").split()]
    return tuple(sorted(c for c in unusual if not any(low <= ord(c) <= high for low, high in ranges)))[:most]


def _is_unusual(character: str) -> bool:
    code = ord(character)
    return code >= _ALWAYS_SHOWN and not character.isspace() and not any(code in area for area in _NOT_ASKED)


def _range(word: str) -> tuple[int, int]:
    low, _dash, high = word.partition("-")
    try:
        return int(low, 16), int(high or low, 16)
    except ValueError:
        return (0, -1)
