"""Columns of text that fit the terminal; a pipe gets the same, unshortened."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from coffre_cli.i18n import N_, _
from coffre_cli.ui.local import decimal
from coffre_cli.ui.plain import fitted, width

_GAP = "  "
_SMALLEST = 12
_WIDEST = 60
"""Columns that one long cell may take from all other lines of a pipe; the cell itself is never cut there."""
_MEASURED = 1_000
_UNITS = N_("B kB MB GB TB")


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, elastic: int) -> Iterator[str]:
    """Yield the lines of a table; column *elastic* gives way when the terminal is narrow, and never widens the rest.

    The first thousand rows say how wide the columns are: the rest is taken line by line, however many there are.
    """
    left = iter(rows)
    first = list(islice(left, _MEASURED))
    columns = list(zip(header, *first, strict=True))
    widths = [max(width(cell) for cell in column) for column in columns]
    on_screen = sys.stdout.isatty()
    if on_screen:
        import shutil

        free = shutil.get_terminal_size().columns - sum(widths) - len(_GAP) * (len(widths) - 1)
        widths[elastic] = max(min(widths[elastic], _SMALLEST), widths[elastic] + min(free, 0))
    else:
        widths[elastic] = min(widths[elastic], _WIDEST)
    for row in chain((header,), first, left):
        cells = (
            fitted(cell, size) if width(cell) <= size or (on_screen and column == elastic) else cell
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join(cells).rstrip()


def size_text(size: int) -> str:
    """Return a size in bytes as people read it (powers of 1,000, as disks are sold)."""
    units = _(_UNITS).split()
    if size < 1000:  # noqa: PLR2004 - the power of the unit
        return f"{size} {units[0]}"
    powers = range(1, len(units))
    power = next((power for power in powers if round(size / 1000**power, 1) < 1000), powers[-1])  # noqa: PLR2004 - the same
    return f"{decimal(size / 1000**power)} {units[power]}"
