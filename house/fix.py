"""`./dev fix`: format, and generate again what is generated."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from house import generated
from house.programs import ROOT

_RUFF = shutil.which("ruff", path=Path(sys.executable).parent) or "ruff"


def main() -> int:
    """Rewrite in place whatever a program can write; return ruff's exit code."""
    subprocess.run([_RUFF, "format", "--quiet", "."], check=True, cwd=ROOT)
    linted = subprocess.run([_RUFF, "check", "--quiet", "--fix", "."], check=False, cwd=ROOT)
    for path in generated.regenerate():
        print(f"wrote {path.relative_to(ROOT)}")
    return linted.returncode


if __name__ == "__main__":
    sys.exit(main())
