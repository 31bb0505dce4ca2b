"""The doctor tells good from missing from failed, and touches no network unless asked."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.cli import run
from coffre_cli.crypto.stream import seal
from coffre_cli.usecases import doctor_selftests
from coffre_cli.usecases.doctor import Patient, examine
from coffre_cli.usecases.doctor_model import Area, Finding, State
from coffre_cli.usecases.doctor_programs import PROGRAMS, Program
from coffre_cli.vault.errors import NoVaultError
from coffre_cli.vault.opening import Located
from coffre_cli.vault.places import Places

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def no_vault() -> Located:
    raise NoVaultError(name="")


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    directory = tmp_path / "private"
    directory.mkdir()
    places = Places(tmp_path / "data", tmp_path / "config", tmp_path / "state")
    return Patient(places, no_vault, directory, os.urandom, MOMENT)


def test_everything_needed_works_here(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        pytest.fail("the doctor touched the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    findings = list(examine(patient, online=False))
    assert [finding for finding in findings if finding.state is State.FAILED] == []
    tried = {finding.name for finding in findings if finding.area is Area.SELF_TEST}
    assert tried >= {"sha256", "ed25519", "argon2id", "seal", "index", "pdfa", "session"}
    assert [finding.state for finding in findings if finding.area is Area.VAULT] == [State.MISSING]


def test_a_part_that_gives_another_answer_is_a_failure(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_selftests, "_SHA256_ABC", "00")
    monkeypatch.setattr(doctor_selftests, "_ED25519_SEED", "not hexadecimal")
    found = {each.name: each for each in doctor_selftests.self_tests(patient.directory, os.urandom, MOMENT)}
    assert (found["sha256"].state, found["ed25519"].state, found["seal"].state) == (
        State.FAILED,
        State.FAILED,
        State.GOOD,
    )
    assert found["ed25519"].facts == (("reason", "ValueError"),)


def test_the_known_answer_of_the_seal_depends_on_key_and_context() -> None:
    known = seal(b"\5" * 32, b"doctor", bytes(range(256)) * 65, bytes)
    other = seal(b"\5" * 32, b"patient", bytes(range(256)) * 65, bytes)
    assert hashlib.sha256(known).digest() != hashlib.sha256(other).digest()


def test_a_folder_that_others_may_look_into_is_told_with_the_line_to_type(patient: Patient) -> None:
    patient.places.data.mkdir()
    patient.places.data.chmod(0o755)
    found = {each.name: each for each in examine(patient, online=False) if each.area is Area.DIRECTORY}
    assert (found["data"].state, found["data"].remedy) == (State.WARNING, f"chmod 700 '{patient.places.data}'")


def test_an_authority_that_does_not_answer_is_told_only_when_asked(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    patient.places.config.mkdir()
    patient.places.settings.write_text(f'tsa = "http://127.0.0.1:{port}/tsa"\n', "utf-8")
    (found,) = [each for each in examine(patient, online=True) if each.area is Area.ONLINE]
    assert (found.state, found.facts[1]) == (State.WARNING, ("reason", "ConnectionRefusedError"))


@pytest.mark.parametrize(("platform", "begins"), [("linux", "sudo apt "), ("darwin", "brew "), ("win32", "choco ")])
def test_a_missing_program_comes_with_the_line_of_this_system(platform: str, begins: str) -> None:
    assert all(program.install_line(platform).startswith(begins) for program in PROGRAMS if program.choco)
    assert Program("scanimage", "", "sane-utils").install_line("win32") == ""


def test_scripts_read_one_object_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = Finding(
        Area.SELF_TEST, "seal", State.FAILED, "it did not give the known answer ({reason})", (("reason", "x"),)
    )
    monkeypatch.setenv("COFFRE_HOME", str(tmp_path))
    monkeypatch.setattr("coffre_cli.usecases.doctor.examine", lambda _patient, **_named: iter([failure]))
    assert run(["doctor", "--json"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "schema": "coffre.doctor/1",
        "area": "self-test",
        "name": "seal",
        "state": "failed",
        "version": None,
        "detail": "it did not give the known answer (x)",
        "install": None,
    }
