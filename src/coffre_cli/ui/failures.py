"""An error as a sentence and a hint, or as JSON."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError, Fact
from coffre_cli.i18n import N_, _
from coffre_cli.ui.local import local_iso
from coffre_cli.ui.plain import json_line, plain


def sentence(error: CoffreError) -> str:
    """Return what is wrong, in the user's language."""
    return _(error.message).format_map(_Facts(error))


def hint(error: CoffreError) -> str:
    """Return what to do next, in the user's language; empty when there is nothing to say."""
    return _(error.hint).format_map(_Facts(error)) if error.hint else ""


def error_text(error: CoffreError) -> str:
    """Return the two lines that a person sees."""
    advice = hint(error)
    return f"coffre: {sentence(error)}" + (f"\n{_(N_('hint:'))} {advice}" if advice else "")


def error_json(error: CoffreError) -> str:
    """Return the line that a script reads (`coffre.error/1`)."""
    value: dict[str, Json] = {
        "schema": "coffre.error/1",
        "error": error.code,
        "exit_code": int(error.exit_code),
        "message": sentence(error),
        "hint": hint(error),
        "facts": {name: _json_fact(fact) for name, fact in error.facts.items()},
    }
    return json_line(value)


USERS_WORDS = frozenset({"name", "title", "path", "value", "file", "safe", "near", "text"})
"""Facts that come from outside: a title that is also a word of ours must not be translated."""


class _Facts(dict[str, str]):
    """The facts as text; a fact that was not given reads `?`, so that no error hides another."""

    def __init__(self, error: CoffreError) -> None:
        super().__init__({name: _text_fact(name, fact) for name, fact in error.facts.items()})

    def __missing__(self, name: str) -> str:
        return "?"


def _text_fact(name: str, fact: Fact) -> str:
    if isinstance(fact, tuple):
        return ", ".join(plain(item) for item in fact)
    ours = isinstance(fact, str) and fact and name not in USERS_WORDS
    return plain(local_iso(_(str(fact))) if ours else str(fact))


def _json_fact(fact: Fact) -> Json:
    if isinstance(fact, Path):
        return str(fact)
    if isinstance(fact, tuple):
        return list(fact)
    return int(fact) if isinstance(fact, float) else fact
