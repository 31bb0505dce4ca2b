"""Helper processes that seal files into blobs, several at once.

Threads lose to the interpreter lock: the cipher lets go of it for every 16 KiB (1.1 million hand-overs for 5,000
files). Each helper reads, hashes, seals, fsyncs and renames; the caller fsyncs the folders and commits. A helper
finishes the file at hand when its caller has gone, however it went, and leaves nothing in the staging folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.model import Sha256
from coffre_cli.store.blobs import BlobFolder, BlobId, Written
from coffre_cli.store.errors import SealerEndedError
from coffre_cli.store.fs import Disk, discard
from coffre_cli.store.blobs import blob_path

_START: Final = "import sys; sys.path[:] = {path!r}; from coffre_cli.store.sealer import main; main({life})"
_MAXIMUM: Final = 4


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that was not sealed: its content is among what was said to be known."""

    sha256: Sha256


@dataclass(frozen=True, slots=True)
class Ticket:
    """A file on its way."""

    helper: int
    number: int
    path: Path


@dataclass(slots=True)
class _Helper:
    """One helper process, and what it owes."""

    process: subprocess.Popen[bytes]
    load: int = 0
    """Bytes on their way."""
    sizes: deque[int] = field(default_factory=deque)
    sent: int = 0
    received: int = 0
    answers: dict[int, list[str]] = field(default_factory=dict)


def helpers_for(blobs: BlobFolder) -> int:
    """Return how many helpers pay here; 0 where the system, or a disk that is not plain files, rules them out."""
    if sys.platform == "win32" or type(blobs.disk) is not Disk or not sys.executable:
        return 0
    return min(_MAXIMUM, (os.cpu_count() or 1) + 1)  # one more hides the fsyncs


class Sealers:
    """A few helpers of one vault's blobs; a context manager, after which what nobody took is removed again."""

    def __init__(self, blobs: BlobFolder, number: int) -> None:
        """Start *number* helpers.

        Raises:
            OSError: The system refuses.
        """
        self._blobs = blobs
        self._life, kept = os.pipe()
        self._alive = kept
        try:
            self._helpers = [self._start() for _ in range(number)]
        finally:
            os.close(self._life)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_reason: object) -> None:
        """End the helpers after the file each is at; remove the blobs that nobody took."""
        os.close(self._alive)
        for helper in self._helpers:
            with contextlib.suppress(OSError):
                _pipe(helper.process.stdin).close()
        for helper in self._helpers:
            with contextlib.suppress(SealerEndedError):
                while True:
                    self._receive(helper)
            for answer in helper.answers.values():
                if answer[0] == "sealed":
                    discard(self._blobs.disk, blob_path(self._blobs.folder, BlobId(bytes.fromhex(answer[1]))))
            _pipe(helper.process.stdout).close()
            helper.process.wait()

    def send(self, path: Path, size: int, key: Secret, known: Sequence[Sha256] = ()) -> Ticket:
        """Have *path*, about *size* bytes, sealed under *key*, unless its content is one of *known*."""
        place = min(range(len(self._helpers)), key=lambda number: self._helpers[number].load)
        helper = self._helpers[place]
        order = [str(path), key.reveal().hex(), *(digest.hex() for digest in known)]
        with contextlib.suppress(OSError):  # a helper that has died is noticed by `receive`
            _pipe(helper.process.stdin).write(json.dumps(order).encode() + b"\n")
            _pipe(helper.process.stdin).flush()
        helper.load += size
        helper.sizes.append(size)
        helper.sent += 1
        return Ticket(place, helper.sent, path)

    def receive(self, ticket: Ticket) -> Written | KnownFile:
        """Wait for what became of a file.

        Raises:
            OSError: It could not be read.
            StorageFullError, StorageFailedError: The blob could not be written; nothing of it is left.
            SealerEndedError: Its helper died; nobody else has tried.
        """
        helper = self._helpers[ticket.helper]
        while ticket.number not in helper.answers:
            self._receive(helper)
        return _meaning(helper.answers.pop(ticket.number), ticket.path)

    def _receive(self, helper: _Helper) -> None:
        line = _pipe(helper.process.stdout).readline()
        if not line.endswith(b"\n"):
            raise SealerEndedError
        helper.received += 1
        helper.load -= helper.sizes.popleft()
        helper.answers[helper.received] = json.loads(line)

    def _start(self) -> subprocess.Popen[bytes]:
        code = _START.format(path=sys.path, life=self._life)
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._life,),
            start_new_session=True,  # the terminal's Ctrl-C is for the caller alone
        )
        place = [str(self._blobs.folder), str(self._blobs.staging), self._blobs.vault_id.hex()]
        _pipe(process.stdin).write(json.dumps(place).encode() + b"\n")
        return _Helper(process)


def _pipe(stream):
    pass
