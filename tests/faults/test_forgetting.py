"""What is deleted for good is nowhere: not in free pages, not in the write-ahead log, packs, frames or staging."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.errors import CoffreError
from coffre_cli.journal.event import Operation
from coffre_cli.model import RecordId, RenditionKind
from coffre_cli.store import events
from coffre_cli.store.fs import Disk
from coffre_cli.vault.session import Vault
from tests.faults.failing import Failing, Killed
from tests.faults.residue import everything_readable
from tests.simulators.safe import PASSWORD, Safe, add, delete, edit

CANARIES = ("Zanzibarcanari", "dossiercanari", "motcanari", "étiquettecanari", "textecanari", "renommécanari")
BYTES = b"%PDF canari " * 1000


def a_canary(vault: Vault) -> RecordId:
    record = add(
        vault, CANARIES[0], BYTES, folder=CANARIES[1], words=f"{CANARIES[2]} {CANARIES[4]} " * 300, tags=(CANARIES[3],)
    )
    edit(vault, record, Operation.RENAME, lambda document: replace(document, title=CANARIES[5]))
    return record


def secrets_of(vault: Vault, record: RecordId) -> dict[str, bytes]:
    """Return every byte string that must be gone."""
    document, key = vault.document(record), events.record_key(vault.index, record)
    assert document is not None
    assert key is not None
    found = {name: name.encode() for name in CANARIES}
    found |= {f"{name}, folded": name.casefold().replace("é", "e").encode() for name in CANARIES}
    found |= {"bytes": BYTES[:24], "key": key.key.reveal()}
    for kind in RenditionKind:
        rendition = document.rendition(kind)
        if rendition is not None:
            found |= {f"{kind} digest": rendition.sha256, f"{kind} digest, hex": rendition.sha256.hex().encode()}
    return found


def found_again(safe: Safe, secrets: dict[str, bytes]) -> list[str]:
    parts = safe.parts()
    return [
        f"{what} in {place}"
        for place, data in everything_readable(parts)
        for what, secret in secrets.items()
        if secret in data
    ]


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    safe = Safe(tmp_path / "vault", tmp_path / "state")
    safe.make()
    vault = safe.open()
    add(vault, "Voisin", b"neighbour" * 500, words="le voisin reste")
    vault.close()
    return safe


def test_the_search_finds_what_is_not_deleted(safe: Safe) -> None:
    vault = safe.open()
    secrets = secrets_of(vault, a_canary(vault))
    vault.close()
    found = " ".join(found_again(safe, secrets))
    assert all(name in found for name in (*CANARIES, "key", "original digest"))


def test_after_a_deletion_nothing_is_found_whatever_is_decrypted(safe: Safe) -> None:
    vault = safe.open()
    record = a_canary(vault)
    secrets = secrets_of(vault, record)
    add(vault, "Autre", b"other", words="encore un")
    delete(vault, record)
    assert found_again(safe, secrets) == []
    vault.close()
    assert found_again(safe, secrets) == []


def test_a_deletion_reaches_what_repairs_and_interrupted_commands_left(safe: Safe) -> None:
    vault = safe.open()
    record = a_canary(vault)
    secrets = secrets_of(vault, record)
    (pack, *_) = events.packs_of(vault.index, [record])
    layout = vault.parts.layout
    shutil.copy(vault.parts.keys.path(pack), layout.quarantine / f"{pack.hex()}-old.keys")
    shutil.copy(layout.index, layout.staging / "0123456789abcdef.db")
    shutil.copy(vault.parts.keys.path(pack), layout.staging / "0123456789abcdef.partial")
    delete(vault, record)
    assert list(layout.quarantine.iterdir()) == []
    assert list(layout.staging.iterdir()) == []
    assert found_again(safe, secrets) == []
    vault.close()


@pytest.mark.parametrize("index_stays", [True, False])
def test_a_deletion_killed_at_any_step_is_finished_at_the_next_opening(
    index_stays: bool, safe: Safe, quick_folder: Path
) -> None:
    vault = safe.open()
    record = a_canary(vault)
    secrets = secrets_of(vault, record)
    vault.close()
    for at in range(1, 200):
        folder = quick_folder / f"{at}-{index_stays}"
        shutil.copytree(safe.root.parent, folder)
        disk = Failing(at, "kill")
        hit = replace(safe, root=folder / "vault", state=folder / "state", disk=disk)
        with contextlib.suppress(Killed, CoffreError):
            vault = hit.open()
            try:
                delete(vault, record)
            finally:
                vault.close()
        if not index_stays:
            hit.located.layout.index.unlink(missing_ok=True)
        vault = hit.on(Disk()).open()
        gone = vault.document(record) is None
        vault.close()
        assert not gone or found_again(hit, secrets) == [], f"killed at step {at}"
        shutil.rmtree(folder)
        if disk.steps < at:
            assert gone
            return
    pytest.fail("the deletion never ended")


def test_no_file_shows_anything_of_a_document(safe: Safe) -> None:
    vault = safe.open()
    record = a_canary(vault)
    secrets = {**secrets_of(vault, record), "password": PASSWORD.encode()}
    for again in (True, False):
        raw = [path for path in safe.root.rglob("*") if path.is_file()]
        assert len(raw) > 10
        shown = [
            (what, path.name)
            for path in raw
            for what, secret in secrets.items()
            if secret in path.read_bytes() or secret.hex().encode() in path.read_bytes()
        ]
        assert shown == []
        assert not any(path.read_bytes().startswith(b"SQLite format 3") for path in raw)
        if again:
            delete(vault, record)
    vault.close()
