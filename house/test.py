"""`./dev test`: the checks, then every test; `./dev test ROOM`: the tests of one room; `--long`: the slow ones too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from house import check
from house.programs import ROOT
from house.rooms import TESTS, folders_of_tests


def main(arguments: Sequence[str]) -> int:
    """Run what *arguments* ask for; return 1 when something failed."""
    folders = folders_of_tests(arguments)
    if not folders:
        rooms = sorted(path.name for path in [*TESTS.glob("unit/*/"), *TESTS.glob("*/")] if path.name[0] != "_")
        print(f"coffre: there are no tests of that name; there are: {' '.join(rooms)}", file=sys.stderr)
        return 2
    options = [word for word in arguments if word.startswith("-")]
    everything = folders == (TESTS,)
    checked = check.main() if everything else 0
    words = [sys.executable, "-m", "pytest", "-q", *options, *map(str, folders)]
    tested = subprocess.run(words, check=False, cwd=ROOT).returncode
    return 1 if checked or tested else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
