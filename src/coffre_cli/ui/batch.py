"""The exit code of a command that did several things (CLI.md, «Everywhere»)."""

from __future__ import annotations

from collections.abc import Sequence

from coffre_cli.errors import ExitCode

_SEVERITY = (
    ExitCode.ALTERED,
    ExitCode.SIGNATURE_BROKEN,
    ExitCode.UNREADABLE,
    ExitCode.INDETERMINATE,
    ExitCode.NOTHING_TO_VERIFY,
)


def batch_code(codes: Sequence[ExitCode]) -> ExitCode:
    """Return 0 when all went well, their common code when all failed alike, else «in part»."""
    found = set(codes)
    if found <= {ExitCode.DONE}:
        return ExitCode.DONE
    return found.pop() if len(found) == 1 else ExitCode.PARTIAL


def worst_code(codes: Sequence[ExitCode]) -> ExitCode:
    """Return the gravest of *codes*: what `verify` and `check` answer."""
    found = set(codes)
    return next((code for code in _SEVERITY if code in found), max(found, default=ExitCode.DONE))
