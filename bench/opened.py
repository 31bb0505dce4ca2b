"""A program that opens a safe and says how long that took, in milliseconds: `python -m bench.opened VAULT STATE`.

What a shell waits for besides (the interpreter, the imports) is in the rows of the commands.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.large import at
from coffre_cli.vault.opening import open_vault
from coffre_cli.vault.parts import Surroundings


def main(vault: Path, state: Path) -> None:
    """Open the safe that a session holds open, and print how long it took: the second time, with everything loaded."""
    for last in (False, True):
        located, payload = at(vault, state)
        around = Surroundings(lambda: datetime.now(UTC), state)
        started = time.perf_counter()
        open_vault(located, payload, around).close()
        if last:
            print((time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
