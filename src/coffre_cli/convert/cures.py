"""What the judge of PDF/A refuses in a file, and can be mended without any effect on its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.compact import with_plain_fonts
from coffre_cli.convert.idle import without_idle_fonts
from coffre_cli.convert.lean import without_strange_keys
from coffre_cli.convert.masks import with_masks_apart

if TYPE_CHECKING:
    import pikepdf

Finding = tuple[str, str]
"""Where, and what."""
_WHERE = re.compile(r"obj (\d+) (\d+)")
_DEEPEST = 2_000
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


def _with_direct_destinations(pdf: pikepdf.Pdf) -> bool:
    """Write the destinations of the outline where they are used; the judge does not follow them elsewhere."""
    from pikepdf import Array, Dictionary

    changed = False
    waiting = [pdf.Root.get("/Outlines")]
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < _DEEPEST:
        item = waiting.pop()
        if not isinstance(item, Dictionary) or item.objgen in seen:
            continue
        seen.add(item.objgen)
        target = item.get("/Dest")
        if isinstance(target, Array) and target.is_indirect:
            item["/Dest"] = Array(list(target))
            changed = True
        waiting += [item.get("/First"), item.get("/Next")]
    return changed


_CURES: dict[str, Callable[[pikepdf.Pdf], bool]] = {
    "FDArray FontMatrix": with_plain_fonts,
    "non-CID-keyed CFF": with_plain_fonts,
    "not embedded": without_idle_fonts,
    "object already checked as": with_masks_apart,
    "is not valid under any of the given schemas": _with_direct_destinations,
}
