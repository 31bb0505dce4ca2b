"""One tree of errors: each carries facts, an exit code, a sentence and a hint; only `cli.py` speaks.

A class stands for one thing that a user or a script can act on. `message` and `hint` are catalogue keys with named
fields, filled from the facts at the edge. Facts never hold secrets. Families defined in a room derive from these.
"""

from __future__ import annotations

import re
from enum import IntEnum
from pathlib import Path
from typing import ClassVar

from coffre_cli.i18n import N_

SYSTEM_REASONS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("Directory not empty"),
    N_("File exists"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Input/output error"),
    N_("Read-only file system"),
    N_("Device or resource busy"),
    N_("Too many open files"),
    N_("Stale file handle"),
    N_("Connection refused"),
    N_("Connection timed out"),
    N_("Name or service not known"),
)
"""What the system answers most often: facts that are translated like our own words."""

Fact = str | int | float | bool | Path | tuple[str, ...] | None


class ExitCode(IntEnum):
    """What the process answers; the meanings are a contract with scripts."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    PARTIAL = 3
    NO_VAULT = 10
    VAULT_BUSY = 11
    WRONG_PASSWORD = 12
    NOT_ALLOWED = 13
    NOT_FOUND = 14
    QUOTA = 15
    CANNOT_CONVERT = 16
    ALREADY_THERE = 17
    ALTERED = 20
    SIGNATURE_BROKEN = 21
    INDETERMINATE = 22
    NOTHING_TO_VERIFY = 23
    UNREADABLE = 24
    ALARMS_DUE = 30
    TRY_LATER = 75
    INTERRUPTED = 130


class CoffreError(Exception):
    """Something a user or a script can act on."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILURE
    code: ClassVar[str] = "failure"
    """The word in the JSON of the error: the class name in snake case, without `Error`."""
    message: ClassVar[str] = N_("Something went wrong.")
    hint: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Derive the error's word from its class name, unless it says the same thing as another and names it."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__.removesuffix("Error")).lower()

    def __init__(self, **facts: Fact) -> None:
        """Keep the *facts* that the message's fields name."""
        super().__init__(self.code)
        self.facts: dict[str, Fact] = facts


class UsageError(CoffreError):
    """The command was typed wrong; `reason` says how, already in the user's language."""

    exit_code = ExitCode.USAGE
    message = N_("{reason}")
    hint = N_("See `{command} --help`.")

    def __init__(self, *, reason: str = "?", command: str = "") -> None:
        """Say why; *command* is the words after `coffre`, if there are any."""
        super().__init__(reason=reason, command=f"coffre {command}".strip())


class InvalidValueError(CoffreError):
    """An option or argument has a value that cannot be used."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » is not a value for {what}.")
    hint = N_("Expected: {expected}.")


class NotFoundError(CoffreError):
    """No document, record or file answers to the name given."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("Nothing here is called « {name} ».")
    hint = N_("`{command}` shows what there is.")


class AmbiguousNameError(CoffreError):
    """Several documents, alarms or certificates answer to the name given."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("« {name} » may mean several: {candidates}.")
    hint = N_("Use the id, or a longer beginning of it.")


class FileUnreadableError(CoffreError):
    """A file the user named cannot be read."""

    exit_code = ExitCode.FAILURE
    message = N_("Cannot read {path}: {reason}.")
    hint = N_("Check that the file is there and that you may read it.")


class FileMissingError(FileUnreadableError):
    """A file the user named is not there."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("There is no file {path}.")
    hint = N_("Check the spelling of the path.")


class WouldOverwriteError(CoffreError):
    """The output exists already."""

    exit_code = ExitCode.ALREADY_THERE
    message = N_("{path} exists already and was left as it is.")
    hint = N_("Choose another name, or add `--force`.")


class StorageFullError(CoffreError):
    """The disk (or a quota of the system) refused a write; nothing was half-kept."""

    message = N_("The disk is full: {path} could not be written. Nothing was half-kept.")
    hint = N_("Free some space, then type the same command again.")


class StorageFailedError(CoffreError):
    """The system refused a read or a write."""

    message = N_("The disk answered « {reason} » for {path}.")
    hint = N_("Check the disk and the rights on the folder; `coffre doctor` may tell more.")


class MissingProgramError(CoffreError):
    """A system program or an optional package is needed."""

    message = N_("This needs {program}, which is not installed.")
    hint = N_("Type: {install}")
