"""Finishing, at the next opening, what an interrupted command left half done outside log and index."""

from __future__ import annotations

import contextlib
from pathlib import Path

from coffre_cli.access.slots import write_slot
from coffre_cli.errors import CoffreError
from coffre_cli.store.fs import write_whole
from coffre_cli.vault.check_ways import slot_copies
from coffre_cli.vault.create import write_ballast
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.sweep import sweep_generations, sweep_indexes


def tidy(parts: Parts) -> None:
    """Give each slot its spare and the vault its folders and its ballast, end a change of keys; if it can, now."""
    with contextlib.suppress(CoffreError), parts.lock.exclusive():
        make_folders(parts)
        for name, copies in slot_copies(parts).items():
            for folder in _slot_folders(parts):
                target = folder / f"{name}.json"
                if copies.good is not None and not target.exists():
                    parts.around.disk.make_folder(folder)
                    data, staging = write_slot(copies.good), parts.layout.staging
                    write_whole(parts.around.disk, target, data, staging=staging, random=parts.around.random)
        if not parts.layout.ballast.exists():
            write_ballast(parts)
        parts.verify_in_force()
        sweep_generations(parts)
        if parts.index == parts.layout.index:  # the vault was on a network file system, or could not be written
            sweep_indexes(parts)


def make_folders(parts: Parts) -> list[Path]:
    """Make the folders that are missing (a sync tool or an archive leaves out empty ones); return which these were."""
    missing = [folder for folder in parts.layout.folders() if not folder.is_dir()]
    for folder in missing:
        parts.around.disk.make_folder(folder)
    return missing


def _slot_folders(parts: Parts) -> tuple[Path, Path]:
    return parts.layout.slots, parts.layout.spare_slots
