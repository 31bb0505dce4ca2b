"""The language is asked for by option, then by variable, then by the locale; C is English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coffre_cli import i18n
from coffre_cli.i18n import _, choose_language, language, ngettext, use_language

FRENCH = {"LANG": "fr_FR.UTF-8"}


@pytest.fixture(autouse=True)
def _english_after() -> Iterator[None]:
    yield
    use_language(i18n.DEFAULT_LANGUAGE)


@pytest.mark.parametrize(
    ("arguments", "environment", "chosen"),
    [
        ([], {}, "en"),
        (["list", "--lang", "fr"], {}, "fr"),
        (["--lang=fr", "list"], {}, "fr"),
        (["--lang", "fr", "list"], {"COFFRE_LANG": "en", "LANG": "en_US.UTF-8"}, "fr"),
        (["--lang", "en", "list"], {"COFFRE_LANG": "fr", **FRENCH}, "en"),
        (["--lang", "en", "list", "--lang", "fr"], {}, "fr"),
        (["--lang"], FRENCH, "fr"),
        (["--lang="], FRENCH, "fr"),
        (["add", "--", "--lang", "fr"], {}, "en"),
        (["add", "--", "--lang=en"], FRENCH, "fr"),
        (["list"], {"COFFRE_LANG": "fr", "LANG": "en_US.UTF-8"}, "fr"),
        (["list"], {"COFFRE_LANG": "en", "LC_ALL": "fr_FR.UTF-8"}, "en"),
        (["list"], {"COFFRE_LANG": "", **FRENCH}, "fr"),
        (["list"], {"COFFRE_LANG": "FR", "LANG": "C"}, "fr"),
    ],
)
def test_the_nearest_wish_wins(arguments: list[str], environment: dict[str, str], chosen: str) -> None:
    assert choose_language(arguments, environment) == chosen


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "fr_CA.ISO-8859-1@euro"}, "fr"),
        ({"LANG": "fr-BE"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "frr_DE"}, "en"),
        ({"LANG": "frp_FR.UTF-8"}, "en"),
        ({"LC_ALL": "C", **FRENCH}, "en"),
        ({"LC_MESSAGES": "C", **FRENCH}, "en"),
        ({"LC_MESSAGES": "fr_FR", "LANG": "en_US"}, "fr"),
        ({"LC_ALL": "", **FRENCH}, "fr"),
        ({"LC_TIME": "fr_FR", "LANG": "en_US"}, "en"),
    ],
)
def test_the_locale_is_read_as_programs_do(environment: dict[str, str], chosen: str) -> None:
    assert choose_language([], environment) == chosen


def test_a_language_that_is_not_spoken_is_english() -> None:
    assert choose_language(["--lang", "es"], FRENCH) == "en"
    assert choose_language([], {"COFFRE_LANG": "tlh", **FRENCH}) == "en"


def test_texts_are_told_in_the_language_in_use() -> None:
    assert (_("Interrupted."), language()) == ("Interrupted.", "en")
    use_language("fr")
    assert language() == "fr"
    assert _("Interrupted.") != "Interrupted."
    assert _("No such text in the catalogue.") == "No such text in the catalogue."


def test_plurals_follow_the_language() -> None:
    forms = ("in {days} day: {label} ({day})", "in {days} days: {label} ({day})")
    assert [ngettext(*forms, number) for number in (0, 1, 2)] == [forms[1], forms[0], forms[1]]
    use_language("fr")
    none, one, two = (ngettext(*forms, number) for number in (0, 1, 2))
    assert none == one != two
