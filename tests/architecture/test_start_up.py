"""A command loads what it needs and nothing else: each word of the table costs every user every time.

Measured on a busy two-core machine, in CPU milliseconds over a bare interpreter: pyhanko 310–530, img2pdf 83–172,
pypdf 93–198, sqlite_utils 77–149, keyring 65–133, pikepdf 63–82, rich 27–70, pydantic 38, typer 25, dataclasses 5 and
0.4 for each class.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, nothing

HEAVY = frozenset(
    {
        "PIL",
        "asn1crypto",
        "babel",
        "dateutil",
        "email",
        "fontTools",
        "icalendar",
        "img2pdf",
        "keyring",
        "lxml",
        "obstore",
        "pikepdf",
        "pkcs11",
        "pydantic",
        "pyhanko",
        "pyhanko_certvalidator",
        "pypdf",
        "pypdfium2",
        "requests",
        "segno",
        "sqlite_utils",
        "tomlkit",
        "typst",
        "urllib.request",
    }
)
EDGE = frozenset({"typer", "rich"})
SAFE = frozenset({"cryptography", "sqlcipher3", "sqlite3"})
PARSED = EDGE - {"rich"} | {"dataclasses", "inspect", "shutil", "subprocess", "zipfile"}
"""What typer brings along."""
DIRECT = HEAVY | EDGE | PARSED | {"coffre_cli.convert.model"}
"""Of the commands that look, read without the parser."""
DEPOSIT = HEAVY | EDGE | PARSED | {"coffre_cli.signing.verdict", "coffre_cli.convert.compound"}
"""Of a deposit, read without the parser, of a file that is not converted."""

TABLE: Mapping[tuple[str, ...], frozenset[str]] = {
    ("--version",): HEAVY | EDGE | SAFE | {"argparse", "inspect", "json", "re", "tempfile"},
    ("--help",): HEAVY | SAFE,
    ("add", "--help"): HEAVY | SAFE,
    ("add", "README.md", "--no-archive"): DEPOSIT,
    ("add", "README.md", "--no-archive", "--allow-duplicate", "--tag", "read-by-typer"): DEPOSIT - PARSED,
    ("list",): DIRECT,
    ("list", "--json"): DIRECT,
    ("list", "Maison"): DIRECT,
    ("count",): DIRECT,
    ("search", "loyer"): DIRECT,
    ("show", "note"): HEAVY | {"rich"},
    ("status",): HEAVY | {"rich"},
    ("alarms", "list"): HEAVY - {"dateutil"} | {"rich"},
    ("alarms", "check"): HEAVY - {"dateutil"} | {"rich"},
    ("journal", "list"): HEAVY | {"rich"},
    ("lock",): HEAVY - {"keyring"} | {"rich"},
}
"""What a command must not load."""

_LINE = re.compile(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a safe with one document, unlocked when the machine lets us."""
    folder = tmp_path_factory.mktemp("start-up")
    password = folder / "password"
    password.write_text("correct horse battery staple", "utf-8")
    password.chmod(0o600)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "LC_"))}
    environment |= {"COFFRE_HOME": str(folder / "home"), "COFFRE_PASSWORD_FILE": str(password), "COFFRE_LANG": "en"}
    (folder / "note.txt").write_text("Quittance de loyer.\n", "utf-8")
    _coffre(environment, "init", "start", "--yes", "--recovery-file", str(folder / "recovery"))
    _coffre(environment, "add", str(folder / "note.txt"), "--no-archive")
    _coffre(environment, "unlock", "--for", "10m")
    yield environment
    _coffre(environment, "lock")


@pytest.mark.parametrize("words", TABLE, ids=" ".join)
def test_a_command_loads_nothing_it_does_not_use(words: tuple[str, ...], safe: dict[str, str]) -> None:
    loaded = _loaded(safe, *words)
    nothing(sorted(name for name in TABLE[words] if name in loaded))


def test_the_list_of_what_is_loaded_is_read(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import json"], check=True, capture_output=True, text=True
    )
    assert {"json", "json.decoder"} <= set(_LINE.findall(finished.stderr))


def _loaded(environment: dict[str, str], *words: str) -> set[str]:
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "coffre_cli", *words],
        check=False,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    said = "\n".join(line for line in finished.stderr.splitlines() if not line.startswith("import time:"))
    assert finished.returncode == 0, said
    return set(_LINE.findall(finished.stderr))


def _coffre(environment: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "coffre_cli", *words],
        check=True,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
