from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coffre_cli.access.errors import SecretSourceError
from coffre_cli.commands import context
from coffre_cli.commands.pin import pin_asker
from coffre_cli.signing.cryptoki import TokenState, Tries
from coffre_cli.signing.errors import PinAtRiskError, PinNeededError

CARD = TokenState(label="Carte", serial="01", model="", has_pin_pad=False, tries=Tries.ENOUGH)


@pytest.fixture(autouse=True)
def nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COFFRE_PIN_FILE", raising=False)
    context.begin()
    context.choose(no_input=True)


@pytest.fixture
def pin_file(tmp_path: Path) -> Path:
    path = tmp_path / "pin"
    path.write_text("246813\n", "utf-8")
    return path


def test_a_file_gives_the_pin(pin_file: Path) -> None:
    assert pin_asker(pin_file)(CARD) == "246813"


def test_the_option_comes_before_the_environment(
    pin_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COFFRE_PIN_FILE", str(pin_file))
    assert pin_asker(None)(CARD) == "246813"
    other = tmp_path / "other"
    other.write_text("1111", "utf-8")
    assert pin_asker(other)(CARD) == "1111"


@pytest.mark.parametrize("tries", [Tries.FEW, Tries.LAST])
def test_a_file_never_uses_up_the_tries_of_a_token(pin_file: Path, tries: Tries) -> None:
    with pytest.raises(PinAtRiskError):
        pin_asker(pin_file)(replace(CARD, tries=tries))


def test_without_a_file_or_a_terminal_the_error_says_what_to_give() -> None:
    with pytest.raises(PinNeededError):
        pin_asker(None)(CARD)


def test_a_file_that_is_missing_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SecretSourceError):
        pin_asker(tmp_path / "missing")(CARD)
