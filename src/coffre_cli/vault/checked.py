"""What the last check of each vault found, kept outside it: losses stay told until they are made good.

The index is derived and may be folded anew at any time; a vault in which something grave is wrong is not written to.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, NotCanonicalError
from coffre_cli.journal.event import read_moment
from coffre_cli.store.blobs import BlobId
from coffre_cli.values import frozen


@frozen
class LastCheck:
    """The outcome of a check."""

    at: str
    """When (ISO, UTC)."""
    wrong: int
    """How many grave findings."""
    unreadable: frozenset[BlobId]
    """Blobs that could not be decrypted to what was written."""

    @property
    def moment(self) -> datetime:
        """When."""
        return read_moment(self.at)


def last_check(state: Path, vault_id: bytes) -> LastCheck | None:
    """Return the outcome of the last check that this account made."""
    try:
        fields = Fields(canonical.decode(_path(state, vault_id).read_bytes(), what="check"), what="check")
        unreadable = frozenset(BlobId(bytes.fromhex(name)) for name in fields.texts("unreadable"))
        return LastCheck(fields.text("at"), fields.integer("wrong"), unreadable)
    except (OSError, NotCanonicalError, ValueError):
        return None


def remember_check(state: Path, vault_id: bytes, check: LastCheck) -> None:
    """Remember *check*; a state directory that cannot be written costs the memory, not the check."""
    path = _path(state, vault_id)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    unreadable = sorted(blob.hex() for blob in check.unreadable)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.write_bytes(canonical.encode({"at": check.at, "unreadable": unreadable, "wrong": check.wrong}))
        partial.replace(path)


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "checks" / vault_id.hex()
