"""The user's language: English keys, a French catalogue.

The language is chosen once, at the edge, before any command module is imported, so that help strings
are translated when they are defined. Rooms below the edge mark their texts with `N_` and never translate.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gettext

LANGUAGES = ("en", "fr")
DEFAULT_LANGUAGE = "en"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_LOCALE_DIRECTORY = Path(__file__).parent.parent / "locale"

_language = DEFAULT_LANGUAGE
_catalogue: gettext.NullTranslations | None = None


def N_(message: str) -> str:  # noqa: N802 - the gettext name that every extractor knows
    """Mark *message* for the catalogue without translating it."""
    return message


def language() -> str:
    """Return the language in use: `en` or `fr`."""
    return _language


def choose_language(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return the language asked for: `--lang`, then `COFFRE_LANG`, then the locale; C and POSIX are English."""
    asked = _language_option(arguments) or environment.get("COFFRE_LANG", "")
    if not asked:
        asked = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    code = "".join(takewhile(str.isalpha, asked)).lower()
    return code if code in LANGUAGES else DEFAULT_LANGUAGE


def use_language(code: str) -> None:
    """Translate into *code* from now on."""
    global _language, _catalogue  # noqa: PLW0603 - one process speaks one language; set once at the edge
    _language = code
    _catalogue = None


def _(message: str) -> str:
    """Return *message* in the language in use."""
    return message if _language == DEFAULT_LANGUAGE else _translations().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form that *number* calls for, in the language in use."""
    if _language == DEFAULT_LANGUAGE:
        return singular if number == 1 else plural
    return _translations().ngettext(singular, plural, number)


def _translations() -> gettext.NullTranslations:
    global _catalogue  # noqa: PLW0603 - the cache of the one catalogue in use
    if _catalogue is None:
        import gettext  # noqa: PLC0415 - English needs no catalogue: 6 ms saved at each start

        _catalogue = gettext.translation("coffre", str(_LOCALE_DIRECTORY), [_language], fallback=True)
    return _catalogue


def _language_option(arguments: Sequence[str]) -> str:
    found = ""
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--lang="):
            found = argument.partition("=")[2]
        elif argument == "--lang" and position + 1 < len(arguments):
            found = arguments[position + 1]
    return found
