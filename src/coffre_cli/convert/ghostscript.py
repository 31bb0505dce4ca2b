"""Ghostscript, when it is installed: repaints a PDF as PDF/A. Its verdict and its pictures are never trusted."""

from __future__ import annotations

import shutil
from pathlib import Path

from coffre_cli.convert.facts import opened
from coffre_cli.convert.flat import flattened
from coffre_cli.convert.tounicode import long_meanings, with_bytes_in_order, with_small_blocks
from coffre_cli.worker.program import run_program

NOT_INSTALLED = "not installed"
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
    Forms are painted in and notes marked to be printed there, as it would show the one otherwise and drop the other.
    """
    from pikepdf import pdfa

    if shutil.which("gs") is None:
        return None, NOT_INSTALLED
    neutral, output = directory / "in.pdf", directory / "gs.pdf"
    with opened(path, passwords) as pdf:
        flattened(pdf)
        pdfa.repair_annotation_flags(pdf)
        with_small_blocks(pdf)
        meanings = long_meanings(pdf)
        pdf.save(neutral, encryption=False)
    done = run_program([*_ARGUMENTS, f"-sOutputFile={output}", str(neutral)], directory=directory, seconds=_SECONDS)
    if not output.exists() or output.stat().st_size == 0:
        return None, f"no output ({done.code})"
    if meanings:
        output.replace(neutral)
        with opened(neutral, ()) as pdf:
            with_bytes_in_order(pdf, meanings)
            pdf.save(output)
    neutral.unlink(missing_ok=True)
    return output, ""
