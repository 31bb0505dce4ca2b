"""The system programs that demonstrations, tests and measurements call, and the Debian packages that bring them.

A test says `@pytest.mark.needs("pdfsig")`; what `./dev test ROOM` installs is what the tests of ROOM name, so this
table is the only place to touch. Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent

PACKAGES = {
    "age": ("age",),
    "borg": ("borgbackup",),
    "bwrap": ("bubblewrap",),
    "chromium": ("chromium",),
    "gs": ("ghostscript",),
    "pdfsig": ("poppler-utils",),
    "pdftoppm": ("poppler-utils",),
    "pdftotext": ("poppler-utils",),
    "qpdf": ("qpdf",),
    "rclone": ("rclone",),
    "restic": ("restic",),
    "scanimage": ("sane-utils",),
    "soffice": (
        "libreoffice-writer-nogui",
        "libreoffice-calc-nogui",
        "libreoffice-impress-nogui",
        "fonts-dejavu-core",
        "fonts-liberation",
    ),
    "softhsm2-util": ("softhsm2",),
    "strace": ("strace",),
    "tesseract": ("tesseract-ocr", "tesseract-ocr-fra"),
    "tiffcp": ("libtiff-tools",),
}
FROM_AN_INDEX = {"pyhanko": "pyhanko-cli"}
"""Peers that are no Debian package."""
DEMO = ("pdfsig",)
PEERS = ("age", "borg")
"""What `./dev bench` measures itself against."""

_MARK = re.compile(
    r"""(?:^\s*@|^pytestmark\b.*|\bmarks=.*)pytest\.mark\.needs\(((?:\s*["'][\w.-]+["']\s*,?)+)\)|^\# needs: (.+)$""",
    re.MULTILINE,
)
_SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin"


def is_there(program: str) -> bool:
    """Tell whether *program* is on the PATH (or where Debian puts the administrator's programs)."""
    return shutil.which(program) is not None or shutil.which(program, path=_SYSTEM_PATH) is not None


def packages_for(programs: Iterable[str]) -> tuple[str, ...]:
    """Return the Debian packages that bring *programs*, each once, in order."""
    return tuple(dict.fromkeys(package for program in programs for package in PACKAGES[program]))


def install_line(programs: Iterable[str]) -> str:
    """Return the line to type to have *programs*."""
    wanted = list(programs)
    packages = packages_for(program for program in wanted if program in PACKAGES)
    lines = [f"pipx install {FROM_AN_INDEX[program]}" for program in wanted if program in FROM_AN_INDEX]
    if packages:
        lines.insert(0, "sudo apt-get install -y --no-install-recommends " + " ".join(packages))
    return "; ".join(lines)


def named_by_tests(folders: Iterable[Path]) -> tuple[str, ...]:
    """Return the programs that the tests below *folders* say they need."""
    found: set[str] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".txt"}:
                found |= needs_in(path.read_text("utf-8", errors="replace"))
    return tuple(sorted(found & set(PACKAGES)))


def needs_in(text: str) -> set[str]:
    """Return the programs named by the `needs(…)` marks and the `# needs:` lines of *text*."""
    return {word for match in _MARK.finditer(text) for word in re.findall(r"[\w.-]+", match[1] or match[2])}


def provide(programs: Iterable[str]) -> None:
    """Install what is missing of *programs* when we may; else say in one line what to type, and go on."""
    missing = tuple(program for program in programs if not is_there(program))
    if not missing:
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0 and _apt_install(apt, packages_for(missing)):
        return
    missing = tuple(program for program in missing if not is_there(program))
    print(f"coffre: going on without {', '.join(missing)}; to have it, type: {install_line(missing)}", file=sys.stderr)


def _apt_install(apt: str, packages: tuple[str, ...]) -> bool:
    print(f"coffre: installing {' '.join(packages)} (once) …", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    log = ROOT / ".tools" / "apt.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        for arguments in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", *packages)):
            finished = subprocess.run(
                [apt, *arguments], check=False, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
    if finished.returncode:
        print(f"coffre: apt-get did not install them; its words are in {log.relative_to(ROOT)}", file=sys.stderr)
    return finished.returncode == 0
