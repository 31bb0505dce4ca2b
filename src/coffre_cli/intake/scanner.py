"""Scanners, through SANE's `scanimage` (python-sane has no wheel).

Its exit code is a SANE status; it says 0 when a feeder runs empty, and writes a page whole before it reports it. Pages
are counted by what it reports *and* by the files that are there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coffre_cli.errors import MissingProgramError
from coffre_cli.i18n import N_
from coffre_cli.intake.errors import FeederEmptyError, NoScannerError, ScannerError

_PROGRAM: Final = "scanimage"
_STATUSES: Final[Mapping[int, str]] = {
    3: N_("it is busy"),
    6: N_("the paper is jammed"),
    8: N_("its cover is open"),
    9: N_("it does not answer any more"),
    10: N_("it is out of memory"),
    11: N_("this user may not use it"),
}
_NO_DOCUMENTS: Final = 7
_LIST_SECONDS: Final = 60
_KEPT_VARIABLES: Final = ("PATH", "HOME", "SANE_CONFIG_DIR", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR", "LANG")
_FEEDER: Final = re.compile(r"adf|feeder|automatic", re.IGNORECASE)
_REPORTED: Final = re.compile(r"^Scanned page (\d+)\.", re.MULTILINE)
_MOST_PAGES: Final = 2000
"""Of one batch: a glass that is taken for a feeder would be scanned for ever."""

Told = Callable[[int], None]
"""Hears how many pages of the batch are scanned, as each of them is."""


@dataclass(frozen=True, slots=True)
class Device:
    """A scanner that answers."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ScanWish:
    """How to scan."""

    device: str
    feeder: bool | None
    """The feeder or the glass; None: the feeder if it has one."""
    resolution: int
    mode: str | None = None
    """As the scanner calls it; None: grey."""
    pages: int | None = None
    """At most so many; None: all there are in the feeder, one on the glass."""
    duplex: bool = False


def devices() -> list[Device]:
    """Return the scanners that answer.

    Raises:
        MissingProgramError: SANE is not installed.
    """
    told = _run(["-f", "%d|%v %m%n"], timeout=_LIST_SECONDS).stdout.decode("utf-8", "replace")
    rows = (line.partition("|") for line in told.splitlines() if "|" in line)
    return [Device(name, label.strip()) for name, _bar, label in rows]


def chosen_device(asked: str | None) -> str:
    """Return the scanner *asked* for, else the first that answers.

    Raises:
        NoScannerError: None does.
    """
    if asked is not None:
        return asked
    found = devices()
    if not found:
        raise NoScannerError
    return found[0].name


def scan(wish: ScanWish, directory: Path, told: Told) -> list[Path]:
    """Scan into TIFF files in *directory* and return the whole pages, in order.

    Raises:
        FeederEmptyError: There was nothing to scan.
        ScannerError: It stopped; the pages scanned before are in *directory*.
    """
    pattern = directory / "page%04d.tif"
    arguments = ["-d", wish.device, "--format=tiff", f"--batch={pattern}", "--resolution", str(wish.resolution)]
    code, text = _run_batch([*arguments, *_choices(wish)], directory, told)
    whole = pages_of(directory, text)
    if code not in {0, _NO_DOCUMENTS} or (not whole and code == 0):
        reason = _STATUSES.get(code) or _last_words(text)
        raise ScannerError(reason=reason, pages=len(whole), status=code)
    if not whole:
        raise FeederEmptyError
    return whole


def pages_of(directory: Path, told: str) -> list[Path]:
    """Return the pages in *directory* that `scanimage` reported as scanned, and that are there."""
    pages = [directory / f"page{int(number):04d}.tif" for number in _REPORTED.findall(told)]
    return [page for page in pages if page.is_file() and page.stat().st_size]


def uses_feeder(told: str, *, wanted: bool | None) -> bool:
    """Tell from what `scanimage -A` told whether the feeder is what is scanned; one that names none is a glass."""
    return source_named(told, feeder=True, duplex=False) is not None if wanted is None else wanted


def source_named(told: str, *, feeder: bool, duplex: bool) -> str | None:
    """Return what a scanner calls its feeder or its glass, from what `scanimage -A` told; None without a choice."""
    match = re.search(r"^\s*--source ([^\[\n]+)", told, re.MULTILINE)
    if match is None:
        return None
    names = [name.strip() for name in match[1].split("|")]
    feeders = [name for name in names if _FEEDER.search(name) or "duplex" in name.lower()]
    if not feeder:
        return next((name for name in names if name not in feeders), None)
    both = [name for name in feeders if "duplex" in name.lower()]
    single = [name for name in feeders if "duplex" not in name.lower()]
    return next(iter(both if duplex and both else single or both), None)


def mode_named(told: str, wanted: str | None) -> str | None:
    """Return the scanner's own name for the mode *wanted* (grey by default)."""
    match = re.search(r"^\s*--mode ([^\[\n]+)", told, re.MULTILINE)
    names = [name.strip() for name in match[1].split("|")] if match else []
    near = {"gray": "gr", "grey": "gr", "color": "col", "colour": "col", "lineart": "line", "bw": "line"}
    start = near.get((wanted or "gray").lower(), (wanted or "").lower())
    return next((name for name in names if name.lower().startswith(start)), None)


def _choices(wish: ScanWish) -> list[str]:
    told = _run(["-A", "-d", wish.device], timeout=_LIST_SECONDS).stdout.decode("utf-8", "replace")
    feeder = uses_feeder(told, wanted=wish.feeder)
    source = source_named(told, feeder=feeder, duplex=wish.duplex)
    mode = mode_named(told, wish.mode)
    count = wish.pages or (_MOST_PAGES if feeder else 1)
    named = [*(["--source", source] if source else []), *(["--mode", mode] if mode else [])]
    return [*named, f"--batch-count={count}"]


def _run_batch(arguments: Sequence[str], directory: Path, told: Told) -> tuple[int, str]:
    """Scan, telling of each page as it is reported; return the exit code and all that was reported."""
    heard, pages = [], 0
    with subprocess.Popen(
        [_program(), *arguments],
        cwd=directory,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            for line in process.stderr or ():
                heard.append(line.decode("utf-8", "replace"))
                if _REPORTED.match(heard[-1]):
                    pages += 1
                    told(pages)
        except BaseException:
            process.kill()
            raise
    return process.returncode, "".join(heard)


def _program() -> str:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise MissingProgramError(program=_PROGRAM, install="apt install sane-utils")
    return program


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ} | {"LC_ALL": "C"}


def _run(arguments: Sequence[str], *, timeout: float) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [_program(), *arguments],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ScannerError(reason=_STATUSES[9], pages=0, status=9) from None


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("scanimage: ")[:200] if lines else "?"
