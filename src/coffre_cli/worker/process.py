"""The parent's end of the server process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from coffre_cli.i18n import N_
from coffre_cli.worker import wire
from coffre_cli.worker.errors import WorkerUnavailableError

_START = (
    "import sys; sys.path[:] = {path!r}; "
    "from coffre_cli.worker.server import main; main({descriptor}, {root!r}, {modules!r})"
)
_PATIENCE = 2.0


def clean_environment(home: Path) -> dict[str, str]:
    """Return the whole environment of a worker or program: where programs are, the language, a *home*; no secret."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
    }


class Server:
    """One running server."""

    def __init__(self, root: Path, modules: tuple[str, ...]) -> None:
        """Start it; it imports *modules* and removes *root* when this process ends without stopping it.

        Raises:
            WorkerUnavailableError: The system refuses.
        """
        if not hasattr(os, "fork"):
            raise WorkerUnavailableError(reason=N_("this system has no fork"))
        ours, theirs = socket.socketpair()
        code = _START.format(path=sys.path, descriptor=theirs.fileno(), root=str(root), modules=modules)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=root,
                env=clean_environment(root),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # the terminal's Ctrl-C is for the parent alone
            )
        except OSError as error:
            ours.close()
            raise WorkerUnavailableError(reason=error.strerror or "?") from error
        finally:
            theirs.close()
        self._channel = ours
        self._network_cut: bool | None = None

    @property
    def network_cut(self) -> bool:
        """Whether the server could cut itself off from every network."""
        self._greet()
        return bool(self._network_cut)

    def send(self, order: wire.Order) -> None:
        """Hand over one task; a server that has died is noticed by `receive`."""
        try:
            wire.send_order(self._channel, order)
        except OSError:
            return

    def receive(self) -> wire.Report | None:
        """Wait for the next task to end; None when the server has died."""
        try:
            data = wire.receive(self._channel) if self._greet() else None
        except OSError:
            data = None
        return None if data is None else wire.read_report(data)

    def stop(self) -> None:
        """End the server and whatever it runs."""
        self._channel.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _greet(self) -> bool:
        if self._network_cut is None:
            greeting = self._channel.recv(1)
            if not greeting:
                return False
            self._network_cut = greeting == b"\1"
        return True
