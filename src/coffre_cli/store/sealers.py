"""Helper processes that seal files into blobs, several at once.

Threads lose to the interpreter lock: the cipher lets go of it for every 16 KiB (1.1 million hand-overs for 5,000
files). Each helper reads, hashes, seals, fsyncs and renames; the caller fsyncs the folders and commits. A helper
ends after the file at hand when its caller has gone, however it went, and leaves nothing in the staging folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.model import Sha256
from coffre_cli.store.blobs import BlobFolder, BlobId, Written, blob_path
from coffre_cli.store.fs import Disk, discard
from coffre_cli.store.sealer import FAILED, FULL, KNOWN, SEALED, Answer, Channel
from coffre_cli.values import frozen

if TYPE_CHECKING:
    import subprocess

_START: Final = "import sys; sys.path[:] = {path!r}; from coffre_cli.store.sealer import main; main({life}, {channels})"
_MAXIMUM: Final = 4


@frozen
class KnownFile:
    """A file that was not sealed: its content is among what was said to be known."""

    sha256: Sha256


@frozen
class Ticket:
    """A file on its way."""

    path: Path
    helper: int
    number: int


class _Helper:
    """One helper process, and what it owes."""

    def __init__(self, orders: IO[bytes], replies: IO[bytes]) -> None:
        self.orders = orders
        self.replies = replies
        self.sizes: deque[int] = deque()  # of the files on their way
        self.load = 0  # their sum
        self.sent = 0
        self.flushed = 0
        self.received = 0
        self.answers: dict[int, Answer] = {}

    def send(self, order: Sequence[str], size: int) -> int:
        self.write(order)
        self.sizes.append(size)
        self.load += size
        self.sent += 1
        return self.sent

    def write(self, words: Sequence[str]) -> None:
        """Write one line."""
        with contextlib.suppress(OSError):  # a helper that has died is noticed by `receive`
            self.orders.write(json.dumps(words).encode() + b"\n")

    def flush(self) -> None:
        """Hand over what was sent, to be finished at once."""
        if self.flushed == self.sent:
            return
        self.flushed = self.sent
        self.write(())
        with contextlib.suppress(OSError):
            self.orders.flush()

    def receive(self) -> bool:
        """Take the next answer; False when there will be none."""
        line = self.replies.readline()
        if not line.endswith(b"\n"):
            return False
        self.received += 1
        self.load -= self.sizes.popleft()
        self.answers[self.received] = json.loads(line)
        return True


def helpers_for(blobs: BlobFolder) -> int:
    """Return how many helpers pay here: none where the system, or a disk that is not plain files, rules them out."""
    if sys.platform == "win32" or type(blobs.disk) is not Disk or not sys.executable:
        return 0
    return min(_MAXIMUM, (os.cpu_count() or 1) + 1)  # one more hides the fsyncs


class Sealers:
    """A few helpers for the blobs of one vault; a context manager."""

    def __init__(self, blobs: BlobFolder, number: int) -> None:
        """Start *number* helpers.

        Raises:
            OSError: The system refuses.
        """
        self._blobs = blobs
        with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            life, self._life = _pipe(theirs, ours)
            orders = [_pipe(theirs, ours) for _ in range(number)]
            replies = [_pipe(ours, theirs) for _ in range(number)]
            self._process = _started(life, [(to[0], back[1]) for to, back in zip(orders, replies, strict=True)])
            ours.pop_all()
        self._helpers = [
            _Helper(os.fdopen(to[1], "wb"), os.fdopen(back[0], "rb")) for to, back in zip(orders, replies, strict=True)
        ]
        for helper in self._helpers:
            helper.write([str(blobs.folder), str(blobs.staging), blobs.vault_id.hex()])

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_reason: object) -> None:
        """End each helper after the file it is at, and remove the blobs that nobody took."""
        os.close(self._life)
        for helper in self._helpers:
            with contextlib.suppress(OSError):
                helper.orders.close()
        for helper in self._helpers:
            while helper.receive():
                pass
            for kind, *facts in helper.answers.values():
                if kind == SEALED:
                    discard(self._blobs.disk, blob_path(self._blobs.folder, BlobId(bytes.fromhex(str(facts[0])))))
            helper.replies.close()
        self._process.wait()

    def send(self, path: Path, size: int, key: Secret, known: Sequence[Sha256] = ()) -> Ticket:
        """Have *path*, about *size* bytes, sealed under *key*, unless its content is one of *known*.

        It may wait until the next `flush` or `receive`.
        """
        place = min(range(len(self._helpers)), key=lambda number: self._helpers[number].load)
        order = [str(path), key.reveal().hex(), *(digest.hex() for digest in known)]
        return Ticket(path, place, self._helpers[place].send(order, size))

    def flush(self) -> None:
        """Hand over what was sent."""
        for helper in self._helpers:
            helper.flush()

    def receive(self, ticket: Ticket) -> Written | KnownFile | None:
        """Wait for what became of a file, None when its helper died before; each ticket serves once.

        Raises:
            OSError: It could not be read.
            StorageFullError, StorageFailedError: Its blob could not be written; nothing of it is left.
        """
        helper = self._helpers[ticket.helper]
        helper.flush()
        while ticket.number not in helper.answers:
            if not helper.receive():
                return None
        return _meaning(helper.answers.pop(ticket.number), ticket.path)


def _pipe(readers: contextlib.ExitStack, writers: contextlib.ExitStack) -> tuple[int, int]:
    """Return the ends of a new pipe, each to be closed by its stack."""
    reader, writer = os.pipe()
    readers.callback(os.close, reader)
    writers.callback(os.close, writer)
    return reader, writer


def _started(life: int, channels: Sequence[Channel]) -> subprocess.Popen[bytes]:
    import subprocess  # 5 ms, for large deposits alone

    nothing = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _START.format(path=sys.path, life=life, channels=channels)],
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        pass_fds=(life, *(end for channel in channels for end in channel)),
        start_new_session=True,  # the terminal's Ctrl-C is for the caller alone
    )


def _meaning(answer: Answer, path: Path) -> Written | KnownFile:
    kind, *facts = answer
    if kind == SEALED:
        blob, size, digest = facts
        return Written(BlobId(bytes.fromhex(str(blob))), int(size), Sha256(bytes.fromhex(str(digest))))
    if kind == KNOWN:
        return KnownFile(Sha256(bytes.fromhex(str(facts[0]))))
    if kind == FULL:
        raise StorageFullError(path=Path(str(facts[0])))
    if kind == FAILED:
        raise StorageFailedError(path=Path(str(facts[0])), reason=str(facts[1]))
    raise OSError(int(facts[0]), str(facts[1]), str(path))
