"""A session holds a vault open for every shell of its user, for as long as was said, and never in the clear."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from coffre_cli.access import held
from coffre_cli.access.errors import NoSessionKeeperError
from coffre_cli.access.held import Keeper, Session, SystemKeyring
from coffre_cli.access.kernel_keyring import KernelKeyring
from coffre_cli.crypto.secret import Secret
from coffre_cli.vault.keychain import payload_of

NOW = datetime(2026, 11, 21, 19, 23, 31, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
VAULT = b"v" * 16
PAYLOAD = payload_of(Secret(b"master-key-canary-master-key-can"), VAULT)
needs_kernel = pytest.mark.skipif(not KernelKeyring().available(), reason="this kernel keeps no keys for us")


class Memory:
    """A keeper that forgets nothing by itself."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, name: str, secret: bytes, seconds: int) -> bool:
        self.kept[name] = secret
        return seconds > 0

    def find(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """A keeper in place of the system's."""
    keeper = Memory()
    monkeypatch.setattr(held, "_keeper", lambda: keeper)
    return keeper


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The session of one vault, ended at last whatever the test did."""
    session = Session(tmp_path / "sessions", VAULT)
    yield session
    session.end()


def test_a_payload_is_held_until_its_end(session: Session, memory: Memory) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    assert session.payload(NOW) == PAYLOAD
    assert session.payload(NOW + QUARTER - timedelta(seconds=1)) == PAYLOAD
    assert session.payload(NOW + QUARTER) is None


def test_an_ended_session_gives_nothing_at_once(session: Session, memory: Memory) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    session.end()
    assert session.payload(NOW) is None
    assert memory.kept == {}
    session.end()  # ending what has ended is nothing


def test_either_half_alone_is_worth_nothing(session: Session, memory: Memory, tmp_path: Path) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    (file,) = (tmp_path / "sessions").iterdir()
    assert PAYLOAD.master_key.reveal() not in file.read_bytes() + b"".join(memory.kept.values())
    kept = dict(memory.kept)
    memory.kept.clear()
    assert session.payload(NOW) is None
    memory.kept.update(kept)
    file.unlink()
    assert session.payload(NOW) is None


@pytest.mark.parametrize("place", [0, 30, 60, -1])
def test_a_file_that_was_touched_is_no_session(session: Session, memory: Memory, tmp_path: Path, place: int) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    (file,) = (tmp_path / "sessions").iterdir()
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    assert session.payload(NOW) is None


def test_the_session_of_one_vault_does_not_open_another(session: Session, memory: Memory, tmp_path: Path) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    other = Session(tmp_path / "sessions", b"w" * 16)
    assert other.payload(NOW) is None
    (file,) = (tmp_path / "sessions").iterdir()
    file.rename(file.with_name(other.vault_id.hex()))
    memory.kept = dict.fromkeys(["x", *memory.kept], next(iter(memory.kept.values())))
    assert other.payload(NOW) is None


def test_a_second_unlock_replaces_the_first(session: Session, memory: Memory) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    session.hold(PAYLOAD, NOW + 4 * QUARTER, NOW, os.urandom)
    assert session.payload(NOW + 2 * QUARTER) == PAYLOAD


def test_only_the_user_may_read_what_is_written(session: Session, memory: Memory, tmp_path: Path) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    (file,) = (tmp_path / "sessions").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_without_a_trusted_keyring_nothing_is_held(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(KernelKeyring, "available", lambda _: False)
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    with pytest.raises(NoSessionKeeperError):
        session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    assert not list(tmp_path.rglob("*"))
    assert session.payload(NOW) is None


class PlaintextKeyring(KeyringBackend):
    """As keyrings.alt would install it."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError(service, username, len(password))

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError(service, username)


@pytest.mark.parametrize(
    "module",
    [
        "keyrings.alt.file",
        "keyring.backends.null",
        "keyring.backends.chainer",
        "keyring.backends.SecretServiceX",
        "mine",
    ],
)
def test_a_keyring_that_is_not_trusted_is_never_used(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlaintextKeyring, "__module__", module)
    monkeypatch.setattr(keyring, "get_keyring", PlaintextKeyring)
    monkeypatch.setattr(KernelKeyring, "available", lambda _: False)
    assert not SystemKeyring().available()
    assert held._keeper() is None  # noqa: SLF001 - the choice itself is what is tested


def test_a_trusted_keyring_of_the_system_serves_where_the_kernel_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlaintextKeyring, "__module__", "keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", PlaintextKeyring)
    monkeypatch.setattr(KernelKeyring, "available", lambda _: False)
    assert held._keeper() == SystemKeyring()  # noqa: SLF001 - the choice itself is what is tested


READ = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from coffre_cli.access.held import Session
found = Session(Path(sys.argv[1]), bytes.fromhex(sys.argv[2])).payload(datetime(2026, 11, 21, 19, 24, tzinfo=UTC))
print("open" if found else "closed")
"""


def asked_elsewhere(session: Session) -> str:
    """Ask from another process, a session of its own."""
    words = [sys.executable, "-c", READ, str(session.folder), session.vault_id.hex()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, start_new_session=True)
    return done.stdout.strip()


@needs_kernel
def test_the_kernel_holds_it_for_every_shell_and_lock_ends_it_for_all(session: Session) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    assert session.payload(NOW) == PAYLOAD
    assert asked_elsewhere(session) == "open"
    session.end()
    assert asked_elsewhere(session) == "closed"


@needs_kernel
def test_a_lock_ends_it_even_when_the_file_is_put_back(session: Session) -> None:
    session.hold(PAYLOAD, NOW + QUARTER, NOW, os.urandom)
    (file,) = session.folder.iterdir()
    copy = file.read_bytes()
    session.end()
    file.write_bytes(copy)
    assert session.payload(NOW) is None


@needs_kernel
def test_the_kernel_is_told_the_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"coffre:test:{os.urandom(8).hex()}"
    keeper: Keeper = KernelKeyring()
    assert keeper.keep(name, b"x" * 32, 50)
    try:
        assert keeper.find(name) == b"x" * 32
        assert 30 <= seconds_left(name) <= 50
    finally:
        keeper.forget(name)
    assert keeper.find(name) is None


@needs_kernel
def test_a_key_whose_time_out_is_refused_is_not_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    from coffre_cli.access import kernel_keyring

    real = kernel_keyring._call  # noqa: SLF001 - the one system call that is to fail

    def refusing(which: int, *arguments: object) -> int:
        return -1 if which == 1 and arguments[0] == 15 else real(which, *arguments)

    name = f"coffre:test:{os.urandom(8).hex()}"
    monkeypatch.setattr(kernel_keyring, "_call", refusing)
    assert not KernelKeyring().keep(name, b"x" * 32, 600)
    assert KernelKeyring().find(name) is None


def seconds_left(name: str) -> int:
    """Return what /proc/keys says of the key's time-out."""
    for line in Path("/proc/keys").read_text("utf-8").splitlines():
        fields = line.split()
        if len(fields) > 8 and f"{name}:" in line:
            amount, unit = int(fields[3][:-1]), fields[3][-1]
            return amount * {"s": 1, "m": 60, "h": 3600}[unit]
    raise AssertionError(name)


def test_a_machine_without_these_system_calls_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.uname", lambda: SimpleNamespace(machine="pdp11"))
    assert not KernelKeyring().available()
