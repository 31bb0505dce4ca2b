"""A `scanimage` that does what it is told: so many pages, and then an end, a jam, an open cover."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

EMPTY, JAMMED, OPEN = 7, 6, 8

_PROGRAM = """\
#!{python} -I
import pathlib, shutil, sys
here = pathlib.Path({folder!r})
with (here / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if "-A" in sys.argv:
    print({options!r})
    sys.exit(0)
if "-f" in sys.argv:
    print("fake:0|Simulated scanner")
    sys.exit(0)
plan = (here / "plan").read_text().splitlines()
done = int((here / "done").read_text()) if (here / "done").exists() else 0
(here / "done").write_text(str(done + 1))
pages, code = plan[min(done, len(plan) - 1)].split()
pattern = next(word for word in sys.argv if word.startswith("--batch=")).removeprefix("--batch=")
for number, page in enumerate(pages.strip("-"), 1):
    print("Scanning page", number, file=sys.stderr)
    shutil.copy(here / (page + ".tif"), pattern % number)
    print(f"Scanned page {{number}}. (scanner status = 5)", file=sys.stderr, flush=True)
sys.exit(int(code))
"""
FEEDER_AND_GLASS = "    --mode Gray|Color|Lineart [Gray]\n    --source Flatbed|Automatic Document Feeder [Flatbed]\n"
GLASS = "    --mode Gray|Color [Gray]\n"


@dataclass(frozen=True)
class Scanner:
    """The scanner on PATH, in *folder*."""

    folder: Path

    @property
    def calls(self) -> list[list[str]]:
        """What it was called with, when it was to scan."""
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.split() for line in lines if "--batch=" in line]


def scanner(folder: Path, plan: Sequence[tuple[str, int]], options: str = FEEDER_AND_GLASS) -> Scanner:
    """Make a scanner whose batches give pages (`w` written, `b` blank, a letter each) and end with a SANE status."""
    folder.mkdir(parents=True)
    program = folder / "scanimage"
    program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder), options=options))
    program.chmod(0o755)
    (folder / "plan").write_text("".join(f"{pages or '-'} {code}\n" for pages, code in plan))
    for name in "wb":
        page = Image.new("L", (620, 877), 255)
        if name == "w":
            pen = ImageDraw.Draw(page)
            for line in range(12):
                pen.rectangle((80, 80 + 40 * line, 540 - 20 * (line % 3), 92 + 40 * line), fill=0)
        page.save(folder / f"{name}.tif", dpi=(75, 75))
    return Scanner(folder)
