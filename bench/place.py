"""Where measurements happen: a fast, empty folder, our program with a safe of its own, and files of noise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import MEBIBYTE, Command

PYTHON = sys.executable
COFFRE = str(Path(sys.executable).parent / "coffre")
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - memory in place of a disk, so that programs are compared and not disks
_ROOM_NEEDED = 6 * 1024 * MEBIBYTE
_PASSWORD = "correct horse battery staple"  # noqa: S105 - of a safe that lives for a minute


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that goes away with its safe."""

    folder: Path

    def coffre(self, *words: str) -> Command:
        """Return our program on this place's safe."""
        return Command((COFFRE, *words), self.environment(), self.folder)

    def environment(self) -> dict[str, str]:
        """Return the variables that keep the user's own safes out of this."""
        password = self.folder / "password"
        if not password.exists():
            password.write_text(_PASSWORD, "utf-8")
            password.chmod(0o600)
        return {"COFFRE_HOME": str(self.folder / "home"), "COFFRE_PASSWORD_FILE": str(password), "COFFRE_LANG": "en"}

    def run(self, *words: str) -> None:
        """Run our program once, unmeasured."""
        environment = os.environ | self.environment()
        subprocess.run([COFFRE, *words], check=True, env=environment, cwd=self.folder, stdout=subprocess.DEVNULL)

    def open_safe(self) -> None:
        """Make a safe and leave it unlocked."""
        for left in ("recovery.pdf", "recovery-kit.pdf"):
            self.clear(left)
        self.run("init", "bench", "--yes", "--quiet", "--recovery-file", str(self.folder / "recovery.pdf"))
        self.run("unlock", "--for", "2h")

    def noise(self, name: str, megabytes: int) -> Path:
        """Return a file of *megabytes* MiB that does not compress."""
        path = self.folder / name
        with path.open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(MEBIBYTE))
        return path

    def clear(self, name: str) -> None:
        """Remove the file or folder *name*."""
        path = self.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def a_place(*, on_disk: bool = False) -> Iterator[Place]:
    """Give an empty place, in memory where there is room unless it is to be *on_disk*."""
    roomy = not on_disk and _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free > _ROOM_NEEDED
    with tempfile.TemporaryDirectory(prefix="coffre-bench-", dir=_SHARED_MEMORY if roomy else None) as folder:
        place = Place(Path(folder))
        try:
            yield place
        finally:
            Command((COFFRE, "lock", "--yes"), place.environment(), place.folder).try_run()
