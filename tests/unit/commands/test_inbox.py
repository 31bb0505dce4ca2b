"""`coffre inbox` as a service: it seals while nobody has the password, and ends between two files when it is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.usecases.conftest import PASSWORD


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "LC_"))}
    kept |= {"COFFRE_HOME": str(tmp_path / "home"), "COFFRE_LANG": "en"}
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "tray").mkdir()
    made = ["init", "essai", "--yes", "--password-file", str(tmp_path / "password"), "--recovery-file"]
    _coffre(kept, *made, str(tmp_path / "recovery"))
    return kept


def _coffre(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "coffre_cli", *words]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_a_service_seals_what_lands_and_ends_cleanly_when_told_to(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "coffre_cli", "inbox", str(tmp_path / "tray"), "--interval", "1", "--json"]
    (tmp_path / "tray" / "avis.txt").write_text("avis")
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        sealed = json.loads(service.stdout.readline())
        service.send_signal(signal.SIGTERM)
        out, err = service.communicate(timeout=60)
    assert (sealed["schema"], sealed["name"]) == ("coffre.sealed/1", "avis.txt")
    assert (service.returncode, out, err) == (0, "", "")
    assert list((tmp_path / "tray").rglob("*")) == []
    listed = _coffre(environment, "list", "--json", "--password-file", str(tmp_path / "password"))
    assert [json.loads(line)["title"] for line in listed.splitlines()] == ["avis"]


def test_an_empty_folder_is_looked_at_without_a_password_or_a_word(environment: dict[str, str], tmp_path: Path) -> None:
    assert _coffre(environment, "inbox", str(tmp_path / "tray"), "--once", "--vault", "nobody's") == ""
