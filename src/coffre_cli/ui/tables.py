"""Columns of text that fit the terminal; a pipe gets the same, unshortened."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence

from coffre_cli.ui.plain import fitted, width

_GAP = "  "
_SMALLEST = 12


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, elastic: int) -> Iterator[str]:
    """Yield the lines of a table; column *elastic* gives way when the terminal is narrow."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(width(cell) for cell in column) for column in columns]
    if sys.stdout.isatty():
        free = shutil.get_terminal_size().columns - sum(widths) - len(_GAP) * (len(widths) - 1)
        widths[elastic] = max(min(widths[elastic], _SMALLEST), widths[elastic] + min(free, 0))
    for row in (header, *rows):
        yield _GAP.join(fitted(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()


def size_text(size: int) -> str:
    """Return a size in bytes as people read it (powers of 1,000, as disks are sold)."""
    amount, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if round(amount, 1) < 1000 or unit == "TB":  # noqa: PLR2004 - the power of the unit
            break
        amount /= 1000
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
