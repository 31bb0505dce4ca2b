"""The way of paper into a computer, made of code: pages are resized, turned, cut, streaked, spotted and thinned."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

WIDTH = 1728
"""Pixels on a line of a group 3 fax."""
_INCH = 25.4
_A4 = (210, 297)


@dataclass(frozen=True, slots=True)
class Way:
    """How a page comes in."""

    across: int
    """Dots per inch; a fax has 204."""
    down: int
    """98 or 196 on a fax; as many as across on a scanner."""
    skew: float = 0.0
    """Degrees."""
    turned: int = 0
    """0, 90, 180 or 270 degrees."""
    spots: float = 0.0
    """Share of the pixels that are wrong."""
    scale: float = 1.0
    cut: int = 0
    """Millimetres that are lost on each side."""
    streaks: int = 0
    """Lines that a dirty glass draws, and as many that are lost."""
    jpeg: int | None = None
    """Quality of a grey picture; None is black and white."""

    @property
    def is_fax(self) -> bool:
        return self.jpeg is None


def page_image(pdf: bytes, number: int = 0) -> Image.Image:
    """Return a page as grey pixels, 300 to the inch."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[number]
    image: Image.Image = page.render(scale=300 / 72, grayscale=True).to_pil()
    return image


def arrived(page: Image.Image, way: Way, seed: int) -> Image.Image:
    """Return what comes out at the other end."""
    size = tuple(round(side / _INCH * way.across * way.scale) for side in _A4)
    image = page.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    image = image.rotate(way.turned, expand=True).rotate(way.skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    image = _on_paper(image, way)
    if way.down != way.across:
        image = image.resize((image.width, round(image.height * way.down / way.across)))
    rolled = random.Random(seed)  # noqa: S311 - dirt of a simulated line
    _streak(image, way.streaks, rolled)
    if way.is_fax:
        image = image.point(lambda value: 255 if value > 150 else 0)
        return ImageChops.difference(image, _spots(image.size, way.spots, rolled)).convert("1")
    image = ImageChops.add(image, Image.effect_noise(image.size, 24), 1, -128)
    return ImageChops.difference(image, _spots(image.size, way.spots, rolled))


def fax_file(pages: list[Image.Image], dpi: tuple[int, int]) -> bytes:
    """Return the pages as the multi-page G4 TIFF that a fax server leaves."""
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=dpi)
    return out.getvalue()


def scanned_file(pages: list[Image.Image], way: Way) -> bytes:
    """Return the pages as the PDF of JPEG pictures that an office scanner leaves."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=way.across, quality=way.jpeg or 75)
    return out.getvalue()


def _on_paper(image: Image.Image, way: Way) -> Image.Image:
    """Lay the picture on a sheet as wide as the machine; what is beyond it, or beyond the cut, is lost."""
    wide = WIDTH if way.is_fax else round(_A4[0] / _INCH * way.across)
    if way.turned % 180:
        wide = round(_A4[1] / _INCH * way.across) if not way.is_fax else wide
        image = image if not way.is_fax else image.resize((wide, round(image.height * wide / image.width)))
    sheet = Image.new("L", (wide, image.height), 255)
    sheet.paste(image, ((wide - image.width) // 2, 0))
    lost = round(way.cut / _INCH * way.across)
    if lost:
        inner = sheet.crop((lost, lost, sheet.width - lost, sheet.height - lost))
        sheet = Image.new("L", sheet.size, 255)
        sheet.paste(inner, (lost, lost))
    return sheet


def _streak(image: Image.Image, count: int, rolled: random.Random) -> None:
    pen = ImageDraw.Draw(image)
    for _number in range(count):
        left = rolled.randrange(image.width)
        pen.line((left, 0, left, image.height), fill=0, width=2)
        top = rolled.randrange(image.height)
        pen.line((0, top, image.width, top), fill=255, width=2)


def _spots(size: tuple[int, int], share: float, rolled: random.Random) -> Image.Image:
    dice = Image.frombytes("L", size, rolled.randbytes(size[0] * size[1]))
    limit = round(share * 256)
    return dice.point(lambda value: 255 if value < limit else 0)
