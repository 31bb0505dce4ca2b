"""Secrets come from a descriptor, a file or a command, and are never told when they cannot be read."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import pytest

from coffre_cli.access.errors import SecretSourceError
from coffre_cli.access.unlock import SecretSources
from coffre_cli.crypto.secret import Secret, password_secret

PASSWORD = "Trois châteaux"
UNDECODABLE = b"canary\xe9canary"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that holds the password."""
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n", "utf-8")
    return path


def from_descriptor(data: bytes) -> Secret | None:
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    try:
        return SecretSources(descriptor=reader).explicit()
    finally:
        os.close(reader)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nsecond line\n"])
def test_the_first_line_is_the_password(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(f"{PASSWORD}{ending}".encode())
    assert SecretSources(file=path).explicit() == password_secret(PASSWORD)
    assert from_descriptor(f"{PASSWORD}{ending}".encode()) == password_secret(PASSWORD)


def test_spaces_around_a_password_belong_to_it(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("  two words \n", "utf-8")
    assert SecretSources(file=path).explicit() == password_secret("  two words ")


def test_the_descriptor_comes_before_the_file_and_the_file_before_the_command(file: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"by descriptor")
    os.close(writer)
    command = f"{sys.executable} -c \"print('by command')\""
    sources = SecretSources(descriptor=reader, file=file, command=command)
    assert sources.explicit() == password_secret("by descriptor")
    os.close(reader)
    assert SecretSources(file=file, command=command).explicit() == password_secret(PASSWORD)
    assert SecretSources(command=command).explicit() == password_secret("by command")


def test_the_environment_points_to_a_file_or_a_command(file: Path) -> None:
    command = f"{sys.executable} -c \"print('by command')\""
    both = {"COFFRE_PASSWORD_FILE": str(file), "COFFRE_PASSWORD_COMMAND": command}
    assert SecretSources(environment=both).ambient() == password_secret(PASSWORD)
    assert SecretSources(environment={"COFFRE_PASSWORD_COMMAND": command}).ambient() == password_secret("by command")
    assert SecretSources(environment=both).explicit() is None
    assert SecretSources(environment={"COFFRE_PASSWORD_FILE": ""}).ambient() is None


def test_a_command_is_not_given_to_a_shell(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    command = f'{sys.executable} -c "print(1)" ; touch {marker}'
    SecretSources(command=command).explicit()
    assert not marker.exists()


@pytest.mark.parametrize(
    "command", ["", "  ", "'", "/nonexistent/program", f"{sys.executable} -c 'raise SystemExit(1)'"]
)
def test_a_command_that_gives_nothing_is_named_without_its_words(command: str) -> None:
    with pytest.raises(SecretSourceError) as refused:
        SecretSources(command=command).explicit()
    assert refused.value.facts["source"] == "--password-command"
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("path", ["nowhere/at/all", "", "nul\0byte"])
def test_a_file_that_cannot_be_read_is_named(path: str, tmp_path: Path) -> None:
    with pytest.raises(SecretSourceError):
        SecretSources(file=tmp_path / path).explicit()


@pytest.mark.parametrize("descriptor", [-1, 10_000])
def test_a_descriptor_that_is_not_open_is_named(descriptor: int) -> None:
    with pytest.raises(SecretSourceError) as refused:
        SecretSources(descriptor=descriptor).explicit()
    assert str(descriptor) in str(refused.value.facts["source"])


def test_nothing_of_an_undecodable_password_is_told(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(UNDECODABLE)
    for sources in (SecretSources(file=path), None):
        with pytest.raises(SecretSourceError) as refused:
            from_descriptor(UNDECODABLE) if sources is None else sources.explicit()
        trace = "".join(traceback.format_exception(refused.value))
        told = f"{trace} {refused.value.facts}"
        assert "0xe9" not in told
        assert "canary" not in told
        assert refused.value.__cause__ is None


def test_the_callers_descriptor_stays_open() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"secret\n")
    os.close(writer)
    SecretSources(descriptor=reader).explicit()
    os.close(reader)  # would raise had it been closed
