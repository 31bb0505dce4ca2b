"""A fax machine made of code: pages are skewed, noised, thinned to fax lines and made black and white."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageChops

WIDTH = 1728
"""Pixels on a line of a group 3 fax."""


@dataclass(frozen=True, slots=True)
class Line:
    """How bad the line is."""

    fine: bool
    """204×196 dpi; otherwise 204×98."""
    skew: float
    """Degrees."""
    noise: int
    upside_down: bool = False


def page_image(pdf: bytes, number: int = 0) -> Image.Image:
    """Return a page as grey pixels, as wide as a fax."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[number]
    image: Image.Image = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
    return image.resize((WIDTH, round(image.height * WIDTH / image.width)))


def faxed(image: Image.Image, line: Line, seed: int) -> Image.Image:
    """Return what comes out at the other end."""
    turned = image.rotate(line.skew + (180 if line.upside_down else 0), fillcolor=255)
    turned = ImageChops.add(turned, _noise(turned.size, line.noise, seed), 1, -128)
    height = turned.height if line.fine else turned.height // 2
    return turned.resize((WIDTH, height)).point(lambda value: 255 if value > 150 else 0).convert("1")


def fax_file(pages: list[Image.Image], *, fine: bool) -> bytes:
    """Return the pages as the multi-page G4 TIFF that a fax server leaves."""
    out = io.BytesIO()
    dpi = (204, 196 if fine else 98)
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=dpi)
    return out.getvalue()


def _noise(size: tuple[int, int], sigma: int, seed: int) -> Image.Image:
    rolled = random.Random(seed)  # noqa: S311 - noise of a simulated line
    noise = Image.effect_noise(size, sigma)
    return ImageChops.offset(noise, rolled.randrange(size[0]), rolled.randrange(size[1]))
