"""The programs that coffre makes use of when they are there, and how each system installs them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coffre_cli.i18n import N_
from coffre_cli.usecases.doctor_model import Area, Finding, State

_SECONDS: Final = 20
_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
_FRENCH_WORDS: Final = "fra"


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is not ours."""

    command: str
    use: str
    """A catalogue key: what it serves for."""
    apt: str
    brew: str = ""
    choco: str = ""
    version: str = "--version"
    """The option that makes it tell its version."""

    def install_line(self, platform: str = sys.platform) -> str:
        """Return the line to type on *platform*; empty where nobody packages it."""
        if platform == "darwin":
            return f"brew install {self.brew}" if self.brew else ""
        if platform == "win32":
            return f"choco install {self.choco}" if self.choco else ""
        return f"sudo apt install {self.apt}"


PROGRAMS: Final = (
    Program(
        "soffice",
        N_("office files become PDF/A"),
        "libreoffice-writer libreoffice-calc libreoffice-impress",
        "--cask libreoffice",
        "libreoffice-fresh",
    ),
    Program(
        "tesseract",
        N_("words on scans are found"),
        "tesseract-ocr tesseract-ocr-fra",
        "tesseract tesseract-lang",
        "tesseract",
    ),
    Program("scanimage", N_("scanning from here"), "sane-utils", "sane-backends"),
    Program(
        "gs",
        N_("PDFs with unusual fonts keep their letters instead of becoming pictures"),
        "ghostscript",
        "ghostscript",
        "ghostscript",
    ),
    Program("bwrap", N_("converters see none of your other files"), "bubblewrap"),
    Program("pdfsig", N_("a second opinion on signatures"), "poppler-utils", "poppler", "poppler", "-v"),
    Program("rclone", N_("backups to clouds and by SFTP"), "rclone", "rclone", "rclone", "version"),
    Program("xdg-open", N_("`coffre open` shows a document in your own program"), "xdg-utils"),
)
_LINUX_ONLY: Final = frozenset({"bwrap", "xdg-open"})


def programs() -> Iterator[Finding]:
    """Look for each program, and ask it for its version."""
    for program in PROGRAMS:
        if program.command in _LINUX_ONLY and sys.platform != "linux":
            continue
        yield _program(program)
    if shutil.which("tesseract"):
        yield _french_words()


def _program(program: Program) -> Finding:
    if shutil.which(program.command) is None:
        return Finding(
            Area.PROGRAM, program.command, State.MISSING, program.use, remedy=program.install_line()
        )  # fmt: skip
    found = _VERSION.search(_said(program.command, program.version))
    return Finding(Area.PROGRAM, program.command, State.GOOD, program.use, version=found[0] if found else "")


def _french_words() -> Finding:
    languages = _said("tesseract", "--list-langs").split()
    there = _FRENCH_WORDS in languages
    return Finding(
        Area.PROGRAM,
        "tesseract-fra",
        State.GOOD if there else State.MISSING,
        N_("French words on scans are read with their accents"),
        remedy="" if there else Program("tesseract", "", "tesseract-ocr-fra", "tesseract-lang").install_line(),
    )


def _said(*words: str) -> str:
    try:
        done = subprocess.run(
            words, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, text=True,
            errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout + done.stderr
