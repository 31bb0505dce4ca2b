"""`coffre check` as scripts meet it: JSON lines, exit codes, and the exact command for each finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulators.safe import PASSWORD, Safe, add


class Home:
    """A home with one safe, and the command in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.safe = Safe(folder / "home" / "data" / "vaults" / "essai", folder / "home" / "state")
        self.safe.root.parent.mkdir(parents=True)
        (folder / "password").write_text(PASSWORD)

    def check(self, *words: str) -> tuple[int, list[dict[str, object]]]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "LC_"))}
        environment |= {
            "COFFRE_HOME": str(self.folder / "home"),
            "COFFRE_PASSWORD_FILE": str(self.folder / "password"),
            "COFFRE_LANG": "en",
        }
        done = subprocess.run(
            [sys.executable, "-m", "coffre_cli", "check", "--json", *words],
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.safe.make()
    vault = home.safe.open()
    add(vault, "Bail", b"lease" * 700, words="le bail")
    vault.close()
    return home


@pytest.mark.parametrize("words", [(), ("--data",), ("--data=1/2", "--full"), ("--data=5%",)])
def test_a_whole_safe_is_one_line_and_exit_0(words: tuple[str, ...], home: Home) -> None:
    code, lines = home.check(*words)
    assert code == 0
    assert [line["schema"] for line in lines] == ["coffre.check/1"]
    assert lines[0]["clean"] is True
    assert lines[0]["documents"] == 1


def test_a_finding_says_what_it_means_and_what_to_type(home: Home) -> None:
    (blob, *_) = (path for path in sorted(home.safe.root.glob("blobs/*/*.cof")) if path.stat().st_size < 5_000)
    blob.unlink()
    code, lines = home.check()
    assert code == 20
    finding, summary = lines
    assert {"code", "severity", "message", "consequence", "command", "repaired"} <= finding.keys()
    assert summary["clean"] is False
    code, _ = home.check("--repair")
    assert code == 20


@pytest.mark.parametrize("name", ["log", "index.db", "vault.json", "ballast"])
def test_a_repair_ends_with_0(name: str, home: Home) -> None:
    (home.safe.root / name).unlink()
    assert home.check()[0] == 20
    code, lines = home.check("--repair")
    assert code == 0
    assert [line["repaired"] for line in lines[:-1]] == [True] * len(lines[:-1])
    assert home.check()[0] == 0


def test_a_share_that_is_none_is_a_usage_error(home: Home) -> None:
    assert home.check("--data=7/3")[0] == 2
    assert home.check("--data=lots")[0] == 2
