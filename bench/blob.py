"""A program to be measured: `python -m bench.blob write|read FILE FOLDER` seals FILE as a blob, or opens that blob."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from coffre_cli.crypto.secret import Secret
from coffre_cli.store.blobs import BlobFolder
from coffre_cli.store.fs import Disk

_KEY = Secret(bytes(range(32)))


def main(verb: str, path: Path, place: Path) -> None:
    """Seal *path* into a blob below *place*, or open the only blob there into `big.out`."""
    folder, staging = place / "blobs", place / "blobs" / "tmp"
    blobs = BlobFolder(Disk(), folder, staging, bytes(16), os.urandom)
    if verb == "write":
        staging.mkdir(parents=True)
        with path.open("rb", buffering=0) as source:
            written = blobs.write(source, _KEY)
        blobs.sync([written.blob])
    else:
        with (place / "big.out").open("wb", buffering=0) as sink:
            blobs.copy_to(sink, next(blobs.ids()), _KEY, path.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
