"""The change of keys that was begun on this computer: only what it left is this computer's to remove.

A later generation than the one in force may as well be another computer's, in a folder that a sync tool keeps.
"""

from __future__ import annotations

import contextlib
from pathlib import Path


def remember_begun(state: Path, vault_id: bytes, generation: int) -> None:
    """Remember that *generation* is being built here; without it, what is left goes when the next one is built."""
    path = _path(state, vault_id)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(str(generation), "ascii")


def forget_begun(state: Path, vault_id: bytes) -> None:
    """Forget it: the generation is in force, or gone."""
    with contextlib.suppress(OSError):
        _path(state, vault_id).unlink(missing_ok=True)


def begun_rekey(state: Path, vault_id: bytes) -> int | None:
    """Return the generation that was begun here and not ended, if there is one."""
    try:
        return int(_path(state, vault_id).read_text("ascii"))
    except (OSError, ValueError):
        return None


def _path(state: Path, vault_id: bytes) -> Path:
    return state / "rekeys" / vault_id.hex()
