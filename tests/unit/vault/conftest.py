"""A small vault with a bit of everything, made once and copied for each test."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.journal.event import Operation
from tests.simulators.safe import Safe, add, delete, edit


@pytest.fixture(scope="session")
def full_safe(tmp_path_factory: pytest.TempPathFactory) -> Safe:
    folder = tmp_path_factory.mktemp("full")
    safe = Safe(folder / "vault", folder / "state")
    safe.make()
    vault = safe.open()
    lease = add(vault, "Bail", b"lease" * 3000, folder="Maison", words="le bail du logement", tags=("important",))
    add(vault, "Facture", b"invoice" * 9000, folder="Maison/Énergie", words="électricité octobre")
    gone = add(vault, "Brouillon", b"draft" * 1000, words="à jeter")
    edit(vault, lease, Operation.MOVE, lambda document: replace(document, folder="Maison/Bail"))
    delete(vault, gone)
    add(vault, "Passeport", b"passport" * 4000, folder="Papiers", tags=("identité", "important"))
    vault.close()
    return safe


@pytest.fixture
def safe(full_safe: Safe, tmp_path: Path) -> Safe:
    shutil.copytree(full_safe.root, tmp_path / "vault")
    shutil.copytree(full_safe.state, tmp_path / "state")
    return replace(full_safe, root=tmp_path / "vault", state=tmp_path / "state")
