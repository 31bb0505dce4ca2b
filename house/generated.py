"""Everything in the repository that a program writes: who writes it, and whether it is fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from house.catalogue import catalogue
from house.commands import commands_page, readme
from house.errors import errors_page

Writer = Callable[[], Mapping[Path, bytes]]
"""Returns what some files must hold."""

WRITERS: tuple[Writer, ...] = (catalogue, errors_page, commands_page, readme)


def stale() -> list[Path]:
    """Return the files that do not hold what they must."""
    return [path for writer in WRITERS for path, content in writer().items() if not _holds(path, content)]


def regenerate() -> list[Path]:
    """Write the stale files; return them."""
    written = []
    for writer in WRITERS:
        for path, content in writer().items():
            if not _holds(path, content):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                written.append(path)
    return written


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
