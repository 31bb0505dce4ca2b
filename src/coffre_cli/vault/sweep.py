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

from coffre_cli.store.fs import discard, is_own_folder, listed, remove_tree
from coffre_cli.vault.begun import begun_rekey
from coffre_cli.vault.index_place import other_copies
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.parts import Parts

_HOLDS_KEYS: Final = r".*\.db(-wal|-shm|-journal)?|.*\.keys|[0-9a-f]{16}\.(partial|log)|[0-9a-f]{32}-[0-9a-f]{8}\.json"
"""Indexes, packs, logs, and copies of slots that a repair put aside: an old password may open these."""


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
    """Remove what `stale_generations` names, slots first: then nothing can take it for the vault."""
    for path in stale_generations(parts.layout, begun_rekey(parts.around.state, parts.vault_id)):
        if is_own_folder(path):
            remove_tree(parts.around.disk, path / "slots")
            remove_tree(parts.around.disk, path)
        else:
            discard(parts.around.disk, path)


def stale_generations(layout: Layout, begun: int | None) -> list[Path]:
    """Return the files and folders of every generation before the one in force, and of one *begun* here in vain.

    Any other that is later may come from another computer, whose `vault.json` a sync tool has not brought yet.
    """
    numbers = generations(layout)
    found = [numbers[one] for one in sorted(numbers) if one < layout.generation or one == begun != layout.generation]
    if layout.generation:
        first = Layout(layout.root)
        names = (first.index.name + suffix for suffix in ("", "-wal", "-shm", "-journal"))
        spool = (first.spool,) if first.spool.is_dir() and any(first.spool.iterdir()) else ()
        own = (first.slots, *spool, first.log, first.keys, first.spare, *(first.root / name for name in names))
        found += [path for path in own if path.exists()]
    return found


def generations(layout: Layout) -> dict[int, Path]:
    """Return the folders of generations, but for the first, by their numbers."""
    found = ((path.name.removeprefix("gen-"), path) for path in layout.root.glob("gen-*"))
    return {int(number): path for number, path in found if re.fullmatch("[1-9][0-9]{0,8}", number)}


def _copies(layout: Layout) -> Iterator[Path]:
    for folder in (layout.staging, layout.quarantine):
        for path in listed(folder):
            if re.fullmatch(_HOLDS_KEYS, path.name):
                yield path
