"""The key that deposits are sealed to while the vault is locked, as this account remembers it (docs/format/spool.md).

A key that the folder itself told could be anybody's: only what a slot gave is remembered, outside the vault.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from coffre_cli.access.slots import Payload
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, NotCanonicalError
from coffre_cli.store.fs import Disk
from coffre_cli.vault.descriptor import Descriptor
from coffre_cli.vault.errors import SpoolKeyUnknownError
from coffre_cli.vault.layout import Layout

ENTRY_SUFFIX = ".spool"


def remember_spool_key(state: Path, vault_id: bytes, payload: Payload) -> None:
    """Remember what a slot told; a state directory that cannot be written costs sealed deposits, not the command."""
    path = _path(state, vault_id)
    log_key, spool_key = canonical.b64(payload.log_key), canonical.b64(payload.spool_key)
    data = canonical.encode({"log_key": log_key, "spool_key": spool_key})
    with contextlib.suppress(OSError):
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        partial.write_bytes(data)
        partial.replace(path)


def remembered_spool_key(state: Path, descriptor: Descriptor) -> bytes:
    """Return the key that deposits into the vault of *descriptor* are sealed to.

    Raises:
        SpoolKeyUnknownError: This account has not opened it, or not since its keys were changed.
    """
    try:
        data = Disk().read(_path(state, descriptor.vault_id))
        fields = Fields(canonical.decode(data, what="spool key"), what="spool key")
        log_key, key = fields.binary("log_key", 32), fields.binary("spool_key", 32)
    except (OSError, NotCanonicalError):
        raise SpoolKeyUnknownError(safe=descriptor.name) from None
    if log_key != descriptor.log_key:
        raise SpoolKeyUnknownError(safe=descriptor.name)
    return key


def count_waiting(layout: Layout) -> int:
    """Return how many sealed deposits wait to be taken in."""
    try:
        with os.scandir(layout.spool) as found:
            return sum(entry.name.endswith(ENTRY_SUFFIX) for entry in found)
    except OSError:
        return 0


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "spool" / vault_id.hex()
