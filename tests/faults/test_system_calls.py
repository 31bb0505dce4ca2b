"""The real command under strace: SIGKILL, a full disk or a failing one at its system calls.

A normal run tries some calls of each command, `--long` each of them. The steps themselves are tried one by one, in
process, by `test_refusals`; here SQLite, the state directory and the helpers are under fire too.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from coffre_cli.access.slots import Payload
from coffre_cli.crypto.secret import password_secret
from tests.simulators.safe import PASSWORD, Safe, add, everything
from tests.transcripts.given import pdf

_CALLS = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
_NEW_PASSWORD = "another good long password"
_FAULTS = {"kill": "signal=KILL", "full": "error=ENOSPC", "broken": "error=EIO"}
_TRIED = 3
"""Calls tried for each command and fault in a normal run."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "add": ("add", "{place}/neuf.pdf", "--no-archive"),
    "delete": ("delete", "Facture", "--yes"),
    "move": ("move", "Bail", "Ailleurs"),
    "tag": ("tag", "Bail", "--add", "vu"),
    "password": ("password", "change", "--new-password-file", "{place}/new"),
    "rekey": ("rekey",),
    "sign": ("sign", "{place}/neuf.pdf", "--keep", "-o", "{place}/signed.pdf"),
    "repair": ("check", "--repair"),
    "migrate": ("count",),
}

pytestmark = pytest.mark.needs("strace")


@dataclass(frozen=True)
class Place:
    """A home with one safe in it, to be copied for each fault."""

    folder: Path

    @property
    def safe(self) -> Safe:
        return Safe(self.folder / "home" / "data" / "vaults" / "essai", self.folder / "home" / "state")

    def copy(self, name: str) -> Place:
        shutil.copytree(self.folder, self.folder.parent / name)
        return Place(self.folder.parent / name)

    def run(self, command: tuple[str, ...], *strace: str) -> subprocess.CompletedProcess[str]:
        words = [word.format(place=self.folder) for word in command]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("COFFRE_", "LC_"))}
        environment |= {
            "COFFRE_HOME": str(self.folder / "home"),
            "COFFRE_PASSWORD_FILE": str(self.folder / "password"),
            "COFFRE_LANG": "en",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        before = ["strace", "-f", "-qq", "-o", str(self.folder / "calls"), "-e", f"trace={_CALLS}", *strace]
        coffre = [sys.executable, "-m", "coffre_cli", *words, "--no-input"]
        return subprocess.run(
            [*before, *coffre], check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    def calls(self) -> list[tuple[str, int]]:
        """Return each call that was made: strace counts by process and by name."""
        lines = (self.folder / "calls").read_text().splitlines()
        made = Counter(match.groups() for line in lines if (match := re.match(r"(\d+) +(\w+)\(", line)))
        most = {name: max(count for (_, other), count in made.items() if other == name) for _, name in made}
        return [(name, number) for name in sorted(most) for number in range(1, most[name] + 1)]


@pytest.fixture(scope="module")
def place(quick_folder: Path) -> Place:
    place = Place(quick_folder / "origin")
    place.folder.mkdir()
    place.safe.root.parent.mkdir(parents=True)
    place.safe.make()
    (place.folder / "password").write_text(PASSWORD)
    (place.folder / "new").write_text(_NEW_PASSWORD)
    (place.folder / "neuf.pdf").write_bytes(pdf("Un contrat tout neuf."))
    vault = place.safe.open()
    add(vault, "Bail", b"lease" * 700, folder="Maison", words="le bail du logement")
    add(vault, "Facture", b"invoice" * 5000, tags=("eau",))
    vault.close()
    return place


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("fault", _FAULTS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_hit_loses_nothing(
    name: str, fault: str, place: Place, request: pytest.FixtureRequest
) -> None:
    _sweep(name, COMMANDS[name], fault, place, everywhere=bool(request.config.getoption("--long")))


def _sweep(name: str, command: tuple[str, ...], fault: str, place: Place, *, everywhere: bool) -> None:
    untouched = place.copy(f"{name}-{fault}-0")
    _harm(untouched.safe, name)
    done = untouched.run(command)
    assert done.returncode == 0, done.stderr
    calls = untouched.calls()
    step = 1 if everywhere else max(1, len(calls) // _TRIED)
    first = sum(map(ord, name + fault)) % step  # another place for each command and fault
    for call, at in calls[first::step]:
        hit = place.copy(f"{name}-{fault}-{call}-{at}")
        _harm(hit.safe, name)
        done = hit.run(command, "-e", f"inject={call}:{_FAULTS[fault]}:when={at}")
        what = f"{name}, {fault} at {call} {at} of {len(calls)} calls: exit {done.returncode}\n{done.stderr}"
        assert "Traceback" not in done.stderr, what
        _verify(place, hit, name, told=done.returncode == 0, what=what)
        shutil.rmtree(hit.folder)
    shutil.rmtree(untouched.folder)


def _harm(safe: Safe, name: str) -> None:
    """Do to the safe what the command is to make good."""
    if name == "repair":
        data = bytearray((safe.root / "log").read_bytes())
        data[len(data) // 2] ^= 1
        (safe.root / "log").write_bytes(data)
        (safe.root / "vault.json").unlink()
        shutil.rmtree(safe.root / "slots")
        next((safe.root / "keys").iterdir()).unlink()
    elif name == "migrate":
        vault = safe.open()
        vault.index.set_meta("schema", b"0")
        vault.close()


def _verify(place: Place, hit: Place, name: str, *, told: bool, what: str) -> None:
    if name == "repair" and not told:
        assert hit.safe.mend().is_clean, what  # typed again, it ends what it began
    before, found = _held(place.safe, place.safe.payload()), _held(hit.safe, payload := _payload(place, hit, name))
    assert found["Bail"][2] == before["Bail"][2], what
    assert name == "delete" or found["Facture"] == before["Facture"], what
    if told:
        assert ("neuf" in found) == (name == "add") or name == "sign", what
        assert name != "sign" or any(held.startswith(b"%PDF-") for _, _, held in found.values()), what
        assert ("Facture" in found) == (name != "delete"), what
        assert (found["Bail"][0] == "Ailleurs") == (name == "move"), what
        assert (found["Bail"][1] == ("vu",)) == (name == "tag"), what
    report = hit.safe.check(payload, data=False, full=False)
    assert report.is_clean, f"{what}: {report.findings}"


def _held(safe: Safe, payload: Payload) -> dict[str, tuple[str, tuple[str, ...], bytes]]:
    vault = safe.open(payload)
    try:
        return {title: (folder, tags, held) for title, folder, tags, held in everything(vault).values()}
    finally:
        vault.close()


def _payload(place: Place, hit: Place, name: str) -> Payload:
    """Return what opens the vault that was hit: one of the two passwords does."""
    if name not in {"password", "rekey"}:
        return place.safe.payload()
    for text in (PASSWORD, _NEW_PASSWORD):
        with contextlib.suppress(LookupError):
            return hit.safe.payload(secret=password_secret(text))
    pytest.fail(f"no password opens the safe after {name}")
