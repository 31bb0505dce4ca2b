"""The edge of the program: what is typed, how it is answered, and nothing that is remembered between two lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coffre_cli.cli import run
from coffre_cli.commands.registry import ALIASES, COMMANDS
from coffre_cli.i18n import use_language


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user who has no safe and no settings; English again afterwards."""
    for name in ("COFFRE_VAULT", "COFFRE_LANG", "COFFRE_PASSWORD_FILE", "COFFRE_PASSWORD_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COFFRE_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    use_language("en")


def error_of(captured: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(captured.readouterr().err)
    return found


@pytest.mark.parametrize("words", [["--json", "list"], ["list", "--json"]], ids=" ".join)
def test_a_global_option_stands_before_or_after_the_command(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 10
    assert error_of(capsys)["error"] == "no_vault"


@pytest.mark.parametrize(
    "words", [["--vault", "a", "list", "--vault", "b"], ["list", "-C", "a", "-C", "b"]], ids=" ".join
)
def test_the_option_nearest_to_the_end_wins(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--json"]) == 10
    facts = error_of(capsys)["facts"]
    assert isinstance(facts, dict)
    assert str(facts["name"]).strip(" ()") == "b"


def test_one_command_line_forgets_the_options_of_the_one_before(capsys: pytest.CaptureFixture[str]) -> None:
    run(["list", "--json", "--quiet"])
    capsys.readouterr()
    run(["list"])
    assert capsys.readouterr().err.startswith("coffre: ")


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_helps(entry: object, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(getattr(entry, "name", ""))
    assert run([name, "--help"]) == 0
    assert f"coffre {name}" in capsys.readouterr().out


@pytest.mark.parametrize("alias", [alias for alias, name in ALIASES.items() if name in {e.name for e in COMMANDS}])
def test_a_french_name_is_the_same_command_and_hidden_in_the_help(
    alias: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([alias, "-h"]) == 0
    capsys.readouterr()
    run(["--help"])
    assert f"  {alias} " not in capsys.readouterr().out


def test_the_language_of_the_system_is_spoken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run([]) == 0
    assert "coffre-fort" in capsys.readouterr().out


def test_a_word_that_was_meant_is_suggested_and_an_unknown_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serch"]) == 2
    assert "search" in capsys.readouterr().err
    assert run(["frobnicate"]) == 2
    assert "frobnicate" in capsys.readouterr().err


def test_coffre_alone_greets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "coffre demo" in capsys.readouterr().out


def test_a_mistake_of_the_program_is_a_sentence_and_a_trace_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("coffre_cli.commands.vaults.located", fail)
    assert run(["count"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert run(["count", "-vv"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_what_is_interrupted_has_its_code_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coffre_cli.commands.vaults.located", interrupt)
    assert run(["count"]) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "coffre" in capsys.readouterr().out


def test_settings_are_kept_between_commands_and_unknown_ones_refused(
    empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "set", "folder", "Home/Inbox"]) == 0
    assert run(["config", "get", "folder", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["value"] == "Home/Inbox"
    assert run(["config", "set", "colour", "blue"]) == 14
    assert (empty_home / "config" / "coffre.toml").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "--password-fd", "x"], "--password-fd cannot have this value."),
        (["completion"], "Something is missing: SHELL."),
        (["completion", "csh"], "SHELL is one of: bash, zsh, fish."),
        (["list", "--colour"], "There is no option --colour."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_line_typed_wrong_is_answered_in_the_words_that_were_typed(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--json"]) == 2
    assert error_of(capsys)["message"] == said


def test_a_help_page_is_in_french_to_its_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["add", "--help", "--lang", "fr"]) == 0
    page = capsys.readouterr().out
    assert not {"Usage:", "Options:", "OPTIONS", "[required]", "default", "<text>", "<str>"} & set(page.split())


@pytest.mark.parametrize("words", [["journal"], ["inbox"], ["init"], ["scan"], ["check"]], ids=" ".join)
def test_no_word_of_the_parser_is_left_in_a_french_page(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--help", "--lang", "fr"]) == 0
    page = capsys.readouterr().out
    for word in ("Commands:", "[ARGS]", "[default", "range>"):
        assert word not in page


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["vault", "nosuch"], 10, "no_vault"),
        (["tsa", "tsa.example"], 2, "invalid_value"),
        (["colour"], 14, "not_found"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_setting_that_could_not_serve_is_refused(
    words: list[str], code: int, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "set", *words, "--json"]) == code
    assert error_of(capsys)["error"] == error
    run(["config", "list"])
    assert "nosuch" not in capsys.readouterr().out
