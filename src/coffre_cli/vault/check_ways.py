"""Level 1, ways in: `vault.json`, the slots, and the spare of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.access.errors import SlotDamagedError
from coffre_cli.access.slots import Slot, SlotKind, read_slot
from coffre_cli.crypto.errors import ForgedParametersError
from coffre_cli.vault.check_model import (
    DESCRIPTOR,
    NO_RECOVERY,
    SEVERAL_PASSWORDS,
    SLOT,
    SLOT_LOST,
    Finding,
    finding,
    unknown_file,
)
from coffre_cli.vault.descriptor import MAXIMUM_SIZE, MAXIMUM_SLOT_SIZE, parse_descriptor
from coffre_cli.vault.errors import DescriptorDamagedError, NewerFormatError
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.ways_in import WaysIn


@dataclass(frozen=True, slots=True)
class Copies:
    """The two files of one slot, each None when it cannot be read."""

    kept: Slot | None
    spare: Slot | None
    foreign: tuple[Path, ...] = ()
    """Those that are whole, and another safe's."""

    @property
    def good(self) -> Slot | None:
        """The slot itself, from whichever copy can be read."""
        return self.kept or self.spare


def check_ways_in(parts: Parts) -> Iterator[Finding]:
    """Yield what is wrong with descriptor and slots."""
    for path in bad_descriptors(parts):
        yield finding(DESCRIPTOR, path=shown(parts, path))
    kinds = []
    for name, copies in slot_copies(parts).items():
        for path in copies.foreign if copies.good is None else ():
            yield unknown_file(parts.layout.root, path)
        if copies.good is None:
            if not copies.foreign:
                yield finding(SLOT_LOST, slot=name)
            continue
        kinds.append(copies.good.kind)
        for folder, copy in ((parts.layout.slots, copies.kept), (parts.layout.spare_slots, copies.spare)):
            if copy != copies.good:
                yield finding(SLOT, path=shown(parts, folder / f"{name}.json"))
    if SlotKind.RECOVERY not in kinds:
        yield finding(NO_RECOVERY)
    if kinds.count(SlotKind.PASSWORD) > 1:
        yield finding(SEVERAL_PASSWORDS, count=kinds.count(SlotKind.PASSWORD))


def bad_descriptors(parts: Parts) -> list[Path]:
    """Return the copies of `vault.json` that are not what was written."""
    paths = (parts.layout.descriptor, parts.layout.spare_descriptor)
    return [path for path in paths if not _is_good_descriptor(parts, path)]


def slot_copies(parts: Parts) -> dict[str, Copies]:
    """Return the copies of every slot, by its name."""
    names = WaysIn(parts.around.disk, parts.layout, parts.around.random).names()
    return {name: _copies(parts, name) for name in names}


def shown(parts: Parts, path: Path) -> str:
    """Return *path* as findings name it: from the vault's folder on."""
    return path.relative_to(parts.layout.root).as_posix()


def _is_good_descriptor(parts: Parts, path: Path) -> bool:
    try:
        return parse_descriptor(parts.around.disk.read(path, MAXIMUM_SIZE)) == parts.descriptor
    except (FileNotFoundError, DescriptorDamagedError, NewerFormatError):
        return False


def _copies(parts: Parts, name: str) -> Copies:
    paths = [folder / f"{name}.json" for folder in (parts.layout.slots, parts.layout.spare_slots)]
    found = [_slot(parts, path) for path in paths]
    ours = [slot if slot is not None and slot.vault_id == parts.vault_id else None for slot in found]
    strange = zip(paths, found, ours, strict=True)
    return Copies(ours[0], ours[1], tuple(path for path, slot, own in strange if slot is not None and own is None))


def _slot(parts: Parts, path: Path) -> Slot | None:
    try:
        return read_slot(parts.around.disk.read(path, MAXIMUM_SLOT_SIZE), name=path.stem)
    except (FileNotFoundError, SlotDamagedError, ForgedParametersError):
        return None
