"""How long the shell waits before anything happens."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Aim, Command, Row
from bench.place import PYTHON, Place


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    nothing = Command((PYTHON, "-c", "pass")).milliseconds
    interpreter = "`python -c pass`"
    version, help_text = place.coffre("--version").milliseconds, place.coffre("--help").milliseconds
    yield Row("coffre --version", version, nothing, Aim.AT_MOST, 2, "ms", interpreter, rounds=21)
    yield Row("coffre --help", help_text, nothing, Aim.AT_MOST, 8, "ms", interpreter, rounds=21)
