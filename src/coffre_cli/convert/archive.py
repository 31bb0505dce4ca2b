"""The last step of every route: write PDF/A-2b and have it validated, else plain PDF with the reason."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.lean import lighten, without_strange_keys
from coffre_cli.convert.model import PDF, PDF_A

if TYPE_CHECKING:
    import pikepdf

ARCHIVE = "archive.pdf"
_ATTEMPTS = 3
_PLACES = re.compile(r"/\S*coffre-work-\S*")
"""Temporary names mean nothing to anybody."""
_METADATA_DATE = re.compile(rb"(?<=<xmp:MetadataDate>)[^<]*(?=</xmp:MetadataDate>)")


@dataclass(frozen=True, slots=True)
class Written:
    """A PDF on disk."""

    path: Path
    format: str
    verdict: str
    pages: int
    why: str = ""
    """The first findings, when it is no PDF/A."""


def write_archive(pdf: pikepdf.Pdf, directory: Path, moment: datetime) -> Written:
    """Write *pdf* as PDF/A-2b, validated after writing; else as plain PDF. *pdf* is changed."""
    written, why = attempt_archive(pdf, directory, moment)
    if written is not None:
        return written
    path = directory / ARCHIVE
    pdf.save(path, deterministic_id=True)
    return Written(path, PDF, "fail", len(pdf.pages), why)


def attempt_archive(pdf: pikepdf.Pdf, directory: Path, moment: datetime) -> tuple[Written | None, str]:
    """Write *pdf* as validated PDF/A-2b dated *moment*, or return None and why not. *pdf* is changed."""
    from pikepdf import pdfa

    path = directory / ARCHIVE
    why = ""
    try:
        lighten(pdf)
        pdfa.prepare(pdf, "2b")
        _date(pdf, moment)
        for _attempt in range(_ATTEMPTS):
            try:
                pdfa.save(pdf, path, "2b", repair=False, deterministic_id=True)
            except pdfa.PdfaError as error:
                why = findings(error.report)
                if not without_strange_keys(pdf, _told(error.report)):
                    return None, why
            else:
                return Written(path, PDF_A, "pass", len(pdf.pages)), ""
    except (ValueError, TypeError, RuntimeError, AttributeError, KeyError) as error:
        return None, type(error).__name__
    return None, why


def _date(pdf: pikepdf.Pdf, moment: datetime) -> None:
    """Date the metadata *moment*: the same file converted again gives the same bytes."""
    metadata = pdf.Root["/Metadata"]
    dated = _METADATA_DATE.sub(moment.isoformat(timespec="seconds").encode("ascii"), metadata.read_bytes())
    metadata.write(dated)


def _told(report: object) -> list[tuple[str, str]]:
    """Return (where, message) of each finding of a validation *report*."""
    found: list[object] = list(getattr(report, "findings", ()))
    return [(str(getattr(one, "where", "")), str(getattr(one, "message", ""))) for one in found]


def findings(report: object) -> str:
    """Return the first findings of a validation *report*, in the validator's words."""
    found: list[object] = list(getattr(report, "findings", ()))
    told = [f"{getattr(one, 'rule', '?')} {getattr(one, 'message', '')}" for one in found]
    return _PLACES.sub("…", "; ".join(dict.fromkeys(told[:3]))) or "not checked"


def validator() -> str:
    """Return the validator's name and version."""
    import pikepdf

    return f"pikepdf.pdfa {pikepdf.__version__}"


def reopened_lean(data: bytes) -> pikepdf.Pdf:
    """Return what typst drew without its metadata, which the writer makes anew."""
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(data))
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    return pdf
