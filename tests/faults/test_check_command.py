"""`coffre check` as scripts meet it: JSON lines, exit codes, and the exact command for each finding."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulators.household import Household
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


def test_the_line_of_a_lost_rendition_makes_it_again(households: dict[str, Household], tmp_path: Path) -> None:
    household = households["after new keys"].copy(tmp_path / "household")
    vault = household.safe.open()
    kept = "SELECT record FROM blob WHERE kind = 'original'"
    rows = vault.index.rows(f"SELECT hex(id) FROM blob WHERE kind <> 'original' AND record IN ({kept})")  # noqa: S608 - a constant
    vault.close()
    for row in rows:
        blob = str(row[0]).lower()
        (household.safe.root / "blobs" / blob[:2] / f"{blob}.cof").unlink()
    found = _findings(household.run("check", "--json").stdout)
    assert {one["code"] for one in found} == {"rendition_lost"}
    assert len(found) == len(rows)
    for line in sorted({str(one["command"]) for one in found}):
        done = subprocess.run(["sh", "-c", line], check=False, env=_with_coffre(household), capture_output=True)
        assert done.returncode == 0, done.stderr
    assert household.run("check", "--data", "--full").returncode == 0


def test_the_line_names_the_safe_that_is_meant(households: dict[str, Household], tmp_path: Path) -> None:
    household = households["as it was made"].copy(tmp_path / "household")
    elsewhere = tmp_path / "l'autre coffre"
    household.must("init", "autre", "--path", str(elsewhere), "--recovery-file", "recovery", "--yes")
    (elsewhere / "ballast").unlink()
    (household.safe.root / "ballast").unlink()
    for word, path in (("famille", household.safe.root), ("autre", elsewhere), (str(elsewhere), elsewhere)):
        (found,) = _findings(household.run("check", "--json", "--vault", word).stdout)
        shutil.rmtree(path / "quarantine")
        line = f"{found['command']} --json"
        done = subprocess.run(
            ["sh", "-c", line], check=False, cwd="/", env=_with_coffre(household), capture_output=True
        )
        assert done.returncode == 0, (line, done.stderr)
        assert (path / "ballast").exists()
        (path / "ballast").unlink()


def _with_coffre(household: Household) -> dict[str, str]:
    return {**household.environment(), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def _findings(out: bytes) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in out.splitlines()]
    return [line for line in lines if line["schema"] == "coffre.finding/1" and line["severity"] != "note"]


def test_a_share_that_is_none_is_a_usage_error(home: Home) -> None:
    assert home.check("--data=7/3")[0] == 2
    assert home.check("--data=lots")[0] == 2
