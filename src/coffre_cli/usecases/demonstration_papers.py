"""The papers of the demonstration: pages that we draw, and what a scanner and a telephone make of them.

Scans are never straight, never white and never clean: pages are turned a little, shaded, blurred and speckled, then
written as scanners and telephones do (TIFF with G4 compression, JPEG).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coffre_cli.pages.draw import draw

if TYPE_CHECKING:
    from PIL.Image import Image

_POINTS_PER_INCH: Final = 72
_SCANNER_DPI: Final = 200
_TELEPHONE_DPI: Final = 170
_SCANNER_TURNS: Final = (0.7, -0.5)
"""Degrees by which the pages of the letter went askew in the feeder."""
_TELEPHONE_TURN: Final = -1.1
_SPECKLES: Final = 44
_THRESHOLD: Final = 150
_GRAIN: Final = 0.10
_SHADE: Final = 0.22
_JPEG_QUALITY: Final = 78


@dataclass(frozen=True, slots=True)
class PaperNames:
    """What the files are called."""

    lease: str
    letter: str
    bill: str


def write_papers(folder: Path, names: PaperNames, *, language: str, moment: datetime) -> None:
    """Write into *folder* a lease (PDF), an insurer's letter (scanned, two pages) and a bill (photographed).

    Raises:
        PageError: A page cannot be drawn.
    """
    data = {"language": language, "year": str(moment.year - 1)}
    (folder / names.lease).write_bytes(draw("demo_lease", data, moment=moment))
    (folder / names.letter).write_bytes(_scanned("demo_letter", data, moment))
    (folder / names.bill).write_bytes(_photographed("demo_bill", data, moment))


def _scanned(template: str, data: Mapping[str, str], moment: datetime) -> bytes:
    """Return *template* as a scanner with a feeder sends it: black and white, several pages, G4."""
    pages = [
        _askew(_speckled(page), turn).point(lambda value: 255 * (value > _THRESHOLD)).convert("1")
        for page, turn in zip(_pictures(template, data, moment, _SCANNER_DPI), _SCANNER_TURNS, strict=True)
    ]
    content = io.BytesIO()
    dpi = (_SCANNER_DPI, _SCANNER_DPI)
    pages[0].save(content, "TIFF", compression="group4", dpi=dpi, save_all=True, append_images=pages[1:])
    return content.getvalue()


def _photographed(template: str, data: Mapping[str, str], moment: datetime) -> bytes:
    """Return *template* as a telephone takes it: coloured, shaded, a little blurred."""
    from PIL import Image, ImageChops, ImageFilter

    (page,) = _pictures(template, data, moment, _TELEPHONE_DPI, mode="RGB")
    light = Image.linear_gradient("L").resize(page.size).point(lambda value: 255 - int(value * _SHADE))
    lit = ImageChops.multiply(_askew(page, _TELEPHONE_TURN), Image.merge("RGB", (light, light, light)))
    grain = Image.effect_noise(page.size, _SPECKLES).convert("RGB")
    taken = Image.blend(lit.filter(ImageFilter.GaussianBlur(0.6)), grain, _GRAIN)
    content = io.BytesIO()
    taken.save(content, "JPEG", quality=_JPEG_QUALITY, dpi=(_TELEPHONE_DPI, _TELEPHONE_DPI))
    return content.getvalue()


def _pictures(
    template: str, data: Mapping[str, str], moment: datetime, dpi: int, *, mode: str = "L"
) -> tuple[Image, ...]:
    """Return the pages of *template* as pictures; drawn by ourselves, they need no limited worker."""
    import pypdfium2

    document = pypdfium2.PdfDocument(draw(template, data, moment=moment, standard="1.7"))
    try:
        return tuple(page.render(scale=dpi / _POINTS_PER_INCH).to_pil().convert(mode) for page in document)
    finally:
        document.close()


def _askew(page: Image, degrees: float) -> Image:
    from PIL import Image

    paper = 255 if page.mode == "L" else (255, 255, 255)
    return page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=paper)


def _speckled(page: Image) -> Image:
    from PIL import Image

    return Image.blend(page, Image.effect_noise(page.size, _SPECKLES * 3), _GRAIN * 3)
