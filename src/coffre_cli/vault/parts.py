"""What an open vault is made of: its files under its keys, and the surroundings it was given."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from coffre_cli.access.slots import Payload
from coffre_cli.journal.event import actor_id
from coffre_cli.model import Clock, Progress, RandomBytes, no_progress
from coffre_cli.store.blobs import BlobFolder
from coffre_cli.store.fs import Disk
from coffre_cli.store.keys import KeyFolder
from coffre_cli.store.log import LogFile
from coffre_cli.values import frozen
from coffre_cli.vault.descriptor import MAXIMUM_SIZE, Descriptor, parse_descriptor, verify_in_force
from coffre_cli.vault.errors import DescriptorDamagedError, NewerFormatError, VaultChangedError
from coffre_cli.vault.index_place import FileSystem, FileSystemOf, file_system, index_path, lock_path
from coffre_cli.vault.keychain import Keychain, keychain
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.lock import PATIENCE_SECONDS, VaultLock, Waiting, wait_silently


@frozen
class Surroundings:
    """What a vault needs of the world, given by the edge."""

    clock: Clock
    state: Path
    """Where heads seen and sessions are kept, outside the vault."""
    random: RandomBytes = os.urandom
    disk: Disk = Disk()
    progress: Progress = no_progress
    waiting: Waiting = wait_silently
    patience: float = PATIENCE_SECONDS
    verb: str = ""
    file_system: FileSystemOf = file_system


@frozen
class Parts:
    """The files of one generation of a vault, under their keys."""

    descriptor: Descriptor
    layout: Layout
    payload: Payload
    keychain: Keychain
    log: LogFile
    keys: KeyFolder
    blobs: BlobFolder
    lock: VaultLock
    around: Surroundings
    index: Path
    """Where the derived index lies: in the vault, else in the state directory."""
    lies_on: FileSystem

    @property
    def is_read_only(self) -> bool:
        """Whether nothing of the vault can be changed here."""
        return self.lies_on.read_only

    @property
    def index_staging(self) -> Path:
        """Where an index is made before it takes the place of another."""
        return self.layout.staging if self.index == self.layout.index else self.index.parent

    @property
    def vault_id(self) -> bytes:
        """The vault's id."""
        return self.descriptor.vault_id

    @property
    def actor(self) -> str:
        """How lines name the owner."""
        return actor_id(self.keychain.signing.public)

    def verify_in_force(self) -> None:
        """Compare with `vault.json` as it is now.

        Raises:
            VaultChangedError: The vault's keys were changed by another process.
        """
        verify_in_force(self.around.disk, self.descriptor, self.layout)

    def verify_not_replaced(self) -> None:
        """Look for a later generation in `vault.json`; whether that file is whole is not asked here.

        Raises:
            VaultChangedError: The vault's keys were changed by another process.
        """
        with contextlib.suppress(FileNotFoundError, DescriptorDamagedError, NewerFormatError):
            found = parse_descriptor(self.around.disk.read(self.layout.descriptor, MAXIMUM_SIZE))
            if found.vault_id == self.vault_id and found.generation > self.layout.generation:
                raise VaultChangedError


def assemble(descriptor: Descriptor, layout: Layout, payload: Payload, around: Surroundings) -> Parts:
    """Return the parts of the vault that *payload* opens."""
    chain = keychain(payload.master_key, descriptor.vault_id)
    disk, vault_id, random = around.disk, descriptor.vault_id, around.random
    lies_on = around.file_system(layout.root)
    return Parts(
        descriptor=descriptor,
        layout=layout,
        payload=payload,
        keychain=chain,
        log=LogFile(disk, layout.log, chain.log, vault_id, random),
        keys=KeyFolder(disk, layout.keys, layout.staging, chain.keys, vault_id, random),
        blobs=BlobFolder(disk, layout.blobs, layout.staging, vault_id, random),
        lock=VaultLock(
            lock_path(layout, vault_id, around.state, lies_on), around.verb, around.waiting, around.patience
        ),
        around=around,
        index=index_path(layout, vault_id, around.state, lies_on),
        lies_on=lies_on,
    )
