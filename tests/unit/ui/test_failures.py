"""Every error can be told, in both languages, as text and as JSON, whatever is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coffre_cli import i18n
from coffre_cli.access.errors import PasswordTooWeakError, WrongPasswordError
from coffre_cli.errors import AmbiguousNameError, CoffreError, Fact, NotFoundError
from coffre_cli.ui.failures import error_json, error_text
from house.errors import error_classes, fields_of

HOSTILE: tuple[Fact, ...] = (
    "\x1b[31mred\nline",
    "{braces} {0} {",
    "%s %(x)d",
    "\u202e",
    "\udcff",
    "",
    Path("a\nb"),
    3.5,
    -1,
    True,
    None,
    ("one", "\x07two"),
)


@pytest.fixture(params=i18n.LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn."""
    i18n.use_language(request.param)
    yield request.param
    i18n.use_language(i18n.DEFAULT_LANGUAGE)


def checked(error: CoffreError) -> None:
    text = error_text(error)
    assert text.startswith("coffre: ")
    assert len(text.splitlines()) <= 2
    assert "\x1b" not in text + error_json(error)
    told = json.loads(error_json(error))
    assert told["schema"] == "coffre.error/1"
    assert (told["error"], told["exit_code"]) == (error.code, int(error.exit_code))
    assert told["facts"].keys() == error.facts.keys()


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__qualname__)
def test_an_error_of_which_nothing_is_known_is_told_all_the_same(kind: type[CoffreError], language: str) -> None:
    checked(kind())


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__qualname__)
def test_hostile_facts_do_nothing_to_a_terminal(kind: type[CoffreError], language: str) -> None:
    for fact in HOSTILE:
        checked(kind(**dict.fromkeys(fields_of(kind), fact)))


def test_an_error_is_one_sentence_and_a_hint() -> None:
    assert error_text(WrongPasswordError(safe="MonCoffre")).splitlines() == [
        "coffre: This password does not open the safe MonCoffre.",
        "hint: Try again; if it is lost, `coffre recover` sets a new one with the recovery code.",
    ]


def test_a_fact_that_is_missing_reads_as_a_question_mark() -> None:
    assert error_text(NotFoundError()).startswith("coffre: Nothing here is called « ? ».")


def test_several_facts_are_listed() -> None:
    error = AmbiguousNameError(name="bail", candidates=("0a1b bail", "2c3d bail"))
    assert "0a1b bail, 2c3d bail" in error_text(error)
    assert json.loads(error_json(error))["facts"]["candidates"] == ["0a1b bail", "2c3d bail"]


def test_a_reason_is_told_in_the_users_language(language: str) -> None:
    text = error_text(PasswordTooWeakError(reason="everybody tries it first"))
    assert ("everybody" in text) == (language == "en")
