"""Old copies of keys, wherever an interrupted command or a repair left them: a deletion for good must reach them too.

Runs under the exclusive lock. Only files written under that lock are touched: a blob that is being deposited has a
longer name. What cannot be removed now is removed by the next deletion.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coffre_cli.store.fs import discard, remove_tree
from coffre_cli.vault.index_place import other_copies
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.parts import Parts

_HOLDS_KEYS: Final = r".*\.db(-wal|-shm|-journal)?|.*\.keys|[0-9a-f]{16}\.(partial|log)"


def sweep(parts: Parts) -> None:
    """Remove what may hold a key or a text outside the generation in force."""
    for path in _copies(parts.layout):
        discard(parts.around.disk, path)
    sweep_indexes(parts)
    sweep_generations(parts)


def sweep_indexes(parts: Parts) -> None:
    """Remove every copy of the index but the one in use."""
    for path in other_copies(parts.layout, parts.vault_id, parts.around.state, parts.index):
        discard(parts.around.disk, path)
        with contextlib.suppress(OSError):
            if path.parent != parts.layout.home:
                path.parent.rmdir()


def sweep_generations(parts: Parts) -> None:
    """Remove every generation but the one in force, its slots first: then nothing can take it for the vault."""
    for path in stale_generations(parts.layout):
        if path.is_dir():
            remove_tree(parts.around.disk, path / "slots")
            remove_tree(parts.around.disk, path)
        else:
            discard(parts.around.disk, path)


def stale_generations(layout: Layout) -> list[Path]:
    """Return the files and folders of every generation but the one in force."""
    found = [path for path in sorted(layout.root.glob("gen-*")) if path != layout.home and path.is_dir()]
    if layout.generation:
        first = Layout(layout.root)
        names = (first.index.name + suffix for suffix in ("", "-wal", "-shm", "-journal"))
        spool = (first.spool,) if first.spool.is_dir() and any(first.spool.iterdir()) else ()
        own = (first.slots, *spool, first.log, first.keys, first.spare, *(first.root / name for name in names))
        found += [path for path in own if path.exists()]
    return found


def _copies(layout: Layout) -> Iterator[Path]:
    for folder in (layout.staging, layout.quarantine):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if re.fullmatch(_HOLDS_KEYS, path.name):
                yield path
