"""LibreOffice: one instance of our own for a batch of files, with macros, links and the network off.

Its exit code says nothing ("source file could not be loaded" is 0): what counts is the file it leaves.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from coffre_cli.errors import MissingProgramError
from coffre_cli.worker.errors import WorkerTimedOutError
from coffre_cli.worker.program import run_program, sandbox_works

MEMORY = 6 << 30
_START_SECONDS = 30
_FILE_SECONDS = 20
_ALONE_SECONDS = 90
_ARGUMENTS = (
    *("soffice", "--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
    *("--convert-to", "pdf"),
)
_SETTINGS = (
    ("org.openoffice.Office.Common/Filter/PDF/Export", "SelectPdfVersion", 2),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportNotes", True),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "ExportBookmarks", True),
    ("org.openoffice.Office.Common/Filter/PDF/Export", "UseTaggedPDF", True),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", 3),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", True),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", True),
    ("org.openoffice.Office.Common/Misc", "FirstRun", False),
    ("org.openoffice.Office.Common/Save/Document", "AutoSave", False),
    ("org.openoffice.Office.Writer/Content/Update", "Link", 0),  # never, in this application
    ("org.openoffice.Office.Calc/Content/Update", "Link", 1),  # never, in this one
    ("org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", 1),
    ("org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", 1),
    ("org.openoffice.Setup/Office", "ooSetupInstCompleted", True),
)


@dataclass(frozen=True, slots=True)
class Printed:
    """What LibreOffice made of one file."""

    path: Path | None
    sandboxed: bool


def printed(
    files: Sequence[tuple[Path, str]], directory: Path, *, alone_seconds: float = _ALONE_SECONDS
) -> list[Printed]:
    """Return a PDF for each (file, neutral ending), made in *directory*; None where it made none.

    All files go to one instance; those that it leaves out, because one of them ended it, are tried one by one.

    Raises:
        MissingProgramError: LibreOffice is not installed.
    """
    if not files:
        return []
    if shutil.which("soffice") is None:
        raise MissingProgramError(
            program="LibreOffice",
            install="apt install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
        )
    names = [f"in{number:04}" for number in range(len(files))]
    inputs = directory / "office"
    inputs.mkdir(mode=0o700)
    for name, (path, suffix) in zip(names, files, strict=True):
        shutil.copyfile(path, inputs / f"{name}{suffix}")
    queue = [inputs / f"{name}{suffix}" for name, (_path, suffix) in zip(names, files, strict=True)]
    _run(queue, directory, _START_SECONDS + _FILE_SECONDS * len(queue) if len(queue) > 1 else alone_seconds)
    for file in queue:
        if len(queue) > 1 and not (directory / f"{file.stem}.pdf").exists():
            _run([file], directory, alone_seconds)
    shutil.rmtree(inputs)
    made = [directory / f"{name}.pdf" for name in names]
    return [Printed(path if path.exists() and path.stat().st_size else None, sandbox_works()) for path in made]


def _run(files: Sequence[Path], directory: Path, seconds: float) -> None:
    profile = directory / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    (profile / "user").mkdir(parents=True, mode=0o700)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
    arguments = [
        *(*_ARGUMENTS, f"-env:UserInstallation=file://{profile}", "--outdir", str(directory)),
        *(str(file) for file in files),
    ]
    with suppress(WorkerTimedOutError):  # what was finished before counts
        run_program(arguments, directory=directory, seconds=seconds)
    shutil.rmtree(profile, ignore_errors=True)


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{escape(path)}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{str(value).lower()}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )
