"""Verifying what was received: no vault and no password are needed; an open session adds the deposit, if any."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coffre_cli.errors import (
    CoffreError,
    FileMissingError,
    FileUnreadableError,
    InvalidValueError,
    WouldOverwriteError,
)
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.journal.export import JournalVerdict, is_export
from coffre_cli.model import Document, Sha256
from coffre_cli.signing.limited import verify_each, write_differences
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Verification
from coffre_cli.signing.versions import extract_version
from coffre_cli.store import documents, events
from coffre_cli.store.fs import guarded
from coffre_cli.usecases.journal import verify_file
from coffre_cli.usecases.retrieve import written_whole
from coffre_cli.vault.session import Vault
from coffre_cli.worker.directory import private_directory

_HEAD = 256


@dataclass(frozen=True, slots=True)
class Question:
    """How to verify."""

    trust: Trust
    now: datetime
    at: datetime | None = None
    password: str | None = None
    diff: Path | None = None
    extract: Path | None = None
    force: bool = False
    """Whether what *diff* and *extract* write may take the place of what is there."""


@dataclass(frozen=True, slots=True)
class DepositFound:
    """The deposit of these very bytes in the user's own vault."""

    document: Document
    event: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of one file."""

    file: str
    """As typed; in a folder joined with the path inside it."""
    verification: Verification | None = None
    journal: JournalVerdict | None = None
    deposit: DepositFound | None = None
    error: CoffreError | None = None


def files_under(names: list[str]) -> Iterator[Path]:
    """Yield the files that *names* name; a folder stands for every file in it."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        else:
            yield path


def verify(paths: Iterable[Path], question: Question, vault: Vault | None) -> Iterator[Verified]:
    """Yield the verdict on each of *paths*, in order; each file is examined in a limited worker."""
    files, received = itertools.tee(paths)
    deposits: dict[Path, DepositFound | None] = {}

    def deposit_time(path: Path) -> datetime | None:
        found = deposits[path] = _deposit_of(path, vault)
        return None if found is None else found.document.added

    verdicts = verify_each(
        (path for path in received if not _looks_like_journal(path)),
        question.trust,
        now=question.now,
        at=question.at,
        password=question.password,
        deposit_time=deposit_time,
    )
    count = 0
    for path in files:
        count += 1
        if _looks_like_journal(path):
            yield Verified(str(path), journal=verify_file(path))
            continue
        found = next(verdicts)
        deposit = deposits.pop(path) if path in deposits else _deposit_of(path, vault)
        yield _verified(path, found, question, deposit)
    if vault is not None:
        vault.note(Operation.VERIFY, facts={"files": count})


def own_roots(folder: Path) -> tuple[bytes, ...]:
    """Return the public roots of this user's vaults."""
    return tuple(path.read_bytes() for path in sorted(folder.rglob("*.der"))) if folder.is_dir() else ()


def roots_in(path: Path, *, what: str = "--trust") -> tuple[bytes, ...]:
    """Return the certificates in a PEM or DER file; *what* is what the file was given for.

    Raises:
        FileMissingError: It is not there.
        InvalidValueError: It holds no certificate.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        data = path.read_bytes()
        pem = b"-----BEGIN" in data
        found = x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
    except FileNotFoundError:
        raise FileMissingError(path=str(path)) from None
    except (ValueError, OSError):
        raise InvalidValueError(value=str(path), what=what, expected=N_("a certificate, PEM or DER")) from None
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _verified(
    path: Path, found: Verification | CoffreError, question: Question, deposit: DepositFound | None
) -> Verified:
    if isinstance(found, CoffreError):
        return Verified(str(path), error=found)
    try:
        if question.diff is not None and found.signatures:
            _draw(path, found, question, question.diff)
        if question.extract is not None:
            _extract(path, found, question.extract)
    except CoffreError as error:
        return Verified(str(path), verification=found, deposit=deposit, error=error)
    return Verified(str(path), verification=found, deposit=deposit)


def _looks_like_journal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_export(file.read(_HEAD))
    except OSError:
        return False


def _deposit_of(path: Path, vault: Vault | None) -> DepositFound | None:
    """Return the deposit of these bytes: as received, or as one of the renditions."""
    if vault is None or not path.is_file():
        return None
    with path.open("rb") as file:
        digest = Sha256(hashlib.file_digest(file, "sha256").digest())
    record = documents.find_by_digests(vault.index, [digest]).get(digest)
    document = vault.document(record) if record else None
    if document is None:
        return None
    event = next(events.events_of(vault.index, document.id))
    return DepositFound(document, event.number)


def _draw(path: Path, found: Verification, question: Question, directory: Path) -> None:
    """Write pictures of the pages that changed into *directory*, over nothing that is there unless told to."""
    with private_directory() as private, guarded(directory):
        drawn = write_differences(path, found, private, password=question.password)
        directory.mkdir(parents=True, exist_ok=True)
        for picture in drawn:
            target = directory / picture.name
            if target.exists() and not question.force:
                raise WouldOverwriteError(path=target)
            with written_whole(target) as file:
                file.write(memoryview(picture.read_bytes()))


def _extract(path: Path, found: Verification, target: Path) -> None:
    """Write the exact version that the last signature signed."""
    known = [one for one in found.signatures if one.signed_length is not None]
    if not known:
        raise FileUnreadableError(path=str(path), reason=N_("no signed version can be told"))
    with guarded(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        extract_version(path, max(known, key=lambda one: one.signed_length or 0), target)
