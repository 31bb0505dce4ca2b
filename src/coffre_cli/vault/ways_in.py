"""The slots of a vault on the disk, each with its spare; adding, opening and removing one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from coffre_cli.access.errors import SlotDamagedError
from coffre_cli.access.slots import Payload, Slot, SlotId, SlotKind, open_slot, read_slot, write_slot
from coffre_cli.crypto.errors import ForgedParametersError
from coffre_cli.crypto.secret import Secret
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes
from coffre_cli.store.fs import Disk, write_whole
from coffre_cli.values import frozen
from coffre_cli.vault.descriptor import MAXIMUM_SLOT_SIZE
from coffre_cli.vault.layout import Layout


@frozen
class WaysIn:
    """The slots of one generation of a vault."""

    disk: Disk
    layout: Layout
    random: RandomBytes
    vault_id: bytes | None = None
    """Whose slots count: one of another safe, brought here by a sync tool, opens something else."""

    def slots(self, kind: SlotKind | None = None) -> Iterator[Slot]:
        """Yield the slots that can be read, from their spare if need be.

        Raises:
            SlotDamagedError, ForgedParametersError: None can be read, and this is what the last one says.
        """
        problem: SlotDamagedError | ForgedParametersError | None = None
        found = False
        for name in self.names():
            try:
                slot = self.read(name)
            except (SlotDamagedError, ForgedParametersError) as error:
                problem = error
                continue
            found = True
            if self._is_ours(slot) and (kind is None or slot.kind is kind):
                yield slot
        if not found and problem is not None:
            raise problem

    def open(self, kind: SlotKind, secret: Secret) -> tuple[Slot, Payload] | None:
        """Return the slot of *kind* that *secret* opens, with its payload.

        Raises:
            SlotDamagedError, ForgedParametersError: None opens, and one is damaged: the secret may be right.
        """
        problem: SlotDamagedError | ForgedParametersError | None = None
        for name in self.names():
            try:
                slot = self.read(name)
            except (SlotDamagedError, ForgedParametersError) as error:
                problem = error
                continue
            payload = open_slot(slot, secret) if slot.kind is kind and self._is_ours(slot) else None
            if payload is not None:
                return slot, payload
        if problem is not None:
            raise problem
        return None

    def names(self) -> list[str]:
        """Return the names of all slots, kept or spare."""
        folders = (self.layout.slots, self.layout.spare_slots)
        return sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.json")})

    def read(self, name: str) -> Slot:
        """Return slot *name*, from its spare if need be."""
        try:
            return read_slot(self._bytes(self.layout.slots, name), name=name)
        except (FileNotFoundError, SlotDamagedError, ForgedParametersError) as error:
            with contextlib.suppress(FileNotFoundError, SlotDamagedError, ForgedParametersError):
                return read_slot(self._bytes(self.layout.spare_slots, name), name=name)
            if isinstance(error, FileNotFoundError):
                raise SlotDamagedError(slot=name, reason=N_("missing")) from None
            raise

    def add(self, slot: Slot) -> None:
        """Write *slot* and its spare, both read back before anything relies on them."""
        for folder in (self.layout.slots, self.layout.spare_slots):
            path = folder / f"{slot.id.hex()}.json"
            write_whole(self.disk, path, write_slot(slot), staging=self.layout.staging, random=self.random)
            if read_slot(self.disk.read(path), name=slot.id.hex()) != slot:
                raise SlotDamagedError(slot=slot.id.hex(), reason=N_("read back"))

    def remove(self, slot: SlotId) -> None:
        """Remove a slot and its spare."""
        for folder in (self.layout.slots, self.layout.spare_slots):
            self.disk.unlink(folder / f"{slot.hex()}.json")
            self.disk.sync_folder(folder)

    def _is_ours(self, slot: Slot) -> bool:
        return self.vault_id is None or slot.vault_id == self.vault_id

    def _bytes(self, folder: Path, name: str) -> bytes:
        return self.disk.read(folder / f"{name}.json", MAXIMUM_SLOT_SIZE)
