"""What the judge of PDF/A refuses in a file, and can be mended without any effect on its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.compact import with_plain_fonts
from coffre_cli.convert.direct import with_direct_values
from coffre_cli.convert.idle import without_idle_fonts
from coffre_cli.convert.lean import fonts_of, without_strange_keys
from coffre_cli.convert.masks import with_masks_apart

if TYPE_CHECKING:
    import pikepdf

Finding = tuple[str, str]
"""Where, and what."""
_WHERE = re.compile(r"obj (\d+) (\d+)")
_LATEST = (1, 7)


def cured(pdf: pikepdf.Pdf, findings: Sequence[Finding]) -> bool:
    """Mend in *pdf* what the *findings* name, as far as that is known; True when there is hope."""
    hopes = [without_strange_keys(pdf, findings)]
    hopes += [cure(pdf) for word, cure in _CURES.items() if any(word in message for _where, message in findings)]
    return any(hopes)


def version_for(pdf: pikepdf.Pdf) -> str:
    """Return the version to force on the file, or nothing: PDF/A-2 knows none after 1.7."""
    from pikepdf import Name

    said = pdf.Root.get("/Version")
    newest = max(_parts(pdf.pdf_version), _parts(str(said)[1:]) if isinstance(said, Name) else (1, 0))
    if newest <= _LATEST:
        return ""
    if "/Version" in pdf.Root:
        del pdf.Root["/Version"]
    return "1.7"


def _parts(version: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d)\.(\d)", version)
    return (int(found[1]), int(found[2])) if found else (9, 9)


def _without_character_lists(pdf: pikepdf.Pdf) -> bool:
    """Take the lists of glyphs out of fonts of Type 1: optional, and wrong where LuaTeX writes them."""
    from pikepdf import Dictionary

    found = [font.get("/FontDescriptor") for font in fonts_of(pdf)]
    listed = [one for one in found if isinstance(one, Dictionary) and "/CharSet" in one]
    for descriptor in listed:
        if "/CharSet" in descriptor:  # two fonts may share it
            del descriptor["/CharSet"]
    return bool(listed)


_CURES: dict[str, Callable[[pikepdf.Pdf], bool]] = {
    "FDArray FontMatrix": with_plain_fonts,
    "non-CID-keyed CFF": with_plain_fonts,
    "not embedded": without_idle_fonts,
    "object already checked as": with_masks_apart,
    " R' ": with_direct_values,
    "/CharSet does not list": _without_character_lists,
}
