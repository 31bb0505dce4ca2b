"""`./dev check`: everything that can be said about the code without running it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from house.programs import ROOT

_BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One tool and how it is called."""

    name: str
    words: tuple[str, ...]


STEPS = (
    Step("ruff", ("ruff", "check", "--quiet", ".")),
    Step("format", ("ruff", "format", "--check", "--quiet", ".")),
    Step("imports", ("lint-imports", "--no-cache")),
    Step("mypy", ("mypy", "--no-error-summary")),
)


def main() -> int:
    """Run every step, also after a failure; return 1 when one failed."""
    failed = [step.name for step in STEPS if not _passes(step)]
    if not _all_fresh():
        failed.append("generated")
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all good'}", flush=True)
    return 1 if failed else 0


def _all_fresh() -> bool:
    try:
        from house import generated

        stale = generated.stale()
    except (ImportError, SyntaxError) as error:
        print(f"generated  FAILED  the code cannot be imported: {error}")
        return False
    for path in stale:
        print(f"generated  FAILED  {path.relative_to(ROOT)} is not what the code says: run ./dev fix")
    return not stale


def _passes(step: Step) -> bool:
    started = time.monotonic()
    program, *rest = step.words
    finished = subprocess.run(
        [shutil.which(program, path=_BIN) or program, *rest], check=False, cwd=ROOT, capture_output=True, text=True
    )
    good = finished.returncode == 0
    print(f"{step.name:10} {'ok' if good else 'FAILED'}  {time.monotonic() - started:.1f} s", flush=True)
    if not good:
        print(finished.stdout + finished.stderr, flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
