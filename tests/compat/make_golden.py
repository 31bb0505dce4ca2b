"""Make the golden vault of format 1: `python -m tests.compat.make_golden`.

Made once per format and committed; a later release opens it as it is. Randomness and clock are fixed, the key
derivation is small: it is a vault for tests.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from coffre_cli.access.recovery import write_code
from coffre_cli.journal.event import Operation
from tests.simulators.safe import Clock, Safe, add, delete, edit

HERE = Path(__file__).parent
GOLDEN = HERE / "format-1.zip"
RECOVERY_CODE = HERE / "format-1.recovery"
_DAY = (2026, 1, 1, 0, 0, 0)


def fixed_bytes() -> Callable[[int], bytes]:
    """Return bytes that never repeat and are the same at every making."""
    counter = 0

    def draw(size: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(f"coffre format 1, draw {counter}".encode()).digest(size)

    return draw


def make(folder: Path) -> str:
    """Make the vault in *folder*; return its recovery code."""
    safe = Safe(folder, folder.parent / "state", random=fixed_bytes(), clock=Clock())
    code = safe.make()
    vault = safe.open()
    lease = add(vault, "Bail", b"lease " * 900, folder="Maison", words="le bail du logement", tags=("important",))
    add(vault, "Facture d’électricité", b"invoice " * 4000, folder="Maison/Énergie", words="électricité octobre")
    gone = add(vault, "Brouillon", b"draft " * 100, words="à jeter")
    edit(vault, lease, Operation.MOVE, lambda document: replace(document, folder="Maison/Bail"))
    edit(vault, lease, Operation.TAG, lambda document: replace(document, tags=("2026", "important")))
    delete(vault, gone)
    vault.close()
    return write_code(code)


def main() -> int:
    """Write the golden vault, unless it is there."""
    if GOLDEN.exists():
        sys.stderr.write(f"{GOLDEN.name} is there, and stays as it was released\n")
        return 1
    with TemporaryDirectory() as folder:
        root = Path(folder) / "vault"
        RECOVERY_CODE.write_text(make(root) + "\n")
        shutil.rmtree(root / "tmp")
        (root / "tmp").mkdir()
        with zipfile.ZipFile(GOLDEN, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(root.rglob("*")):
                name = path.relative_to(root).as_posix() + ("/" if path.is_dir() else "")
                data = b"" if path.is_dir() else path.read_bytes()
                archive.writestr(zipfile.ZipInfo(name, _DAY), data, zipfile.ZIP_DEFLATED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
