"""Conversion, each in the limited worker it really runs in: pictures, PDFs, words, and words read off a scan."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import img2pdf
import pypdf
from PIL import Image

from bench.measure import Aim, Row, Sample
from bench.place import Place
from coffre_cli.convert.convert import convert_all, workers
from coffre_cli.convert.jobs import words_in_worker
from coffre_cli.convert.model import PDF_A, Conversion, Ocr, Options, Source
from coffre_cli.pages.draw import draw
from coffre_cli.worker.pool import Workers, task
from house.programs import is_there

PICTURES = 64
PDFS = 32
PAGES = 50
"""Of the PDF whose words are read."""
_MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
_PLAIN = Options(_MOMENT, ocr=Ocr.NEVER)
_READING = Options(_MOMENT, ocr=Ocr.ALWAYS, languages=("eng",))
_GHOSTSCRIPT = (
    *("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-dPDFA=2"),
    *("-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=RGB"),
)


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    pictures = [_picture(place, number) for number in range(PICTURES)]
    pdfs = [_pdf(place, number, 1) for number in range(PDFS)]
    book = _pdf(place, PDFS, PAGES)
    scan = _scan(place, book)
    with workers(1) as pool:
        ours, theirs = _converting(pool, pictures, _PLAIN), _per_file(pictures, _img2pdf)
        yield Row("a picture to PDF/A", ours, theirs, Aim.AT_MOST, 8, "ms", "`img2pdf.convert`, no PDF/A")
        painted = _per_file(pdfs[:4], _ghostscript) if is_there("gs") else None
        ours = _converting(pool, pdfs, _PLAIN)
        yield Row("a PDF to PDF/A", ours, painted, Aim.AT_MOST, 0.25, "ms", "`gs -dPDFA=2`, not judged", "gs")
        beside = f"`pypdf`, {PAGES} pages"
        yield Row("the words of a PDF", _words(pool, book), _per_file([book], _pypdf), Aim.AT_MOST, 0.2, "ms", beside)
        read = _per_file([scan], _tesseract) if is_there("tesseract") else None
        ours = _converting(pool, [scan], _READING)
        yield Row("a scanned page, read", ours, read, Aim.AT_MOST, 1.3, "ms", "`tesseract`", "tesseract", 3)


def _picture(place: Place, number: int) -> Path:
    path = place.folder / f"picture{number:02}.jpg"
    noise = Image.effect_noise((800, 600), 40 + number)
    Image.merge("RGB", (noise, noise.rotate(90).resize(noise.size), noise.rotate(180))).save(path, quality=85)
    return path


def _pdf(place: Place, number: int, pages: int) -> Path:
    path = place.folder / f"paper{number:02}.pdf"
    line = "Le présent contrat est conclu pour une durée de trois ans, renouvelable par tacite reconduction."
    lines = tuple(f"{at} {line}" for at in range(45 * pages))
    data = {"title": f"Papier {number}", "lines": lines, "footer": ""}
    path.write_bytes(draw("text", data, moment=_MOMENT, standard="1.7", tagged=False))
    return path


def _scan(place: Place, book: Path) -> Path:
    import pypdfium2

    path = place.folder / "scan.png"
    document = pypdfium2.PdfDocument(book)
    document[0].render(scale=300 / 72).to_pil().convert("L").save(path, dpi=(300, 300))
    document.close()
    return path


def _converting(pool: Workers, paths: Sequence[Path], options: Options) -> Sample:
    sources = [Source(path, path.name) for path in paths]

    def sample() -> float:
        started = time.perf_counter()
        made = list(convert_all(pool, sources, options))
        elapsed = time.perf_counter() - started
        _refuse_failures(made)
        return elapsed * 1000 / len(sources)

    return sample


def _refuse_failures(made: Sequence[Conversion]) -> None:
    for conversion in made:
        if conversion.format != PDF_A:
            raise RuntimeError(f"{conversion.source.name} became {conversion.format}")
        conversion.discard()


def _words(pool: Workers, path: Path) -> Sample:
    def sample() -> float:
        place = pool.fresh_directory()
        work = task(words_in_worker, Source(path, path.name), _PLAIN, place).inside(place)
        started = time.perf_counter()
        product = pool.run(work)
        elapsed = time.perf_counter() - started
        if product.text is None:
            raise RuntimeError("no words")
        return elapsed * 1000

    return sample


def _per_file(paths: Sequence[Path], work: Callable[[Path], None]) -> Sample:
    def sample() -> float:
        started = time.perf_counter()
        for path in paths:
            work(path)
        return (time.perf_counter() - started) * 1000 / len(paths)

    return sample


def _img2pdf(path: Path) -> None:
    img2pdf.convert(path.read_bytes(), rotation=img2pdf.Rotation.ifvalid)


def _pypdf(path: Path) -> None:
    "\f".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(path.read_bytes())).pages)


def _ghostscript(path: Path) -> None:
    subprocess.run((*_GHOSTSCRIPT, f"-sOutputFile={path.with_suffix('.gs')}", str(path)), check=True)


def _tesseract(path: Path) -> None:
    words = ("tesseract", str(path), str(path.with_suffix("")), "-l", "eng")
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    subprocess.run(words, check=True, env=environment, stderr=subprocess.DEVNULL)
