"""Small things to deposit."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.model import Document
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.intake import Wishes, inputs
from coffre_cli.vault.session import Vault

KEEP_ONLY = Wishes(archive=False)


def file(folder: Path, name: str, text: str) -> Path:
    """Write *text* to a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def deposited(vault: Vault, path: Path, wishes: Wishes = KEEP_ONLY, folder: str = "") -> Document:
    """Deposit one file that must be taken."""
    (outcome,) = deposit(vault, inputs([path], folder), wishes)
    assert outcome.document is not None, outcome.error
    return outcome.document
