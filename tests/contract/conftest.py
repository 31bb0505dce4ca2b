"""A safe that scripts find ready."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from coffre_cli.crypto.kdf import Argon2Parameters
from coffre_cli.i18n import use_language
from coffre_cli.usecases import creation
from tests.contract.line import coffre

PASSWORD = "Cerise-Violon-Brume-48"


@pytest.fixture(autouse=True)
def safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A safe whose password a file gives, and a folder to work in."""
    for name in ("COFFRE_VAULT", "COFFRE_LANG", "COFFRE_PASSWORD_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "password").write_text(PASSWORD)
    monkeypatch.setattr(creation, "Wanted", partial(creation.Wanted, argon2=Argon2Parameters(64, 1, 1)))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COFFRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COFFRE_PASSWORD_FILE", str(tmp_path / "password"))
    desk = tmp_path / "desk"
    desk.mkdir()
    monkeypatch.chdir(desk)
    assert coffre("init", "maison", "--recovery-file", tmp_path / "recovery").code == 0
    yield desk
    use_language("en")
