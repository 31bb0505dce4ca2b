"""Pictures made for the tests, and a look at the pages made of them."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw


def arrow(mode: str = "RGB", size: tuple[int, int] = (120, 80)) -> Image.Image:
    """A picture whose upper left corner is dark: what is upright can be told."""
    white: object = {"1": 1, "L": 255, "RGB": (255, 255, 255), "RGBA": (255, 255, 255, 255), "CMYK": (0, 0, 0, 0)}[mode]
    dark: object = {"1": 0, "L": 0, "RGB": (200, 0, 0), "RGBA": (200, 0, 0, 255), "CMYK": (0, 255, 255, 0)}[mode]
    image = Image.new(mode, size, white)  # type: ignore[arg-type]  # one of the colours of its mode
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill=dark)  # type: ignore[arg-type]  # one of the colours of its mode
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def page(pdf: Path | None, number: int = 0, scale: float = 1.0) -> Image.Image:
    assert pdf is not None
    document = pypdfium2.PdfDocument(pdf)
    try:
        image: Image.Image = document[number].render(scale=scale).to_pil().convert("RGB")
        return image
    finally:
        document.close()


def corner_is_dark(image: Image.Image, *, right: bool = False, bottom: bool = False) -> bool:
    x = image.width - 1 - image.width // 8 if right else image.width // 8
    y = image.height - 1 - image.height // 8 if bottom else image.height // 8
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel[1] < 128
