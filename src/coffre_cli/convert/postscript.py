"""PostScript, which is a program: Ghostscript runs it without access to any file; what it drew goes on as a PDF."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert.errors import DamagedFileError, OutputUnusableError
from coffre_cli.convert.model import Kind, Options, Product, Source
from coffre_cli.convert.pdf import PdfConverter
from coffre_cli.convert.words import open_pdf
from coffre_cli.errors import MissingProgramError
from coffre_cli.i18n import N_
from coffre_cli.worker.program import run_program

_SECONDS = 60
_DRAWN = "drawn.pdf"
_ARGUMENTS = (
    *("gs", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.7"),
    *("-sColorConversionStrategy=RGB", "-dAutoRotatePages=/None", "-dEPSCrop", "-dDownsampleColorImages=false"),
    *("-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false", "-dAutoFilterColorImages=false"),
    *("-dAutoFilterGrayImages=false", f"-sOutputFile={_DRAWN}", "-c", "<</NeverEmbed []>> setdistillerparams", "-f"),
)


class PostScriptConverter:
    """PostScript and Encapsulated PostScript."""

    needs_programs = True
    memory_bytes = PdfConverter.memory_bytes

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path) -> Product:
        """Draw its pages, and make a PDF/A-2b of them."""
        (source,) = sources
        drawn = _drawn(source.path, directory)
        try:
            product = PdfConverter()([Source(drawn, source.name)], kind, replace(options, password=None), directory)
        finally:
            drawn.unlink(missing_ok=True)
        if product.durable:  # a program may draw what says it is signed, or PDF/A: that is true of no PostScript
            raise OutputUnusableError(program="Ghostscript")
        return replace(product, record=replace(product.record, route=f"ghostscript, {product.record.route}"))


def _drawn(path: Path, directory: Path) -> Path:
    """Return the pages that the program at *path* draws.

    Raises:
        MissingProgramError: Ghostscript is not installed.
        DamagedFileError: The program ended in an error, with or without pages before.
        OutputUnusableError: It drew no page.
    """
    if shutil.which("gs") is None:
        raise MissingProgramError(program="Ghostscript", install="apt install ghostscript")
    program, output = directory / "in.ps", directory / _DRAWN
    shutil.copyfile(path, program)
    done = run_program([*_ARGUMENTS, program.name], directory=directory, seconds=_SECONDS)
    program.unlink(missing_ok=True)
    if done.code != 0:  # there is nothing to compare its pages with, so that none may be missing
        output.unlink(missing_ok=True)
        raise DamagedFileError(reason=N_("PostScript"))
    if not output.exists() or output.stat().st_size == 0 or _is_blank(output):
        raise OutputUnusableError(program="Ghostscript")
    return output


def _is_blank(path: Path) -> bool:
    """Whether nothing is drawn on any page: Ghostscript makes one for a program that draws none."""
    from pypdfium2.raw import FPDFPage_CountObjects

    document = open_pdf(path)
    try:
        return all(FPDFPage_CountObjects(page) == 0 for page in document)
    finally:
        document.close()
