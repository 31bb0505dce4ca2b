"""Which program shows a document."""

from __future__ import annotations

import shutil


def viewer(name: str) -> str | None:
    """Return the path of the program that opens files on this system, if it is there."""
    return shutil.which(name)
