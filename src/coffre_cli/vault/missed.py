"""Events that could not be written when they happened: failed unlocks, reads on a full disk.

They wait in the state directory, an operation and a moment a line, and enter the journal at the next opening.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from coffre_cli.errors import CoffreError
from coffre_cli.journal.event import Operation, moment
from coffre_cli.vault.session import Vault

_MAXIMUM_LINES = 1_000


def remember_missed(state: Path, vault_id: bytes, operation: Operation, at: datetime) -> None:
    """Queue one event; a state directory that cannot be written must not stop the command."""
    path = _path(state, vault_id)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="ascii") as file:
            file.write(f"{operation} {moment(at)}\n")


def write_missed(vault: Vault) -> None:
    """Write what was queued into the journal, once there is room for it."""
    path = _path(vault.parts.around.state, vault.id)
    if not path.exists():
        return
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()[:_MAXIMUM_LINES]
    known = tuple(Operation)
    with contextlib.suppress(CoffreError):
        with vault.change() as change:
            for line in lines:
                name, _, at = line.partition(" ")
                if name in known:
                    change.act(Operation(name), facts={"happened": at})
        path.unlink(missing_ok=True)


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "missed" / vault_id.hex()
