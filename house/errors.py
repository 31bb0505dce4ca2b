"""Every error class of the product, and the page about them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import coffre_cli
from coffre_cli.errors import CoffreError, ExitCode
from house.programs import ROOT

PAGE = ROOT / "docs" / "reference" / "errors.md"

MEANINGS = {
    ExitCode.DONE: "done, or valid",
    ExitCode.FAILURE: "failure",
    ExitCode.USAGE: "typed wrong",
    ExitCode.PARTIAL: "done in part",
    ExitCode.NO_VAULT: "no safe here",
    ExitCode.VAULT_BUSY: "the safe is busy",
    ExitCode.WRONG_PASSWORD: "wrong password, or locked and no way to ask",
    ExitCode.NOT_ALLOWED: "not allowed",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.QUOTA: "quota or term reached",
    ExitCode.CANNOT_CONVERT: "cannot convert",
    ExitCode.ALREADY_THERE: "already there: a duplicate, or it would overwrite",
    ExitCode.ALTERED: "altered: stored data, journal, or a document changed after its signature",
    ExitCode.SIGNATURE_BROKEN: "signature broken",
    ExitCode.INDETERMINATE: "indeterminate: intact, but not everything could be checked or trusted",
    ExitCode.NOTHING_TO_VERIFY: "nothing to verify: no signature, no proof",
    ExitCode.UNREADABLE: "unreadable, or a password is needed",
    ExitCode.ALARMS_DUE: "alarms are due (only with `--exit-code`)",
    ExitCode.TRY_LATER: "try again later: the mail server, the time-stamping authority or the remote is away",
    ExitCode.INTERRUPTED: "interrupted",
}
"""What each code says to a script: the contract."""


def error_classes() -> tuple[type[CoffreError], ...]:
    """Return every class of error the product can raise, by name."""
    for module in modules():
        if module.rpartition(".")[2] != "__main__":
            importlib.import_module(module)
    return tuple(sorted(_descendants(CoffreError), key=lambda each: (each.exit_code, each.code, each.__module__)))


def modules() -> Iterator[str]:
    """Give the names of the product's modules."""
    for path in sorted(Path(coffre_cli.__file__).parent.rglob("*.py")):
        parts = path.relative_to(Path(coffre_cli.__file__).parent.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def fields_of(each: type[CoffreError]) -> frozenset[str]:
    """Return the facts that the sentence and the hint of *each* name."""
    texts = (each.message, each.hint)
    return frozenset(field for text in texts for _, field, _, _ in Formatter().parse(text) if field)


def errors_page() -> Mapping[Path, bytes]:
    """Return `docs/reference/errors.md`."""
    lines = [
        "# Exit codes and errors",
        "",
        "Written by `./dev fix` from the code; do not edit.",
        "",
        "Every command answers one of these codes. With `--json` the error itself is one line on stderr, schema",
        "`coffre.error/1`, whose `error` is the word of the second table; its `facts` fill the braces.",
        "",
        "| code | means |",
        "|---|---|",
        *(f"| {code.value} | {meaning} |" for code, meaning in MEANINGS.items()),
        "",
        "| error | code | says | advises |",
        "|---|---|---|---|",
        *(
            f"| `{each.code}` | {each.exit_code.value} | {_cell(each.message)} | {_cell(each.hint)} |"
            for each in error_classes()
        ),
    ]
    return {PAGE: ("\n".join(lines) + "\n").encode()}


def _descendants(each: type[CoffreError]) -> Iterator[type[CoffreError]]:
    for child in each.__subclasses__():
        if child.__module__.startswith("coffre_cli."):
            yield child
            yield from _descendants(child)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "–"
