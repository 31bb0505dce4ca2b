"""Words read off the pictures of pages. The picture itself is never straightened, cleaned or recoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert.archive import Written, attempt_archive
from coffre_cli.convert.errors import ConversionError
from coffre_cli.convert.facts import opened, passwords_of
from coffre_cli.convert.hidden import Placed, put_behind
from coffre_cli.convert.jobs import quieten
from coffre_cli.convert.model import Options
from coffre_cli.convert.raster import rendered
from coffre_cli.convert.tesseract import Seen, as_text, installed_languages, seen_words, tesseract_version
from coffre_cli.convert.words import open_pdf
from coffre_cli.worker.errors import WorkerError

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

_DPI = 300
_LEAST_DPI, _MOST_DPI = 150, 400
_PIXELS = 40_000_000
_SMALL = 40
"""Pixels: no word fits in less."""
_NOISY = 6.0
"""Grey levels: clean and skewed scans measured 0.3 to 3.6, pages of strong noise 6.8 and more, a noisy fax 25."""
_FAINT = 16
_READ_SECONDS = 80


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read off one page."""

    number: int
    text: str
    words: tuple[Placed, ...]


def installed_in_worker() -> tuple[str, tuple[str, ...]]:
    """Return the version of Tesseract and the languages it has, sorted."""
    return tesseract_version(Path.cwd()), tuple(sorted(installed_languages(Path.cwd())))


def read_in_worker(
    path: Path, numbers: Sequence[int], languages: Sequence[str], options: Options
) -> tuple[PageRead, ...]:
    """Return the words on the pages *numbers* of the PDF at *path*; a page that cannot be read has none."""
    quieten()
    document = open_pdf(path, passwords_of(options.password))
    try:
        return tuple(_read(document, number, languages) for number in numbers)
    finally:
        document.close()


def layer_in_worker(archive: Path, pages: Sequence[PageRead], options: Options) -> tuple[str, str] | None:
    """Put the words of *pages* behind the pictures of *archive*, in a new validated file of the current directory.

    Returns its name and format, or None when it would be no PDF/A any more.
    """
    quieten()
    by_number = {page.number: page.words for page in pages}
    try:
        with opened(archive, ()) as pdf:
            put_behind(pdf, [by_number.get(number, ()) for number in range(len(pdf.pages))])
            written, _why = attempt_archive(pdf, Path.cwd(), options.moment)
    except ConversionError:
        return None
    return _named(written)


def _named(written: Written | None) -> tuple[str, str] | None:
    return None if written is None else (written.path.name, written.format)


def _read(document: pypdfium2.PdfDocument, number: int, languages: Sequence[str]) -> PageRead:
    page = document[number]
    try:
        dpi = _dpi(page)
        image = rendered(page, dpi, _PIXELS).convert("L")
        height = page.get_size()[1]
        scale = page.get_size()[0] / image.width
    finally:
        page.close()
    if min(image.size) < _SMALL:
        return PageRead(number, "", ())
    words = _words_on(image, round(72 / scale), languages)
    return PageRead(number, as_text(words), tuple(_placed(word, scale, height) for word in words))


def _words_on(image: Image.Image, dpi: int, languages: Sequence[str]) -> list[Seen]:
    """Return the words on *image*, or, when it gives none, on a smoothed copy; of a noisy one the copy comes first.

    Tesseract took 61 s to find nothing on a page of strong noise, and 5 s to find every word on its smoothed copy.
    The archive keeps its own picture.
    """
    if _is_empty(image):
        return []
    picture = Path("page.pgm").absolute()
    for smooth in (True, False) if _noise(image) > _NOISY else (False, True):
        (_smoothed(image, dpi) if smooth else image).save(picture)
        try:
            words = seen_words(picture, languages=languages, dpi=dpi, directory=picture.parent, seconds=_READ_SECONDS)
        except WorkerError:
            words = []
        finally:
            picture.unlink(missing_ok=True)
        if words:
            return words
    return []


def _is_empty(image: Image.Image) -> bool:
    """Whether nothing stands out, however faint."""
    small = image.reduce(2)
    low, high = small.getextrema()
    return isinstance(low, int | float) and isinstance(high, int | float) and high - low < _FAINT


def _noise(image: Image.Image) -> float:
    """Return how far pixels stand from their neighbours, in grey levels, in the middle of the page."""
    from PIL import ImageChops, ImageFilter, ImageStat

    across, down = image.width // 2, image.height // 2
    middle = image.crop((max(0, across - 500), max(0, down - 500), across + 500, down + 500))
    return float(ImageStat.Stat(ImageChops.difference(middle, middle.filter(ImageFilter.MedianFilter(3)))).mean[0])


def _smoothed(image: Image.Image, dpi: int) -> Image.Image:
    from PIL import ImageFilter, ImageOps

    return ImageOps.autocontrast(image.filter(ImageFilter.GaussianBlur(max(1.0, dpi / 150))), cutoff=1)


def _dpi(page: pypdfium2.PdfPage) -> float:
    """Return the resolution of the one picture that fills the page, so that no pixel is invented; else 300."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    pictures = list(page.get_objects(filter=(FPDF_PAGEOBJ_IMAGE,), max_depth=2))
    if len(pictures) == 1:
        wide, high = pictures[0].get_px_size()
        found = max(wide, high) * 72 / max(*page.get_size(), 1.0)
        if _LEAST_DPI <= found <= _MOST_DPI:
            return float(found)
    return _DPI


def _placed(word: Seen, scale: float, height: float) -> Placed:
    bottom = height - (word.top + word.height) * scale
    left = word.left * scale
    return Placed(word.text, left, bottom, left + word.width * scale, bottom + word.height * scale)
