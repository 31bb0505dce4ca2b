"""A disk that refuses one step, or a process that dies there."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.store.fs import Disk, guarded

INTERRUPT = "interrupt"


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, no clean-up either."""


@dataclass
class Failing(Disk):
    """Refuses the step *at*, lets the process die there, or has somebody press Ctrl-C.

    A write that dies has written half; an fsync that is interrupted has been made.
    """

    at: int
    how: str
    steps: int = 0
    dead: bool = False

    def _step(self, path: Path) -> None:
        self.steps += 1
        if self.dead:
            raise Killed
        if self.steps == self.at:
            if self.how == "kill":
                self.dead = True
                raise Killed
            if self.how == INTERRUPT:
                raise KeyboardInterrupt
            with guarded(path):
                raise OSError(getattr(errno, self.how), self.how)

    def create(self, path: Path) -> int:
        self._step(path)
        return super().create(path)

    def open_log(self, path: Path) -> int:
        self._step(path)
        return super().open_log(path)

    def write(self, descriptor: int, data: bytes | bytearray | memoryview, path: Path) -> None:
        if self.steps + 1 == self.at and not self.dead:
            super().write(descriptor, memoryview(data)[: len(data) // 2], path)
        self._step(path)
        super().write(descriptor, data, path)

    def sync(self, descriptor: int, path: Path) -> None:
        if self.how == INTERRUPT:
            super().sync(descriptor, path)
        self._step(path)
        super().sync(descriptor, path)

    def truncate(self, descriptor: int, size: int, path: Path) -> None:
        self._step(path)
        super().truncate(descriptor, size, path)

    def rename(self, source: Path, target: Path) -> None:
        self._step(target)
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        self._step(path)
        super().unlink(path)

    def make_folder(self, path: Path) -> None:
        self._step(path)
        super().make_folder(path)

    def sync_folder(self, path: Path) -> None:
        self._step(path)
        super().sync_folder(path)
