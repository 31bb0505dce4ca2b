"""Which folders hold the tests of a room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"


def folders_of_tests(arguments: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders that `./dev test ARGUMENTS…` runs: all of them, or those of the rooms named."""
    rooms = [word for word in arguments if not word.startswith("-")]
    if not rooms:
        return (TESTS,)
    return tuple(folder for room in rooms for folder in _of_room(room))


def _of_room(room: str) -> tuple[Path, ...]:
    return tuple(folder for folder in (TESTS / "unit" / room, TESTS / room, TESTS / "faults" / room) if folder.is_dir())
