"""The lock of a vault: held only for the short commit, freed by the kernel when its holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from coffre_cli.store.errors import VaultBusyError
from coffre_cli.store.fs import guarded, open_lock
from coffre_cli.values import frozen

PATIENCE_SECONDS = 60.0
_TELL_AFTER_SECONDS = 1.0
_POLL_SECONDS = 0.02
_NOTE_SIZE = 200

Waiting = Callable[[str], None]
"""Hears, once, whom we are waiting for."""


def wait_silently(holder: str) -> None:
    """Hear and forget."""


@frozen
class VaultLock:
    """The lock file of one vault."""

    path: Path
    verb: str
    """What is being done, for the message of those who wait; never a title."""
    waiting: Waiting = wait_silently
    patience: float = PATIENCE_SECONDS

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            VaultBusyError: Another process kept it for longer than our patience.
        """
        with guarded(self.path):
            descriptor = open_lock(self.path)
        try:
            self._wait(descriptor)
            self._sign(descriptor)
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def _wait(self, descriptor: int) -> None:
        started, told = time.monotonic(), False
        while not _try_lock(descriptor):
            waited = time.monotonic() - started
            if waited > self.patience:
                raise VaultBusyError(holder=self._holder(), seconds=int(waited))
            if waited > _TELL_AFTER_SECONDS and not told:
                told = True
                self.waiting(self._holder())
            time.sleep(_POLL_SECONDS * (0.5 + os.urandom(1)[0] / 256))  # spreads the waiters

    def _sign(self, descriptor: int) -> None:
        note = f"{os.getpid()} {os.uname().nodename if hasattr(os, 'uname') else ''} {self.verb}\n"
        with contextlib.suppress(OSError):  # a full disk must not stop a deletion
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, note.encode()[:_NOTE_SIZE], 0) if hasattr(os, "pwrite") else None

    def _holder(self) -> str:
        try:
            return self.path.read_text(errors="replace")[:_NOTE_SIZE].strip() or "?"
        except OSError:
            return "?"


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # a byte beyond the text, which stays readable
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
