"""The last head seen of each vault, kept outside it: an older, shorter or other log is named at once."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, NotCanonicalError
from coffre_cli.values import frozen


@frozen
class SeenHead:
    """How long the journal was when it was last seen, and its last leaf."""

    number: int
    leaf: bytes


def seen_head(state: Path, vault_id: bytes) -> SeenHead | None:
    """Return the head last seen of the vault, if this account has seen it."""
    try:
        fields = Fields(canonical.decode(_path(state, vault_id).read_bytes(), what="head"), what="head")
        return SeenHead(fields.integer("number"), fields.binary("leaf", 32))
    except (OSError, NotCanonicalError):
        return None


def remember_head(state: Path, vault_id: bytes, head: SeenHead) -> None:
    """Remember *head*; a state directory that cannot be written costs the comparison, not the command."""
    path = _path(state, vault_id)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.write_bytes(canonical.encode({"leaf": canonical.b64(head.leaf), "number": head.number}))
        partial.replace(path)


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "heads" / vault_id.hex()
