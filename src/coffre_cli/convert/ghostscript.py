"""Ghostscript, when it is installed: repaints a PDF as PDF/A. Its verdict and its pictures are never trusted."""

from __future__ import annotations

import shutil
from pathlib import Path

from coffre_cli.convert.facts import opened
from coffre_cli.worker.program import run_program

_SECONDS = 100
_ARGUMENTS = (
    *("gs", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite", "-dPDFA=2"),
    *("-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=RGB", "-dAutoRotatePages=/None"),
    *("-dAutoFilterColorImages=false", "-dAutoFilterGrayImages=false", "-dDownsampleColorImages=false"),
    *("-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false", "-dPassThroughJPEGImages=true"),
)


def through_ghostscript(path: Path, passwords: tuple[str, ...], directory: Path) -> tuple[Path | None, str]:
    """Return what Ghostscript made of *path*, in *directory*, or None and why there is nothing.

    The input is first rewritten without encryption: of what it cannot read it makes one blank page without a word.
    """
    if shutil.which("gs") is None:
        return None, "not installed"
    neutral, output = directory / "in.pdf", directory / "gs.pdf"
    with opened(path, passwords) as pdf:
        pdf.save(neutral, encryption=False)
    done = run_program([*_ARGUMENTS, f"-sOutputFile={output}", str(neutral)], directory=directory, seconds=_SECONDS)
    neutral.unlink(missing_ok=True)
    if not output.exists() or output.stat().st_size == 0:
        return None, f"no output ({done.code})"
    return output, ""
