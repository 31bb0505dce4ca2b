"""What the user points at and wishes, as inputs to deposit, and what is said of each in the end."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.model import Ocr, Options, Profile
from coffre_cli.errors import CoffreError, FileMissingError, FileUnreadableError
from coffre_cli.i18n import N_
from coffre_cli.intake.look import is_safe
from coffre_cli.model import Document, RecordId, Remark
from coffre_cli.usecases.document_keys import DocumentKeys
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.values import field, frozen, unshown

if TYPE_CHECKING:
    from coffre_cli.signing.trust_roots import Trust

_MAXIMUM_TITLE = 250
LINKED = N_("The link {path} leads to a folder and was not followed; name that folder to deposit it.")
SAFE = N_("The folder {path} is a safe: it was left out.")
PART_OF_SAFE = N_("part of a safe")
NO_FILE = N_("The folder {path} holds no file.")
Told = Callable[[Remark], None]
"""Hears what the user should know although nothing is wrong."""


def _nobody(_remark: Remark) -> None:
    """Hear and forget."""


@frozen
class Input:
    """One file to deposit."""

    path: Path
    name: str
    """Its name as text, NFC, whatever bytes it was made of."""
    folder: str
    """The folder it is for."""
    record: RecordId | None = None
    """The record that it becomes, when it must never be deposited twice; else a new one."""


@frozen
class Refused:
    """Something that could not be taken at all."""

    name: str
    error: CoffreError


@frozen
class Wishes:
    """How to deposit."""

    title: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()
    ocr: Ocr = Ocr.AUTO
    original: bool = True
    """Keep the bytes as received."""
    archive: bool = True
    """Make the archive rendition now."""
    digest: bytes | None = None
    """The SHA-256 that the depositor expects."""
    move: bool = False
    duplicates: bool = False
    password: str | None = unshown(default=None)
    """Opens the document itself."""
    profile: Profile = Profile.ORDINARY
    keys: DocumentKeys = field(factory=DocumentKeys)
    """Who is asked for the passwords of documents."""
    trust: Callable[[], Trust] | None = None
    """Whom to believe about signatures: the verdict on each signed document is kept; without it none is made."""

    def options(self, moment: datetime, depth: int = 0) -> Options:
        """Return how to convert, at *moment*, a file that lies in *depth* packages."""
        return Options(moment, ocr=self.ocr, password=self.password, profile=self.profile, depth=depth)


@frozen
class Deposited:
    """What became of one input."""

    name: str
    document: Document | None = None
    error: CoffreError | None = None
    duplicate_of: Document | None = None
    parent: RecordId | None = None
    """The mail or package it came in."""


def inputs(paths: Iterable[Path], folder: str, told: Told = _nobody) -> Iterator[Input | Refused]:
    """Yield the files under *paths*; a folder keeps its tree below *folder*.

    Links to folders inside it are not followed; *told* hears of them, and of folders without any file.
    """
    for path in paths:
        if _lies_in_safe(path):
            yield Refused(
                readable_name(path.name), FileUnreadableError(path=readable_name(str(path)), reason=PART_OF_SAFE)
            )
        elif path.is_dir():
            yield from _tree(path, folder, told)
        elif not os.path.lexists(path):
            yield Refused(readable_name(path.name), FileMissingError(path=readable_name(str(path))))
        else:
            yield _file(path, folder)


def count_files(paths: Iterable[Path]) -> int:
    """Return how many files `inputs` would find, by their names alone."""
    return sum(sum(len(names) for _, _, names in os.walk(path)) if path.is_dir() else 1 for path in paths)


def readable_name(name: str) -> str:
    """Return a file's name as text: undecodable bytes become U+FFFD."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def title_of(name: str) -> str:
    """Return the title for a file called *name*: without its extension, on one line."""
    return clean_title(Path(name).stem or name) or "?"


def clean_title(text: str) -> str:
    """Return *text* as a title: one line, no control characters, none that turns the reading direction."""
    kept = "".join(" " if unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} else one for one in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())[:_MAXIMUM_TITLE]


def unreadable(path: Path, problem: OSError) -> CoffreError:
    """Return the error for a file that the system will not let us read."""
    shown = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(problem, FileNotFoundError):
        return FileMissingError(path=shown)
    return FileUnreadableError(path=shown, reason=problem.strerror or type(problem).__name__)


def _lies_in_safe(path: Path) -> bool:
    """Tell whether *path* is a safe, or something of one: moved into a safe, it would take the safe with it."""
    try:
        real = path.resolve()
        return any(is_safe(folder) for folder in (real, *real.parents))
    except (OSError, RuntimeError):  # a circle of links, or a folder that nobody may look into: met again, and told
        return False


def _file(path: Path, folder: str) -> Input | Refused:
    if not path.is_file():
        return Refused(
            readable_name(path.name), FileUnreadableError(path=readable_name(str(path)), reason=N_("not a file"))
        )
    return Input(path.absolute(), readable_name(path.name), folder)


def _tree(root: Path, folder: str, told: Told) -> Iterator[Input | Refused]:
    problems: list[OSError] = []
    base = root.absolute()
    found = False
    for directory, subfolders, names in os.walk(base, onerror=problems.append):
        if is_safe(Path(directory)):
            found = True
            told(Remark(SAFE, (("path", readable_name(directory)),)))
            subfolders.clear()
            continue
        subfolders.sort()
        relative = Path(directory).relative_to(base.parent)
        below = clean_folder(f"{folder}/{readable_name(str(relative))}")
        for name in sorted(names):
            found = True
            yield _file(Path(directory) / name, below)
        for link in (Path(directory) / name for name in subfolders):
            if link.is_symlink():
                found = True
                told(Remark(LINKED, (("path", readable_name(str(link))),)))
    for problem in problems:
        path = readable_name(str(problem.filename))
        yield Refused(path, FileUnreadableError(path=path, reason=problem.strerror or "?"))
    if not found and not problems:
        told(Remark(NO_FILE, (("path", readable_name(str(root))),)))
