"""Key packs: the only thing that is ever forgotten (docs/format/keys.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NewType

from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import open_sealed, seal, sealed_size
from coffre_cli.model import RandomBytes, RecordId
from coffre_cli.store.errors import KeyPackAlteredError
from coffre_cli.store.fs import Disk, guarded, id_in_name, write_whole
from coffre_cli.values import frozen

PackId = NewType("PackId", bytes)
"""16 random bytes naming one pack; never used twice."""

PACK_CAPACITY: Final = 256
_ENTRY_SIZE: Final = 56
_OVERHEAD: Final = sealed_size(0)


@frozen
class RecordKey:
    """The key of one record, from event *number* on."""

    record: RecordId
    number: int
    key: Secret


@frozen
class KeyFolder:
    """The key packs of one generation of a vault."""

    disk: Disk
    folder: Path
    staging: Path
    key: Secret
    vault_id: bytes
    random: RandomBytes

    def write(self, keys: Sequence[RecordKey]) -> PackId:
        """Write *keys* into a new pack, durable on return."""
        pack = PackId(self.random(16))
        plaintext = b"".join(entry.record + entry.number.to_bytes(8, "big") + entry.key.reveal() for entry in keys)
        message = seal(self.key.reveal(), self._context(pack), plaintext, self.random)
        write_whole(self.disk, self.path(pack), message, staging=self.staging, random=self.random)
        return pack

    def read(self, pack: PackId) -> tuple[RecordKey, ...]:
        """Return the keys of *pack*.

        Raises:
            KeyPackAlteredError: It is gone or not what was written.
        """
        try:
            plaintext = open_sealed(self.key.reveal(), self._context(pack), self.disk.read(self.path(pack)))
        except (SealError, FileNotFoundError) as error:
            raise KeyPackAlteredError(pack=pack.hex()) from error
        if len(plaintext) % _ENTRY_SIZE or not 0 < len(plaintext) <= PACK_CAPACITY * _ENTRY_SIZE:
            raise KeyPackAlteredError(pack=pack.hex())
        return tuple(_entries(plaintext))

    def packs(self) -> frozenset[PackId]:
        """Return the ids of the packs on the disk."""
        names = (id_in_name(path) for path in self.folder.glob("*.keys"))
        return frozenset(PackId(name) for name in names if name is not None)

    def sizes(self) -> dict[PackId, int]:
        """Return how many keys each pack holds, as its size tells."""
        with guarded(self.folder):
            return {pack: (self.path(pack).stat().st_size - _OVERHEAD) // _ENTRY_SIZE for pack in self.packs()}

    def remove(self, packs: Iterable[PackId]) -> None:
        """Unlink *packs*, durable on return."""
        for pack in packs:
            self.disk.unlink(self.path(pack))
        self.disk.sync_folder(self.folder)

    def path(self, pack: PackId) -> Path:
        """Return the file of *pack*."""
        return self.folder / f"{pack.hex()}.keys"

    def _context(self, pack: PackId) -> bytes:
        return b"coffre/1/keys\x00" + self.vault_id + pack


def _entries(plaintext: bytes) -> Iterator[RecordKey]:
    for start in range(0, len(plaintext), _ENTRY_SIZE):
        entry = plaintext[start : start + _ENTRY_SIZE]
        yield RecordKey(RecordId(entry[:16]), int.from_bytes(entry[16:24], "big"), Secret(entry[24:]))
