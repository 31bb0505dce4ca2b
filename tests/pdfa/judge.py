"""Rules, what they find, and the door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.pdfa.document import Document

Check = Callable[[Document], Iterable[str]]
RULES: dict[str, Check] = {}
"""By clause and number: `6.1.2-1`."""
_ROOMS = (
    "file",
    "limits",
    "graphics",
    "colour",
    "pictures",
    "typefaces",
    "glyphs",
    "interactive",
    "metadata",
    "layers",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What breaks a rule."""

    rule: str
    message: str


def rule(name: str) -> Callable[[Check], Check]:
    """Register a function as the rule *name*: its clause in ISO 19005-2 and a number."""

    def keep(check: Check) -> Check:
        if name in RULES:
            raise ValueError(name)
        RULES[name] = check
        return check

    return keep


def all_rules() -> dict[str, Check]:
    """Return every rule."""
    for room in _ROOMS:
        import_module(f"tests.pdfa.{room}")
    return RULES


def validate(path: Path) -> list[Finding]:
    """Return what in the file at *path* is against PDF/A-2b; nothing when it conforms as far as these rules see."""
    found = []
    with Document(path) as document:
        for name, check in all_rules().items():
            try:
                messages = list(dict.fromkeys(check(document)))
            except Exception as error:  # noqa: BLE001 - what cannot be judged is not approved
                messages = [f"cannot be judged: {type(error).__name__} {error}"]
            found += [Finding(name, message) for message in messages[:20]]
    return found
