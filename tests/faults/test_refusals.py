"""The disk refuses or the process dies at any step: nothing acknowledged is lost, nothing is half-kept, all is said."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from coffre_cli.access.slots import Payload
from coffre_cli.access.unlock import SecretSources
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.errors import CoffreError
from coffre_cli.journal.event import Operation
from coffre_cli.model import RecordId, Rendition, RenditionKind
from coffre_cli.store.documents import find_by_title
from coffre_cli.store.fs import Disk
from coffre_cli.usecases.passwords import change_password
from coffre_cli.usecases.renditions import revealed
from coffre_cli.usecases.unlocking import Door
from coffre_cli.vault.rekey import NewKeys, rekey
from coffre_cli.vault.session import Vault
from tests.faults.failing import INTERRUPT, Failing, Killed
from tests.simulators.safe import QUICK, Safe, add, delete, edit, everything

Contents = dict[RecordId, tuple[str, str, tuple[str, ...], bytes]]
Deed = Callable[[Safe, Vault], None]


def _add(_safe: Safe, vault: Vault) -> None:
    add(vault, "Nouveau", b"fresh" * 5000, words="tout neuf")


def _move(_safe: Safe, vault: Vault) -> None:
    edit(vault, _named(vault, "Bail"), Operation.MOVE, lambda document: replace(document, folder="Ailleurs"))


def _delete(_safe: Safe, vault: Vault) -> None:
    delete(vault, _named(vault, "Facture"))


def _rekey(safe: Safe, vault: Vault) -> None:
    def ignore(_code: Secret) -> None:
        """Let the test forget the code."""

    rekey(vault.parts, vault.index, NewKeys(safe.password, ignore, QUICK))


def _tag(_safe: Safe, vault: Vault) -> None:
    edit(vault, _named(vault, "Bail"), Operation.TAG, lambda document: replace(document, tags=("vu",)))


def _convert(_safe: Safe, vault: Vault) -> None:
    """Keep a new archive rendition in the place of an older one."""
    record = _named(vault, "Facture")
    document = vault.document(record)
    if document is None:
        raise LookupError(record)
    with vault.change() as change:
        made = change.keep(io.BytesIO(b"archive" * 900), record)
        archive = Rendition(RenditionKind.ARCHIVE, made.blob, "application/pdf", made.size, made.sha256, None, "PDF")
        after = replace(document, renditions=(*document.renditions, archive))
        change.put_document(Operation.CONVERT, after, reveal=revealed)


def _change_password(safe: Safe, _vault: Vault) -> None:
    change_password(_door(safe), safe.password, NEW_PASSWORD)


def _door(safe: Safe) -> Door:
    return Door(safe.located, safe.around, SecretSources(), Nobody(), "?")


def _migrate(safe: Safe, vault: Vault) -> None:
    """Open a safe whose index another release made."""
    vault.index.set_meta("schema", b"0")
    vault.close()
    safe.open().close()


class Nobody:
    def is_there(self) -> bool:
        return False

    def password(self, question: str) -> str:
        raise LookupError(question)


def _named(vault: Vault, title: str) -> RecordId:
    return find_by_title(vault.index, title)[0]


NEW_PASSWORD = password_secret("another good long password")
DEEDS: dict[str, Deed] = {
    "add": _add,
    "move": _move,
    "tag": _tag,
    "convert": _convert,
    "delete": _delete,
    "password": _change_password,
    "rekey": _rekey,
    "migrate": _migrate,
}


@dataclass
class Stage:
    """A vault to be copied for each fault."""

    origin: Safe
    folder: Path
    count: int = 0
    before: Contents = field(default_factory=dict)

    def copy(self, disk: Disk) -> Safe:
        self.count += 1
        place = self.folder / str(self.count)
        shutil.copytree(self.origin.root, place / "vault")
        shutil.copytree(self.origin.state, place / "state")
        return replace(self.origin, root=place / "vault", state=place / "state", disk=disk)


@pytest.fixture(scope="module")
def stage(quick_folder: Path) -> Stage:
    safe = Safe(quick_folder / "origin" / "vault", quick_folder / "origin" / "state")
    safe.make()
    vault = safe.open()
    add(vault, "Bail", b"lease" * 700, folder="Maison", words="le bail du logement")
    add(vault, "Facture", b"invoice" * 5000, tags=("eau",))
    for number in range(12):  # the next deposit makes sixteen packs, which are merged
        add(vault, f"Petit {number}", bytes([number]))
    before = everything(vault)
    vault.close()
    return Stage(safe, quick_folder / "copies", before=before)


@pytest.fixture(autouse=True)
def _quick_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coffre_cli.usecases.passwords.DEFAULT_ARGON2", QUICK)


@pytest.mark.parametrize(
    ("deed", "how"),
    [(deed, how) for deed in DEEDS for how in ("kill", "ENOSPC", "EIO")]
    + [(deed, INTERRUPT) for deed in ("add", "move", "convert")],
)
def test_every_step_may_fail(deed: str, how: str, stage: Stage) -> None:
    for at in range(1, 2_000):
        disk = Failing(at, how)
        safe = stage.copy(disk)
        told = _attempt(safe, DEEDS[deed])
        shutil.copytree(safe.root.parent, twin := safe.root.parent.with_name(f"{stage.count}-without-index"))
        _verify(safe.on(Disk()), stage, deed, told=told, what=f"{deed}, {how} at step {at}")
        without = replace(safe.on(Disk()), root=twin / "vault", state=twin / "state")
        without.located.layout.index.unlink(missing_ok=True)
        _verify(without, stage, deed, told=told, what=f"{deed}, {how} at step {at}, the index gone")
        shutil.rmtree(twin)
        shutil.rmtree(safe.root.parent)
        if disk.steps < at:
            assert told
            return
    pytest.fail("the deed never ended")


def _attempt(safe: Safe, deed: Deed) -> bool:
    """Do *deed*; tell whether it was acknowledged."""
    vault = safe.on(Disk()).open()
    vault.close()
    try:
        vault = safe.open()
    except (Killed, CoffreError, KeyboardInterrupt):
        return False
    try:
        deed(safe, vault)
    except (Killed, CoffreError, KeyboardInterrupt):
        return False
    finally:
        vault.close()
    return True


def _verify(safe: Safe, stage: Stage, deed: str, *, told: bool, what: str) -> None:
    payload = _payload(safe, told=told and deed == "password")
    vault = safe.open(payload)
    try:
        found = everything(vault)
    finally:
        vault.close()
    titles = {title for title, _, _, _ in found.values()}
    for record, (title, folder, tags, held) in stage.before.items():
        if title == "Bail" or deed != "delete":
            moved = found[record][1] if deed == "move" else folder
            marked = found[record][2] if deed == "tag" else tags
            shown = found[record][3] if deed == "convert" else held
            assert found.get(record) == (title, moved, marked, shown), what
            assert moved in (folder, "Ailleurs"), what
            assert marked in (tags, ("vu",)), what
            assert shown in (held, b"archive" * 900), what
    if told:
        assert ("Nouveau" in titles) == (deed == "add"), what
        assert ("Facture" in titles) == (deed != "delete"), what
        assert any(folder == "Ailleurs" for _, folder, _, _ in found.values()) == (deed == "move"), what
        assert any("vu" in tags for _, _, tags, _ in found.values()) == (deed == "tag"), what
        assert any(b"archive" in held for *_, held in found.values()) == (deed == "convert"), what
    report = safe.check(payload, data=False, full=False)
    assert report.is_clean, f"{what}: {report.findings}"
    if deed == "password" and report.findings:
        _end_the_change(safe, what)


def _payload(safe: Safe, *, told: bool) -> Payload:
    """Return what opens the safe: the old password or the new one; after a change that was told, only the new one."""
    opened = [_opened_by(safe, secret) for secret in (safe.password, NEW_PASSWORD)]
    assert not told or opened[0] is None
    return next(payload for payload in opened if payload is not None)


def _opened_by(safe: Safe, secret: Secret) -> Payload | None:
    try:
        return safe.payload(secret=secret)
    except LookupError:
        return None


def _end_the_change(safe: Safe, what: str) -> None:
    """Do what `check` says of two password slots: then there is one."""
    (found,) = safe.check(data=False, full=False).findings
    assert found.kind.code == "several_passwords", what
    change_password(_door(safe), NEW_PASSWORD, NEW_PASSWORD)
    assert _opened_by(safe, safe.password) is None, what
    assert safe.check(_opened_by(safe, NEW_PASSWORD)).findings == [], what
