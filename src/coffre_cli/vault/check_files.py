"""Level 1, the rest of the folder: ballast, lock, what interrupted commands left, and files that are not ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.store.fs import listed
from coffre_cli.vault.begun import begun_rekey
from coffre_cli.vault.check_blobs import is_left_over
from coffre_cli.vault.check_model import (
    BALLAST,
    FOLDER,
    LEFTOVER,
    LOCK,
    SEALED_ASIDE,
    SEALED_WAITING,
    Finding,
    finding,
    unknown_file,
)
from coffre_cli.vault.check_ways import shown
from coffre_cli.vault.create import BALLAST_SIZE
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.spool_key import ENTRY_SUFFIX
from coffre_cli.vault.sweep import generations, stale_generations

_INDEX = re.compile(r"index\.db(-wal|-shm|-journal)?")
_SLOT = re.compile(r"[0-9a-f]{32}\.json")
_PACK = re.compile(r"[0-9a-f]{32}\.keys")
_ENTRY = re.compile(r"[0-9a-f]{32}\.spool")
_GENERATION = re.compile(r"gen-[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class MadeAgain:
    """What was missing and is made by looking at the vault at all."""

    lock: bool = False
    folders: tuple[Path, ...] = ()


def check_files(parts: Parts, made: MadeAgain) -> Iterator[Finding]:
    """Yield what is wrong with the files that hold no data, and what is too many."""
    if not is_ballast(parts.layout.ballast):
        yield finding(BALLAST)
    if made.lock:
        yield finding(LOCK)
    for folder in made.folders:
        yield finding(FOLDER, path=shown(parts, folder))
    for path in leftovers(parts):
        yield finding(LEFTOVER, path=shown(parts, path))
    yield from _sealed_deposits(parts)
    for path in _strangers(parts.layout):
        yield unknown_file(parts.layout.root, path)


def _sealed_deposits(parts: Parts) -> Iterator[Finding]:
    waiting = sum(bool(_ENTRY.fullmatch(path.name)) for path in listed(parts.layout.spool))
    if waiting:
        yield finding(SEALED_WAITING, count=waiting)
    for path in listed(parts.layout.quarantine):
        if path.name.endswith(ENTRY_SUFFIX):
            yield finding(SEALED_ASIDE, path=shown(parts, path), whole_path=path.as_posix())


def is_ballast(path: Path) -> bool:
    """Tell whether the ballast is there and all zeros."""
    try:
        return path.read_bytes() == bytes(BALLAST_SIZE)
    except OSError:
        return False


def leftovers(parts: Parts) -> list[Path]:
    """Return what interrupted commands left: files in staging, and generations that are not in force."""
    layout = parts.layout
    begun = begun_rekey(parts.around.state, parts.vault_id)
    later = [path for number, path in sorted(generations(layout).items()) if number > layout.generation]
    found = dict.fromkeys([*listed(layout.staging), *stale_generations(layout, begun), *later])
    return [path for path in found if is_left_over(parts, path)]


def _strangers(layout: Layout) -> Iterator[Path]:
    """Yield the paths that no page of docs/format names."""
    known = {*layout.folders(), layout.descriptor, layout.ballast, layout.lock, layout.spool_lock, layout.log}
    for path in sorted(layout.root.iterdir()):
        if path not in known and not _GENERATION.fullmatch(path.name) and not _is_of_first(layout, path):
            yield path
    for path in sorted(layout.home.iterdir()) if layout.generation else ():
        if path not in known and not _INDEX.fullmatch(path.name):
            yield path
    own = ((layout.slots, _SLOT), (layout.spare_slots, _SLOT), (layout.keys, _PACK), (layout.spool, _ENTRY))
    for folder, pattern in own:
        yield from (path for path in listed(folder) if not pattern.fullmatch(path.name))
    spare = (layout.spare_descriptor, layout.spare_slots)
    yield from (path for path in listed(layout.spare) if path not in spare)
    yield from (path for path in listed(layout.blobs) if not re.fullmatch(r"[0-9a-f]{2}", path.name))


def _is_of_first(layout: Layout, path: Path) -> bool:
    """Tell whether *path* belongs to generation 0, in force or left over."""
    return bool(_INDEX.fullmatch(path.name)) or path in Layout(layout.root).folders() or path.name == "log"
