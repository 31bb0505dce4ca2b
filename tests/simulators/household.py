"""A safe as a family has one: made by the real commands, a bit of everything in it, before and after new keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.simulators.safe import PASSWORD, QUICK, Safe
from tests.transcripts.given import make as make_paper
from tests.transcripts.given import pdf

NAME = "famille"
_DAY = (
    ("add", "contrat.pdf", "facture.pdf", "note.txt", "page.png", "--folder", "Maison/Énergie", "--tag", "important"),
    ("add", "journal.bin", "--no-archive", "--title", "Journal"),
    ("add", "brouillon.txt", "--alarm", "2030-01-31:jeter"),
    ("tag", "contrat", "--add", "bail", "--remove", "important"),
    ("move", "contrat", "Maison/Bail"),
    ("rename", "note", "Clés de « Tante Zoé »"),
    ("identity", "create", "--person", "Camille Durand"),
    ("sign", "contrat", "--keep", "--level", "b"),
    ("alarms", "add", "2031-03-01", "renouveler le bail", "--doc", "facture"),
    ("cover", "Impôts/2026", "-o", "cover.pdf"),
    ("account", "edit", "--person", "Camille Durand", "--email", "camille@example.org"),
    ("convert", "facture"),
    ("get", "facture", "-o", "dehors.pdf"),
    ("delete", "brouillon", "--yes"),
)


@dataclass(frozen=True)
class Household:
    """A home with one safe in it, and the command there."""

    folder: Path

    @property
    def home(self) -> Path:
        """What `COFFRE_HOME` names."""
        return self.folder / "home"

    @property
    def safe(self) -> Safe:
        """The safe itself."""
        return Safe(self.home / "data" / "vaults" / NAME, self.home / "state")

    def copy(self, folder: Path) -> Household:
        """Return the same household, moved to the new *folder*."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Household(folder)

    def environment(self) -> dict[str, str]:
        """Return the variables under which the command works here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "LC_"))}
        return kept | {
            "COFFRE_HOME": str(self.home),
            "COFFRE_PASSWORD_FILE": str(self.folder / "password"),
            "COFFRE_LANG": "en",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[bytes]:
        """Type `coffre` and *words*, behind the words *before*."""
        return subprocess.run(
            [*before, sys.executable, "-m", "coffre_cli", *words, "--no-input"],
            check=False,
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )

    def must(self, *words: str) -> bytes:
        """Type it and return its output; anything but success is a failure of the test."""
        done = self.run(*words)
        if done.returncode:
            raise AssertionError(f"coffre {' '.join(words)}: {done.returncode}\n{done.stderr.decode()}")
        return done.stdout


def make_household(folder: Path) -> Household:
    """Make the household: documents with all their renditions, an identity, a signature, alarms, cover sheets."""
    household = Household(folder)
    household.safe.root.parent.mkdir(parents=True)
    (folder / "password").write_text(PASSWORD)
    household.safe.make()
    for name in ("contrat.pdf", "facture.pdf", "note.txt", "page.png"):
        make_paper(name, folder)
    (folder / "journal.bin").write_bytes(b"\x00\x01entry" * 12_000)
    (folder / "brouillon.txt").write_bytes(b"a draft\n" * 50)
    (folder / "second.pdf").write_bytes(pdf("Un second contrat."))
    for words in _DAY:
        household.must(*words)
    return household


def with_new_keys(household: Household, folder: Path) -> Household:
    """Return a copy of *household* after a change of keys and one more day."""
    from coffre_cli.vault.rekey import NewKeys, rekey

    changed = household.copy(folder)
    vault = changed.safe.open()
    rekey(vault.parts, vault.index, NewKeys(changed.safe.password, lambda _code: None, QUICK))
    vault.close()
    changed.must("add", "second.pdf")
    return changed
