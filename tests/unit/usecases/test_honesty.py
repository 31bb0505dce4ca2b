"""Nothing is claimed that is not so: rollbacks stay told, forged slots are no wrong passwords, codes are not lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from coffre_cli.access.held import Session
from coffre_cli.cli import run
from coffre_cli.crypto import canonical
from coffre_cli.crypto.errors import ForgedParametersError
from coffre_cli.crypto.secret import password_secret
from coffre_cli.ui.findings import summary_text
from coffre_cli.usecases.checkup import check
from coffre_cli.usecases.organise import rename
from coffre_cli.usecases.unlocking import Door, payload_by_password
from coffre_cli.vault.check import Depth
from coffre_cli.vault.errors import HistoryError
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import PASSWORD, House
from tests.unit.usecases.given import deposited, file


class _Given:
    """A terminal that knows the password."""

    def is_there(self) -> bool:
        return True

    def password(self, question: str) -> str:
        del question
        return PASSWORD


def _door(house: House) -> Door:
    door = house.door()
    return Door(door.located, door.around, door.sources, _Given(), "?")


def test_a_look_does_not_make_an_older_copy_the_one_last_seen(house: House, tmp_path: Path) -> None:
    house.open().close()
    shutil.copytree(house.root / "vault", tmp_path / "older")
    vault = house.open()
    deposited(vault, file(tmp_path, "a.txt", "a"))
    vault.close()
    shutil.rmtree(house.root / "vault")
    shutil.copytree(tmp_path / "older", house.root / "vault")
    for _look in range(2):
        assert not check(_door(house), Depth(), mend=False).report.is_clean
        with pytest.raises(HistoryError):
            house.open()


def test_a_check_that_read_no_data_says_so(house: House) -> None:
    checkup = check(_door(house), Depth(), mend=False)
    assert "was not read" in summary_text(checkup)


def test_a_slot_with_forged_parameters_is_no_wrong_password(house: House) -> None:
    for path in (house.root / "vault").rglob("slots/*.json"):
        value = json.loads(path.read_bytes())
        if value["kind"] == "password":
            value["kdf"]["memory_kib"] = 1 << 26
            path.write_bytes(canonical.encode(value) + b"\n")
    with pytest.raises(ForgedParametersError):
        payload_by_password(house.door(), password_secret(PASSWORD))
    assert Session(house.root, bytes(16)).payload(house.clock()) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bail 2024/2025", "Bail 2024/2025"),
        ("a</b>", "a</b>"),
        ("a\tb\x07c\nd", "a b c d"),
        ("\u202ephoto.gpj", "photo.gpj"),
    ],
)
def test_a_title_is_what_was_typed_on_one_line(vault: Vault, tmp_path: Path, typed: str, kept: str) -> None:
    document = deposited(vault, file(tmp_path, "x.txt", "x"))
    assert rename(vault, document.id.hex(), typed).title == kept


@pytest.mark.parametrize("name", ["code.txt", "code.pdf"])
def test_a_recovery_code_overwrites_nothing_and_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COFFRE_HOME", str(tmp_path / "home"))
    (tmp_path / "password").write_text(PASSWORD)
    monkeypatch.setenv("COFFRE_PASSWORD_FILE", str(tmp_path / "password"))
    code = tmp_path / name
    assert run(["init", "un", "--recovery-file", str(code), "-q"]) == 0
    written = code.read_text().strip()
    assert len(written.split("-")) == 9
    assert run(["init", "deux", "--recovery-file", str(code), "-q"]) == 17
    assert code.read_text().strip() == written
    assert not (tmp_path / "home" / "data" / "vaults" / "deux").exists()
