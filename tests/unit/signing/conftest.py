"""Identities, documents and a clock for the tests of the signing room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import shake_256
from pathlib import Path

import pytest

from coffre_cli.signing.certificates import OrganisationRequest, PersonRequest, make_identity, make_root
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.trust_roots import Trust
from tests.unit.signing.documents import letter

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def random_bytes(seed: str) -> Callable[[int], bytes]:
    """Return a repeatable source of bytes."""
    counter = iter(range(1 << 30))
    return lambda count: shake_256(f"{seed} {next(counter)}".encode()).digest(count)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def root() -> LocalRoot:
    return make_root("maison", now=NOW, random=random_bytes("root"))


@pytest.fixture(scope="session")
def alice(root: LocalRoot) -> Identity:
    return make_identity(PersonRequest("Alice", "Martin"), root, now=NOW, random=random_bytes("alice"))


@pytest.fixture(scope="session")
def workshop(root: LocalRoot) -> Identity:
    request = OrganisationRequest("Menuiserie Martin", "732 829 320", "contact@martin.example")
    return make_identity(request, root, now=NOW, random=random_bytes("workshop"))


@pytest.fixture(scope="session")
def trust(root: LocalRoot) -> Trust:
    return Trust(own=(root.certificate,))


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contrat.pdf"
    path.write_bytes(letter("Contrat de location", "Loyer : 100 euros par mois"))
    return path
