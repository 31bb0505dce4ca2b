"""The way in: answers `--version` before anything is imported, hands the rest to the edge."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from coffre_cli import __version__

        sys.stdout.write(f"coffre {__version__}\n")
        return 0
    gc.disable()  # imports leave no garbage, and looking for it is a fifth of `list`; `edge.load` ends this
    from coffre_cli.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
