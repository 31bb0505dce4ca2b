"""Deposits with their conversion, beside the bare tools; the safe is in memory: tools are compared, not disks."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Aim, Row, Sample
from bench.place import COFFRE, Place
from coffre_cli.convert.convert import convert_all, workers
from coffre_cli.convert.model import Ocr, Options, Source
from coffre_cli.convert.words import read_words
from coffre_cli.pages.draw import draw
from house.programs import is_there
from tests.simulators.office import docx
from tests.transcripts.given import pdf

LETTERS = 20
MIXED = 500
_PICTURES = 40
_PAGES = 4
_LETTER = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(f"Alinéa {number} du contrat de bail." for number in range(60))
_PLAIN = Options(datetime(2026, 1, 1, tzinfo=UTC), ocr=Ocr.NEVER)


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    place.open_safe()
    letters = _made(place, "letters", LETTERS, ".docx", lambda number: docx(f"{number} {_LETTER}"))
    add = place.coffre("add", "letters", "--allow-duplicate", "--quiet")
    cold = _cold(place, letters) if is_there("soffice") else None
    beside = "as many cold `soffice --convert-to`"
    yield Row(f"`coffre add` of {LETTERS} DOCX", add.seconds, cold, Aim.AT_MOST, 0.25, "s", beside, "soffice", 3)
    yield from _conversions(place)
    yield from _mixed(place)


def _conversions(place: Place) -> Iterator[Row]:
    scans = _made(place, "scans", _PICTURES, ".jpg", lambda number: _scan(number, "JPEG"))
    papers = _made(place, "papers", _PICTURES, ".pdf", _paper)
    yield Row(
        "a picture to PDF/A",
        _converted(scans),
        _each(scans, _img2pdf),
        Aim.AT_MOST,
        8,
        "ms",
        "`img2pdf.convert`, in process",
    )
    ghost = _each(papers[:10], _ghostscript) if is_there("gs") else None
    yield Row("a PDF to PDF/A", _converted(papers), ghost, Aim.AT_MOST, 0.25, "ms", "Ghostscript", "gs", 3)
    yield Row("text of a PDF", _each(papers, _ours), _each(papers, _pypdf), Aim.AT_MOST, 0.2, "ms", "pypdf")
    pages = _made(place, "pages", _PAGES, ".png", lambda number: _scan(number, "PNG"))
    read = _converted(pages, Options(_PLAIN.moment, ocr=Ocr.ALWAYS))
    bare = _each(pages, _tesseract) if is_there("tesseract") else None
    yield Row("OCR of a page, several at a time", read, bare, Aim.AT_MOST, 1.3, "ms", "Tesseract", "tesseract", 3)


def _mixed(place: Place) -> Iterator[Row]:
    """Add one folder of everything, on all processors and on one."""
    makers: tuple[tuple[str, Callable[[int], bytes]], ...] = (
        (".txt", lambda number: f"Note {number}\n".encode() * 200),
        (".pdf", lambda number: pdf(f"Facture {number}")),
        (".jpg", lambda number: _scan(number, "JPEG")),
        (".eml", lambda number: f"From: a@b.fr\nSubject: Sujet {number}\n\nBonjour\n".encode()),
        (".docx", lambda number: docx(f"Lettre {number}")),
    )
    for suffix, make in makers:
        _made(place, "mixed", MIXED // len(makers), suffix, make)
    words = ("add", "mixed", "--allow-duplicate", "--quiet", "--ocr", "never")
    alone = _on_one_processor(place, words) if is_there("taskset") and (os.cpu_count() or 1) > 1 else None
    ours = place.coffre(*words).seconds
    yield Row(f"{MIXED} mixed files", ours, alone, Aim.FASTER, 1.4, "s", "itself on one processor", "taskset", 1)


def _made(place: Place, folder: str, count: int, suffix: str, make: Callable[[int], bytes]) -> list[Path]:
    (place.folder / folder).mkdir(exist_ok=True)
    paths = [place.folder / folder / f"{number}{suffix}" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(make(number))
    return paths


def _paper(number: int) -> bytes:
    """Return three pages whose fonts are embedded: what the first way takes."""
    lines = [f"Article {line} : le preneur paie le loyer {number} le premier jour du mois." for line in range(150)]
    return draw("text", {"title": "Bail", "lines": lines, "footer": ""}, moment=_PLAIN.moment, standard="1.7")


def _scan(number: int, kind: str) -> bytes:
    from PIL import Image, ImageDraw

    page = Image.new("L", (1240, 1754), 255)
    for line in range(30):
        ImageDraw.Draw(page).text((120, 100 + 50 * line), f"Quittance {number} de loyer, ligne {line}", font_size=30)
    output = io.BytesIO()
    page.save(output, kind, dpi=(150, 150))
    return output.getvalue()


def _converted(paths: list[Path], options: Options = _PLAIN) -> Sample:
    """Return what a file costs in workers that have begun, in milliseconds."""
    pool = workers()
    pool.__enter__()  # ended with the process: every sample finds it warm, as the files of one `add` do

    def sample() -> float:
        started = time.perf_counter()
        for made in convert_all(pool, [Source(path, path.name) for path in paths], options):
            made.discard()
        return (time.perf_counter() - started) * 1000 / len(paths)

    return sample


def _each(paths: list[Path], act: Callable[[Path], object]) -> Sample:
    """Return what *act* costs for a file, in milliseconds."""

    def sample() -> float:
        started = time.perf_counter()
        for path in paths:
            act(path)
        return (time.perf_counter() - started) * 1000 / len(paths)

    return sample


def _img2pdf(path: Path) -> object:
    import img2pdf

    return img2pdf.convert(path.read_bytes())


def _ours(path: Path) -> object:
    return read_words(path, most_pages=10)


def _pypdf(path: Path) -> object:
    import pypdf

    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def _ghostscript(path: Path) -> None:
    words = ("gs", "-q", "-dPDFA=2", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sColorConversionStrategy=RGB")
    subprocess.run([*words, f"-sOutputFile={path}.out", str(path)], check=True, capture_output=True)


def _tesseract(path: Path) -> None:
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    words = ("tesseract", str(path), "stdout", "-l", "fra+eng", "tsv")
    subprocess.run(words, check=True, capture_output=True, env=environment)


def _cold(place: Place, letters: list[Path]) -> Sample:
    """Return what LibreOffice takes for *letters*, started anew for each, with a profile that it knows, in seconds."""
    out = place.folder / "cold"

    def sample() -> float:
        started = time.perf_counter()
        for letter in letters:
            profile = f"-env:UserInstallation=file://{place.folder}/profile"
            words = ("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(out), str(letter))
            subprocess.run(words, check=True, capture_output=True)
        spent = time.perf_counter() - started
        shutil.rmtree(out)
        return spent

    return sample


def _on_one_processor(place: Place, words: tuple[str, ...]) -> Sample:
    def sample() -> float:
        started = time.perf_counter()
        environment = os.environ | place.environment()
        subprocess.run(
            ["taskset", "-c", "0", COFFRE, *words], check=True, env=environment, cwd=place.folder, capture_output=True
        )
        return time.perf_counter() - started

    return sample
