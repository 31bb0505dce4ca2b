"""What `check` can find: each kind with its gravity, its consequence, and the exact command that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from coffre_cli.i18n import N_

REPAIR: Final = "{coffre} check --repair"
_OTHER_COPIES: Final = "grep -rlsF --include=vault.json {vault} /"
"""Lists every copy of the safe on the disks that are attached: a backup, a sync folder."""
_COPIES_OF_FILE: Final = "find / -name {file} -size +0"
"""Lists every copy of one encrypted file; its name is random, so that each one found is a copy of it."""


class Severity(StrEnum):
    """How grave a finding is; `loss` and `damage` make the exit code 20."""

    LOSS = "loss"
    """Something is gone that this folder no longer holds."""
    DAMAGE = "damage"
    """Something is wrong that a second copy makes good."""
    WARNING = "warning"
    """Everything is there; somebody should look."""
    NOTE = "note"
    """Harmless."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding."""

    code: str
    severity: Severity
    message: str
    """What is wrong; a catalogue key with named fields."""
    consequence: str
    """What it means for the owner, in one sentence."""
    command: str = REPAIR
    """What to type, ready to be pasted; names fields, and `{coffre}`: the program, told which safe is meant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def is_grave(self) -> bool:
        """Whether the vault is not what was written."""
        return self.kind.severity in {Severity.LOSS, Severity.DAMAGE}

    @property
    def blob(self) -> str:
        """The id of the encrypted file that this is about, in hexadecimal; empty when it is about none."""
        return self.fact("file").removesuffix(".cof")

    def fact(self, name: str) -> str:
        """Return the fact called *name*."""
        return dict(self.facts).get(name, "")


def finding(kind: Kind, **facts: str | int) -> Finding:
    """Return a finding of *kind*."""
    return Finding(kind, tuple((name, str(value)) for name, value in facts.items()))


def unknown_file(root: Path, path: Path) -> Finding:
    """Return the finding for *path*, which is no file of the vault at *root*."""
    return finding(UNKNOWN, path=path.relative_to(root).as_posix(), whole_path=path.as_posix())


DESCRIPTOR = Kind(
    "descriptor_copy",
    Severity.DAMAGE,
    N_("One of the two copies of vault.json is missing or damaged: {path}."),
    N_("The safe opens by the other copy; without both it could not be found."),
)
SLOT = Kind(
    "slot_copy",
    Severity.DAMAGE,
    N_("One of the two copies of a key slot is missing or damaged: {path}."),
    N_("The safe opens by the other copy; without both this way in is lost."),
)
SLOT_LOST = Kind(
    "slot_lost",
    Severity.LOSS,
    N_("Neither copy of the key slot {slot} can be read."),
    N_("One way into the safe is closed; the others still open it."),
    "{coffre} rekey",
)
NO_RECOVERY = Kind(
    "no_recovery",
    Severity.LOSS,
    N_("There is no key slot for the recovery code."),
    N_("If the password is lost, nothing opens the safe any more."),
    "{coffre} rekey",
)
SEVERAL_PASSWORDS = Kind(
    "several_passwords",
    Severity.WARNING,
    N_("There are {count} password slots; coffre keeps one."),
    N_("An interrupted change of password may have left them: the older password still opens the safe."),
    "{coffre} password change",
)
LOG = Kind(
    "log_damaged",
    Severity.DAMAGE,
    N_("The log is missing, cut short or damaged ({reason})."),
    N_("Nothing is lost: the index holds a second copy of every line and sealed body."),
)
LOG_LOST = Kind(
    "log_lost",
    Severity.LOSS,
    N_("The log is damaged ({reason}) and the index does not hold what is missing."),
    N_("What was deposited or changed after event {number} cannot be told from this folder; another copy may tell."),
    _OTHER_COPIES,
)
TORN_TAIL = Kind(
    "torn_tail",
    Severity.NOTE,
    N_("The log ends with an unfinished entry, left by an interruption."),
    N_("Nothing that was acknowledged is touched; the next command sets it aside."),
)
HISTORY = Kind(
    "history",
    Severity.DAMAGE,
    N_("The safe is not as this computer last saw it ({reason}); event {number} is the first that differs."),
    N_("Either an older copy was put back, or somebody replaced the safe; what came after is not here."),
)
INDEX = Kind(
    "index_damaged",
    Severity.DAMAGE,
    N_("The index is missing or damaged ({reason})."),
    N_("Nothing is lost: it is folded anew from the log."),
)
INDEX_DIFFERS = Kind(
    "index_differs",
    Severity.DAMAGE,
    N_("The index does not say what the log says (table {table})."),
    N_("Lists and searches may be wrong until it is folded anew from the log."),
)
PACK = Kind(
    "key_pack",
    Severity.DAMAGE,
    N_("The key pack {pack} is missing or damaged."),
    N_("Nothing is lost: the index holds a second copy of its keys."),
)
KEYS_ALONE = Kind(
    "keys_alone",
    Severity.DAMAGE,
    N_("{count} keys stand in the index and in no key pack."),
    N_("They would be lost with the index."),
)
KEY_UNDEAD = Kind(
    "key_undead",
    Severity.DAMAGE,
    N_("The key pack {pack} holds the key of something deleted for good."),
    N_("A copy of what was deleted could be read again; a sync tool may have brought the file back."),
)
KEY_LOST = Kind(
    "key_lost",
    Severity.LOSS,
    N_("The key of record {record} is in no key pack and not in the index."),
    N_("This record cannot be read any more, unless another copy of the safe has its key."),
    _OTHER_COPIES,
)
_MISSING_FILE: Final = N_(
    "« {title} »: the encrypted file of its {rendition} is missing or damaged ({path}: {reason})."
)
BLOB_LOST = Kind(
    "blob_lost",
    Severity.LOSS,
    _MISSING_FILE,
    N_("This document cannot be read any more from this folder. A copy of the file, put in its place, makes it good."),
    _COPIES_OF_FILE,
)
ORIGINAL_LOST = Kind(
    "original_lost",
    Severity.LOSS,
    _MISSING_FILE,
    N_(
        "The document can still be read, as its archive rendition. A copy of the file, put in its place, makes it good."
    ),
    _COPIES_OF_FILE,
)
RENDITION_GONE = Kind(
    "rendition_gone",
    Severity.LOSS,
    _MISSING_FILE,
    N_("It cannot be made again: no original can be read either. A copy of the file, put in its place, makes it good."),
    _COPIES_OF_FILE,
)
RENDITION_LOST = Kind(
    "rendition_lost",
    Severity.DAMAGE,
    _MISSING_FILE,
    N_("The original can be read; this rendition can be made again from it."),
    "{coffre} convert {document}",
)
BALLAST = Kind(
    "ballast",
    Severity.DAMAGE,
    N_("The ballast file is missing or not what was written."),
    N_("On a full disk, deleting might find no room to work."),
)
LOCK = Kind(
    "lock_missing",
    Severity.NOTE,
    N_("The lock file was missing."),
    N_("None: it was made again."),
)
FOLDER = Kind(
    "folder_missing",
    Severity.NOTE,
    N_("The folder {path} was missing."),
    N_("What lay in it is named beside this; the folder itself was made again."),
)
LEFTOVER = Kind(
    "leftover",
    Severity.NOTE,
    N_("An interrupted command left {path}."),
    N_("It takes space and is read by nothing."),
)
ORPHAN = Kind(
    "orphan",
    Severity.NOTE,
    N_("No document names the encrypted file {path}."),
    N_("It takes space and can be read by nobody; an interrupted deposit leaves such files."),
)
SEALED_WAITING = Kind(
    "sealed_waiting",
    Severity.NOTE,
    N_("Deposits that were sealed while the safe was locked wait to be taken in: {count}."),
    N_("They become documents at the next opening."),
    "coffre unlock",
)
SEALED_ASIDE = Kind(
    "sealed_aside",
    Severity.WARNING,
    N_("A sealed deposit could not be taken in and was set aside: {path}."),
    N_("It was altered, or was not made for this safe. If you miss a document, deposit it again."),
    "rm {whole_path}",
)
UNKNOWN = Kind(
    "unknown_file",
    Severity.NOTE,
    N_("{path} is no file of coffre."),
    N_("It is left alone; it is not encrypted by coffre."),
    "ls -ld {whole_path}",
)

KINDS: Final = (
    DESCRIPTOR, SLOT, SLOT_LOST, NO_RECOVERY, SEVERAL_PASSWORDS, LOG, LOG_LOST, TORN_TAIL, HISTORY, INDEX,
    INDEX_DIFFERS, PACK, KEYS_ALONE, KEY_UNDEAD, KEY_LOST, BLOB_LOST, ORIGINAL_LOST, RENDITION_GONE, RENDITION_LOST,
    BALLAST, LOCK, FOLDER, LEFTOVER, ORPHAN, SEALED_WAITING, SEALED_ASIDE, UNKNOWN,
)  # fmt: skip
