"""The helper processes of `sealers`: orders come in, blobs are written, answers go out, a line of JSON each.

One process is started and divides itself once it is warm: to load what it takes is 60 ms of a processor, to fork 3.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import StorageFailedError, StorageFullError
from coffre_cli.store.blobs import BlobFolder
from coffre_cli.store.fs import Disk

SEALED: Final = "sealed"
KNOWN: Final = "known"
UNREADABLE: Final = "unreadable"
FULL: Final = "full"
FAILED: Final = "failed"

Answer = list[str | int]
Channel = tuple[int, int]
"""Where the orders of a helper come in, and where its answers go out."""


def main(life: int, channels: Sequence[Channel]) -> None:
    """Become one helper for each of *channels*.

    Each serves until there are no more orders, or until the pipe *life* says that the caller has gone.
    """
    mine, forked = _divided(channels)
    for end in (end for channel in channels if channel != mine for end in channel):
        os.close(end)
    with os.fdopen(mine[0], "rb") as orders, os.fdopen(mine[1], "wb") as replies:
        _serve(orders, replies, life)
    for process in forked:
        os.waitpid(process, 0)


def _divided(channels: Sequence[Channel]) -> tuple[Channel, list[int]]:
    """Fork until there is a process for each of *channels*; return which is this one's, and whom it forked."""
    forked: list[int] = []
    for channel in channels[1:]:
        process = os.fork()
        if not process:
            return channel, []
        forked.append(process)
    return channels[0], forked


def _serve(orders: BinaryIO, replies: BinaryIO, life: int) -> None:
    folder, staging, vault_id = json.loads(orders.readline())
    blobs = BlobFolder(Disk(), Path(folder), Path(staging), bytes.fromhex(vault_id), os.urandom, past_cache=True)
    for path, key, *known in _orders(orders, life):
        answer = _sealed(blobs, Path(path), Secret(bytes.fromhex(key)), frozenset(known))
        replies.write(json.dumps(answer).encode() + b"\n")
        replies.flush()


def _orders(orders: BinaryIO, life: int) -> Iterator[list[str]]:
    for line in orders:
        if select.select([life], [], [], 0)[0]:
            return
        yield json.loads(line)


def _sealed(blobs: BlobFolder, path: Path, key: Secret, known: frozenset[str]) -> Answer:
    try:
        with path.open("rb", buffering=0) as file:
            if known and (digest := hashlib.file_digest(file, "sha256").hexdigest()) in known:
                return [KNOWN, digest]
            file.seek(0)
            written = blobs.write(file, key)
    except StorageFullError as error:
        return [FULL, str(error.facts["path"])]
    except StorageFailedError as error:
        return [FAILED, str(error.facts["path"]), str(error.facts["reason"])]
    except OSError as error:
        return [UNREADABLE, error.errno or 0, error.strerror or ""]
    return [SEALED, written.blob.hex(), written.size, written.sha256.hex()]
