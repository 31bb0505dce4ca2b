"""Approval of files that hold what the judge of PDF/A does not know, by showing it a stand-in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.special import SpecialError
from coffre_cli.convert.standin import make_stand_in

if TYPE_CHECKING:
    import pikepdf
    from pikepdf.pdfa import Report

_FLAVOUR = "2b"
_UNKNOWN = frozenset(
    {"pikepdf:colour-space", "pikepdf:pattern", "pikepdf:shading", "pikepdf:font-type3", "pikepdf:schema-Resources"}
    | {"pikepdf:optional-content", "pikepdf:schema-Properties"}
)
"""The rules of the judge's own under which it says that it does not know something a stand-in can show."""
_MESSAGES = frozenset({"optional content (/OCProperties) is not supported", "JPEG 2000 images are not supported"})


def is_special(report: Report) -> bool:
    """Whether the judge found nothing wrong, and does not know only what a stand-in can show."""
    return bool(report.findings) and all(
        finding.kind == "unsupported" and (finding.rule in _UNKNOWN or finding.message in _MESSAGES)
        for finding in report.findings
    )


def vouched(pdf: pikepdf.Pdf, path: Path, version: str) -> bool:
    """Write *pdf*, which lacks nothing else, to *path* when the judge approves its stand-in; else leave no file."""
    import pikepdf
    from pikepdf import pdfa

    settings = pdfa.resolve_save_kwargs(_FLAVOUR, deterministic_id=True, force_version=version)
    candidate = path.with_suffix(".candidate")
    try:
        pdf.save(candidate, **settings)
        if not is_special(pdfa.validate_written(candidate, _FLAVOUR, save_kwargs=settings)):
            return False
        with pikepdf.open(candidate) as copy:
            make_stand_in(copy)
            shown = io.BytesIO()
            copy.save(shown, **settings)
        shown.seek(0)
        if not pdfa.validate_written(shown, _FLAVOUR, save_kwargs=settings).passed:
            return False
        candidate.replace(path)
    except SpecialError:
        return False
    else:
        return True
    finally:
        candidate.unlink(missing_ok=True)
