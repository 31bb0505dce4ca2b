"""Events that could not be written when they happened: failed unlocks, reads on a full disk.

They wait in the state directory, an operation and a moment a line, and enter the journal at the next opening.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from coffre_cli.journal.event import Operation, moment
from coffre_cli.values import frozen

_MAXIMUM_LINES = 1_000


@frozen
class Missed:
    """An event that waited."""

    operation: Operation
    at: str
    """When it happened, or the last of *times*."""
    times: int = 1


def remember_missed(state: Path, vault_id: bytes, operation: Operation, at: datetime) -> None:
    """Queue one event; a state directory that cannot be written must not stop the command."""
    path = _path(state, vault_id)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="ascii") as file:
            file.write(f"{operation} {moment(at)}\n")


def missed(state: Path, vault_id: bytes) -> list[Missed]:
    """Take what was queued, in its order; what is queued from now on waits for the next time.

    Of more than a thousand the rest is told as one of each kind, with its number and its last moment.
    """
    path, taken = _path(state, vault_id), _taken(state, vault_id)
    with contextlib.suppress(OSError):
        if path.exists() and not taken.exists():
            path.replace(taken)
    try:
        lines = taken.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    known = tuple(Operation)
    parts = (line.partition(" ") for line in lines)
    found = [Missed(Operation(name), at) for name, _, at in parts if name in known]
    rest: dict[Operation, Missed] = {}
    for one in found[_MAXIMUM_LINES:]:
        before = rest.get(one.operation)
        rest[one.operation] = Missed(one.operation, one.at, 1 if before is None else before.times + 1)
    return [*found[:_MAXIMUM_LINES], *rest.values()]


def forget_missed(state: Path, vault_id: bytes) -> None:
    """Forget what was taken: it is in the journal."""
    with contextlib.suppress(OSError):
        _taken(state, vault_id).unlink(missing_ok=True)


def _taken(state: Path, vault_id: bytes) -> Path:
    return _path(state, vault_id).with_suffix(".taken")


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "missed" / vault_id.hex()
