"""Where the index of a vault lies: in its folder, or outside it (docs/adr/0017-index-beside-the-vault.md).

The index needs memory that processes share through its file system, and to be written. On a network file system two
computers would each see a memory of their own, and on a medium that cannot be written there is no index to open: there
it lies in the state directory of the account. It is derived, so that any number of copies may exist; a deletion for
good reaches a copy at the next opening from there.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from coffre_cli.values import frozen
from coffre_cli.vault.layout import Layout

_NETWORK: Final = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"}
    | {"orangefs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"}
    | {f"fuse.{name}" for name in ("davfs", "davfs2", "glusterfs", "rclone", "s3fs", "sshfs", "vmhgfs-fuse")}
)
"""Types, as the kernel calls them, under which memory shared through a file is not shared by all who see the file."""
_MOUNTS: Final = Path("/proc/self/mountinfo")
_DEVICE, _SEPARATOR = 2, "-"
_SUFFIXES: Final = ("", "-wal", "-shm", "-journal")


@frozen
class FileSystem:
    """What a vault lies on."""

    kind: str = ""
    """As the kernel calls it; empty when there is no telling."""
    read_only: bool = False

    @property
    def is_network(self) -> bool:
        """Whether other computers may see it, too."""
        return self.kind in _NETWORK


FileSystemOf = Callable[[Path], FileSystem]


def file_system(root: Path) -> FileSystem:
    """Return what *root* lies on."""
    kind = "cifs" if sys.platform == "win32" and str(root).startswith("\\\\") else ""
    with contextlib.suppress(OSError):
        kind = kind or kind_of(root.stat().st_dev, _MOUNTS.read_text("utf-8", "surrogateescape"))
    return FileSystem(kind, root.is_dir() and not os.access(root, os.W_OK))


def kind_of(device: int, mounts: str) -> str:
    """Return the type of the file system on *device*, by the kernel's table of *mounts* (proc(5), mountinfo)."""
    wanted = f"{os.major(device)}:{os.minor(device)}" if hasattr(os, "major") else ""
    for line in mounts.splitlines():
        words = line.split()
        if len(words) > _DEVICE and words[_DEVICE] == wanted and _SEPARATOR in words:
            return "".join(words[words.index(_SEPARATOR) + 1 :][:1])
    return ""


def index_path(layout: Layout, vault_id: bytes, state: Path, lies_on: FileSystem) -> Path:
    """Return where the index of a generation lies."""
    if lies_on.is_network or lies_on.read_only:
        return outside(layout, vault_id, state) / layout.index.name
    return layout.index


def lock_path(layout: Layout, vault_id: bytes, state: Path, lies_on: FileSystem) -> Path:
    """Return the file to lock; the vault's own cannot be opened where nothing can be written."""
    if not lies_on.read_only:
        return layout.lock
    folder = outside(layout, vault_id, state)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / layout.lock.name


def outside(layout: Layout, vault_id: bytes, state: Path) -> Path:
    """Return the folder of the index of a generation in the state directory."""
    return state / "indexes" / f"{vault_id.hex()}-{layout.generation}"


def other_copies(layout: Layout, vault_id: bytes, state: Path, used: Path) -> list[Path]:
    """Return the copies of the index that are not the one *used*: of this generation elsewhere, and of earlier ones."""
    folders = sorted((state / "indexes").glob(f"{vault_id.hex()}-*"))
    names = [layout.index.name + suffix for suffix in _SUFFIXES]
    found = [folder / name for folder in folders for name in (*names, layout.lock.name)]
    found += [layout.home / name for name in names]
    return [path for path in found if path.parent != used.parent and path.exists()]


def begin_outside(layout: Layout, used: Path) -> None:
    """Begin the index at *used*, outside the vault, with the one inside if there is one: less work than a fold.

    The vault's lock is held. Whatever comes of it is verified as any index is.
    """
    import shutil

    used.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if used.exists() or not layout.index.exists():
        return
    with contextlib.suppress(OSError):
        for suffix in ("-wal", ""):
            source = layout.index.with_name(layout.index.name + suffix)
            if source.exists():
                shutil.copyfile(source, used.with_name(used.name + suffix))
