"""The French catalogue: extracted from the code, merged into the `.po` that people edit, compiled to the `.mo` shipped.

Babel does it here, at build time; at run time Python's own gettext reads the `.mo`.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from house.commands import docstrings
from house.programs import ROOT

SOURCE = ROOT / "src" / "coffre_cli"
FOLDER = SOURCE / "locale" / "fr" / "LC_MESSAGES"
PO = FOLDER / "coffre.po"
MO = FOLDER / "coffre.mo"
_KEYWORDS = {"_": 1, "N_": 1, "ngettext": 2}
"""The functions that mark messages, and how many of their arguments are text."""
# A date that changes at each run would make every run a change.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def catalogue() -> Mapping[Path, bytes]:
    """Return what the two files of the catalogue must hold."""
    merged = merge(extracted())
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, merged, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    write_mo(compiled, merged)
    return {PO: text.getvalue(), MO: compiled.getvalue()}


def extracted() -> Catalog:
    """Return every message of the code, without translations."""
    found = _empty()
    for path in sorted(SOURCE.rglob("*.py")):
        for message in _messages(ast.parse(path.read_text("utf-8"))):
            found.add(message, None, locations=[(str(path.relative_to(ROOT / "src")), 0)])
    for place, paragraph in docstrings():
        found.add(paragraph, None, locations=[(place, 0)])
    return found


def merge(template: Catalog) -> Catalog:
    """Return the messages of *template* with the translations of the `.po`; what the code no longer says is dropped."""
    translated = read_po(io.BytesIO(PO.read_bytes()), locale="fr") if PO.is_file() else _empty()
    merged = _empty()
    for message in template:
        if message.id:
            old = translated.get(_key(message), message.context)
            merged.add(message.id, old.string if old else None, locations=message.locations, context=message.context)
    return merged


def messages() -> Iterator[Message]:
    """Give the messages of the `.po` as it stands."""
    if PO.is_file():
        with PO.open("rb") as file:
            yield from (message for message in read_po(file, locale="fr") if message.id)


def _empty() -> Catalog:
    return Catalog(
        locale="fr",
        project="coffre",
        version="1",
        header_comment="# The words of coffre in French. `./dev fix` adds what the code says and drops the rest.",
        msgid_bugs_address="-",
        creation_date=_DATE,
        revision_date=_DATE,
        last_translator="The coffre authors",
        language_team="fr",
        fuzzy=False,
    )


def _messages(module: ast.Module) -> Iterator[str | tuple[str, ...]]:
    """Give what *module* marks; Babel's own extractor sees neither f-strings nor calls inside calls."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        count = _KEYWORDS.get(call.func.id, 0) if isinstance(call.func, ast.Name) else 0
        texts = tuple(
            argument.value
            for argument in call.args[:count]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        )
        if count and len(texts) == count:
            yield texts[0] if count == 1 else texts


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
