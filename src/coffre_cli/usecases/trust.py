"""The roots that the user chose to believe: public certificates, one file each, beside the settings."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import AmbiguousNameError, NotFoundError
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.usecases.verify import own_roots, roots_in

if TYPE_CHECKING:
    from cryptography import x509

    from coffre_cli.signing.trustlist import TrustedList

_NAME_LENGTH = 16
_LIST = "list.json"


@dataclass(frozen=True, slots=True)
class TrustedRoot:
    """A root that is believed."""

    id: str
    """The beginning of its SHA-256 fingerprint, hexadecimal."""
    name: str
    not_after: datetime
    file: Path


def add_roots(folder: Path, source: Path) -> list[TrustedRoot]:
    """Believe the certificates in *source*, PEM or DER.

    Raises:
        FileMissingError, InvalidValueError: It holds no certificate.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = []
    for der in roots_in(source, what="coffre trust add"):
        path = folder / f"{hashlib.sha256(der).hexdigest()[:_NAME_LENGTH]}.der"
        _write(path, der)
        found.append(_root(path))
    return found


def update_from_list(folder: Path, source: Path) -> TrustedList:
    """Believe the services that a trusted list of the European Union grants, in place of those of its last version.

    The list's own signature is not verified: whoever imports the file vouches for it.

    Raises:
        TrustedListError: It is not a trusted list that can be read.
    """
    from coffre_cli.signing.listfile import to_text
    from coffre_cli.signing.trustlist import read_trusted_list

    found = read_trusted_list(source)
    place = folder / _place_of(found.territory)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    today = [one.certificate for one in found.services if one.granted_until is None]
    fresh = {f"{hashlib.sha256(der).hexdigest()[:_NAME_LENGTH]}.der": der for der in today}
    for name, certificate in fresh.items():
        _write(place / name, certificate)
    _write(place / _LIST, to_text(found).encode())
    for old in place.glob("*.der"):
        if old.name not in fresh:
            old.unlink()
    return found


def kept_lists(folder: Path) -> list[TrustedList]:
    """Return the trusted lists that were imported; one that can no longer be read counts for nothing."""
    if not any(folder.glob(f"eu-*/{_LIST}")):
        return []
    from coffre_cli.signing.listfile import from_text

    found = []
    for path in sorted(folder.glob(f"eu-*/{_LIST}")):
        with contextlib.suppress(ValueError, OSError):
            found.append(from_text(path.read_text("utf-8")))
    return found


def trust_of(roots: Path, trusted: Path, more: Iterable[bytes] = ()) -> Trust:
    """Return whom to believe: this user's vaults, the roots chosen by hand and *more*, and what kept lists grant."""
    lists = kept_lists(trusted)
    chosen = (path for path in sorted(trusted.rglob("*.der")) if not (path.parent / _LIST).exists())
    imported = (*(path.read_bytes() for path in chosen), *more)
    return Trust(own_roots(roots), imported, tuple(service for one in lists for service in one.services))


def trusted_roots(folder: Path) -> Iterator[TrustedRoot]:
    """Yield the roots that are believed, but for those of kept lists."""
    for path in sorted(folder.rglob("*.der")) if folder.is_dir() else ():
        if not (path.parent / _LIST).exists():
            yield _root(path)


def remove_list(folder: Path, territory: str) -> bool:
    """Believe the trusted list of *territory* no more; tell whether there was one."""
    place = folder / _place_of(territory)
    if not (place / _LIST).exists():
        return False
    shutil.rmtree(place)
    return True


def remove_root(folder: Path, name: str) -> TrustedRoot:
    """Believe the root called *name* (id, a beginning of it, or its name) no more.

    Raises:
        NotFoundError, AmbiguousNameError: None is, or several are.
    """
    found = [one for one in trusted_roots(folder) if one.id.startswith(name.lower()) or one.name == name]
    if not found:
        raise NotFoundError(name=name, command="coffre trust list")
    if len(found) > 1:
        raise AmbiguousNameError(name=name, candidates=tuple(f"{one.id} {one.name}" for one in found))
    found[0].file.unlink()
    return found[0]


def _write(path: Path, data: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(path)


def _root(path: Path) -> TrustedRoot:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(path.read_bytes())
    return TrustedRoot(path.stem, _name(certificate), certificate.not_valid_after_utc, path)


def _place_of(territory: str) -> str:
    """Return the folder of a territory; what is not two letters names no folder of ours."""
    return f"eu-{territory.lower()}" if re.fullmatch(r"[A-Za-z]{2}", territory) else "eu-xx"


def _name(certificate: x509.Certificate) -> str:
    from cryptography.x509.oid import NameOID

    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()
