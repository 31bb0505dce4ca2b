"""The last step of every route: write PDF/A-2b and have it validated, else plain PDF with the reason."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.cures import cured, version_for
from coffre_cli.convert.lean import lighten
from coffre_cli.convert.model import PDF, PDF_A
from coffre_cli.convert.profiles import without_unsound_profiles
from coffre_cli.convert.vouch import is_special, vouched

if TYPE_CHECKING:
    import pikepdf

ARCHIVE = "archive.pdf"
_ATTEMPTS = 4
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
    stood_in: bool = False
    """Whether the judge was shown a stand-in for what it does not know."""

    @property
    def judge(self) -> str:
        """The validator's name and version, and how it was asked."""
        return f"{validator()}, shown a stand-in" if self.stood_in else validator()


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

    try:
        lighten(pdf)
        without_unsound_profiles(pdf)
        pdfa.prepare(pdf, "2b")
        _date(pdf, moment)
        return _approved(pdf, directory / ARCHIVE, version_for(pdf))
    except (ValueError, TypeError, RuntimeError, AttributeError, KeyError) as error:
        return None, type(error).__name__


def _approved(pdf: pikepdf.Pdf, path: Path, version: str) -> tuple[Written | None, str]:
    """Write *pdf* once it is approved, mended where that is known to help; return None and why it is not."""
    from pikepdf import pdfa

    why = ""
    with ExitStack() as copies:
        for _attempt in range(_ATTEMPTS):
            try:
                pdfa.save(pdf, path, "2b", repair=False, deterministic_id=True, force_version=version)
            except pdfa.PdfaError as error:
                why = findings(error.report)
                if is_special(error.report):
                    return _stood_in_for(pdf, path, version, why)
                pdf = copies.enter_context(_as_written(pdf, version))
                if not cured(pdf, _told(error.report)):
                    return None, why
            else:
                return Written(path, PDF_A, "pass", len(pdf.pages)), ""
    return None, why


def _stood_in_for(pdf: pikepdf.Pdf, path: Path, version: str, why: str) -> tuple[Written | None, str]:
    """Write *pdf* when a stand-in for what its judge does not know is approved."""
    if vouched(pdf, path, version):
        return Written(path, PDF_A, "pass", len(pdf.pages), stood_in=True), ""
    return None, why


def _as_written(pdf: pikepdf.Pdf, version: str) -> pikepdf.Pdf:
    """Return *pdf* with its objects numbered as they are written, which is how findings name them."""
    import pikepdf
    from pikepdf import pdfa

    written = io.BytesIO()
    pdf.save(written, **pdfa.resolve_save_kwargs("2b", deterministic_id=True, force_version=version))
    return pikepdf.open(written)


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
