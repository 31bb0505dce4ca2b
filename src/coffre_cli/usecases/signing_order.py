"""What is ordered at the signing desk, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from coffre_cli.errors import CoffreError, FileMissingError
from coffre_cli.model import Document, Remark
from coffre_cli.signing.cryptoki import AskPin
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.usecases.find import resolve
from coffre_cli.vault.session import Vault

SUFFIX = "-signed"
EXTENDED_SUFFIX = "-extended"
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be signed, and how."""

    kind: IdentityKind
    request: SigningRequest
    identity: str | None = None
    output: Path | None = None
    """A file for one input, a folder for several; None: beside each file."""
    keep: bool = False
    force: bool = False
    ask_pin: AskPin | None = None
    """Gives the PIN, when the key is on a token."""
    stdin: BinaryIO | None = None
    """Where the document called `-` comes from."""
    stdout: BinaryIO | None = None
    """Where the result goes instead of a file."""
    trust: Callable[[], Trust] | None = None
    """Whom to believe about signatures, for the verdict on what is kept."""
    deadline_label: str = "{title}"
    """How the alarm is called that tells of the end of a document's proof, in the user's language."""


@dataclass(frozen=True, slots=True)
class Target:
    """One PDF to sign: a file, a document of the vault, or standard input."""

    shown: str
    file: Path | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one input."""

    source: str
    output: Path | None = None
    document: Document | None = None
    """The signed document in the vault, when it was kept."""
    signer: str = ""
    field: str = ""
    level: str = ""
    remarks: tuple[Remark, ...] = ()
    error: CoffreError | None = None
    skipped: bool = False
    sealed: bool = False
    """By an organisation."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """What one stroke of the pen did."""

    field: str
    level: str
    remarks: tuple[Remark, ...] = ()
    protected_until: datetime | None = None
    """When the proof that timestamps give ends; None without any."""


def targets(vault: Vault, names: list[str]) -> Iterator[Target | Signed]:
    """Yield what *names* name: an existing file, the PDFs of an existing folder, standard input, else a document."""
    for name in names:
        path = Path(name)
        if name == STDIN:
            yield Target(name)
        elif path.is_dir():
            found = (one for one in sorted(path.rglob("*")) if one.suffix.lower() == ".pdf" and one.is_file())
            yield from (Target(str(one), file=one) for one in found if not _is_made_here(one))
        elif path.exists():
            yield Target(name, file=path)
        else:
            yield _document_or_error(vault, name)


def _is_made_here(path: Path) -> bool:
    return path.stem.endswith((SUFFIX, EXTENDED_SUFFIX))


def _document_or_error(vault: Vault, name: str) -> Target | Signed:
    try:
        document = resolve(vault, name)
    except CoffreError as error:
        shown: CoffreError = FileMissingError(path=name) if Path(name).suffix.lower() == ".pdf" else error
        return Signed(name, error=shown)
    return Target(document.title, document=document)
