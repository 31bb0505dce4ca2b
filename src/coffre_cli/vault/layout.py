"""Where the files of a vault lie (docs/format/vault.md)."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.values import frozen


@frozen
class Layout:
    """The paths of one generation of one vault."""

    root: Path
    generation: int = 0

    @property
    def home(self) -> Path:
        """The folder of this generation."""
        return self.root / f"gen-{self.generation}" if self.generation else self.root

    @property
    def descriptor(self) -> Path:
        """`vault.json`, which names the generation in force."""
        return self.root / "vault.json"

    @property
    def slots(self) -> Path:
        """The key slots."""
        return self.home / "slots"

    @property
    def log(self) -> Path:
        """The log."""
        return self.home / "log"

    @property
    def keys(self) -> Path:
        """The key packs."""
        return self.home / "keys"

    @property
    def index(self) -> Path:
        """The derived index."""
        return self.home / "index.db"

    @property
    def spool(self) -> Path:
        """The deposits that were sealed while the vault was locked."""
        return self.home / "spool"

    @property
    def spool_lock(self) -> Path:
        """Held by the process that takes them in."""
        return self.root / "spool.lock"

    @property
    def spare(self) -> Path:
        """Copies of descriptor and slots."""
        return self.home / "spare"

    @property
    def spare_descriptor(self) -> Path:
        """The copy of `vault.json`."""
        return self.spare / "vault.json"

    @property
    def spare_slots(self) -> Path:
        """The copies of the slots."""
        return self.spare / "slots"

    @property
    def blobs(self) -> Path:
        """The encrypted renditions, of every generation."""
        return self.root / "blobs"

    @property
    def staging(self) -> Path:
        """Files being written."""
        return self.root / "tmp"

    @property
    def quarantine(self) -> Path:
        """What a repair set aside."""
        return self.root / "quarantine"

    @property
    def ballast(self) -> Path:
        """Space to give up when the disk is full."""
        return self.root / "ballast"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.root / "lock"

    def folders(self) -> tuple[Path, ...]:
        """Return every folder, parents first."""
        shared = (self.root, self.blobs, self.staging, self.quarantine, self.root / "grants")
        return (*shared, self.home, self.slots, self.keys, self.spool, self.spare, self.spare_slots)
