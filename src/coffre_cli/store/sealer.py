"""The helper process of `sealers`: orders come in, blobs are written, answers go out, a line of JSON each."""

from __future__ import annotations

import hashlib
import json
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

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


def main(life: int) -> None:
    """Serve until there are no more orders, or until the pipe *life* says that the caller has gone."""
    folder, staging, vault_id = json.loads(sys.stdin.buffer.readline())
    blobs = BlobFolder(Disk(), Path(folder), Path(staging), bytes.fromhex(vault_id), os.urandom)
    for path, key, *known in _orders(life):
        answer = _sealed(blobs, Path(path), Secret(bytes.fromhex(key)), frozenset(known))
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _orders(life: int) -> Iterator[list[str]]:
    for line in sys.stdin.buffer:
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
