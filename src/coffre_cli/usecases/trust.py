"""The roots that the user chose to believe: public certificates, one file each, beside the settings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import AmbiguousNameError, NotFoundError
from coffre_cli.usecases.verify import roots_in

if TYPE_CHECKING:
    from cryptography import x509

_NAME_LENGTH = 16


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
    for der in roots_in(source):
        path = folder / f"{hashlib.sha256(der).hexdigest()[:_NAME_LENGTH]}.der"
        partial = path.with_suffix(".partial")
        partial.write_bytes(der)
        partial.replace(path)
        found.append(_root(path))
    return found


def update_from_list(folder: Path, source: Path) -> int:
    """Believe the services that a trusted list of the European Union grants, in place of those of its last version.

    The list's own signature is not verified: whoever imports the file vouches for it. Returns how many there are.

    Raises:
        TrustedListError: It is not a trusted list that can be read.
    """
    from coffre_cli.signing.trustlist import read_trusted_list

    services = read_trusted_list(source).services
    fresh: dict[str, dict[str, bytes]] = {}
    for service in services:
        name = f"{hashlib.sha256(service.certificate).hexdigest()[:_NAME_LENGTH]}.der"
        fresh.setdefault(_place_of(service.territory), {})[name] = service.certificate
    for territory, certificates in fresh.items():
        place = folder / territory
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, certificate in certificates.items():
            (place / name).write_bytes(certificate)
        for old in place.glob("*.der"):
            if old.name not in certificates:
                old.unlink()
    return sum(len(certificates) for certificates in fresh.values())


def trusted_roots(folder: Path) -> Iterator[TrustedRoot]:
    """Yield the roots that are believed."""
    for path in sorted(folder.rglob("*.der")) if folder.is_dir() else ():
        yield _root(path)


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
