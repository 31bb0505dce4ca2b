"""Events that could not be written when they happened: failed unlocks, reads on a full disk.

They wait in the state directory, an operation and a moment a line, and enter the journal at the next opening.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from coffre_cli.journal.event import Operation, moment

_MAXIMUM_LINES = 1_000


def remember_missed(state: Path, vault_id: bytes, operation: Operation, at: datetime) -> None:
    """Queue one event; a state directory that cannot be written must not stop the command."""
    path = _path(state, vault_id)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="ascii") as file:
            file.write(f"{operation} {moment(at)}\n")


def missed(state: Path, vault_id: bytes) -> list[tuple[Operation, str]]:
    """Return what was queued: operations, and when they happened."""
    try:
        lines = _path(state, vault_id).read_text(encoding="ascii", errors="replace").splitlines()[:_MAXIMUM_LINES]
    except OSError:
        return []
    known = tuple(Operation)
    parts = (line.partition(" ") for line in lines)
    return [(Operation(name), at) for name, _, at in parts if name in known]


def forget_missed(state: Path, vault_id: bytes) -> None:
    """Empty the queue: what was in it is in the journal."""
    with contextlib.suppress(OSError):
        _path(state, vault_id).unlink(missing_ok=True)


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "missed" / vault_id.hex()
