"""Words are read off pages that have none, and stand behind their pictures."""

from __future__ import annotations

import io
import random

import pikepdf
import pytest
from pikepdf import pdfa
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from coffre_cli.convert.archive import attempt_archive
from coffre_cli.convert.hidden import Placed, put_behind
from coffre_cli.convert.model import PDF_A, Ocr, Options
from coffre_cli.convert.tesseract import Seen, as_text
from tests.unit.convert.conftest import MOMENT, Converted
from tests.unit.convert.pictures import encoded
from tests.unit.convert.test_text import words


def scanned(text: str) -> Image.Image:
    image = Image.new("L", (1240, 600), 255)
    ImageDraw.Draw(image).text((100, 200), text, fill=0, font=ImageFont.load_default(80))
    return image


def with_layer(turn: int, text: str = "Éric 𝒜") -> bytes:
    output = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 100))
        page.rotate(turn, relative=False)
        put_behind(pdf, [[Placed(text, 10, 20, 60, 32)]])
        pdfa.save(pdf, output, "2b")
    return output.getvalue()


@pytest.mark.needs("tesseract")
def test_the_words_of_a_scan_are_found_in_text_and_archive(converted: Converted) -> None:
    data = encoded(scanned("Contrat de bail"), "PNG", dpi=(150, 150))
    made = converted(data, "scan.png", Options(MOMENT, ocr=Ocr.AUTO))
    assert made.format == PDF_A
    assert made.text is not None
    assert "Contrat de bail" in made.text.read_text(encoding="utf-8")
    assert "Contrat de bail" in " ".join(words(made.archive).split())
    assert made.record.ocr_languages


@pytest.mark.needs("tesseract")
def test_the_picture_of_a_read_scan_is_untouched(converted: Converted) -> None:
    data = encoded(scanned("Contrat"), "JPEG", dpi=(150, 150))
    made = converted(data, "scan.jpg", Options(MOMENT, ocr=Ocr.AUTO))
    assert made.archive is not None
    with pikepdf.open(made.archive) as pdf:
        (picture,) = pdf.pages[0].get_images().values()
        assert picture.read_raw_bytes() == data


def noisy(image: Image.Image, share: float) -> Image.Image:
    """Return *image* under noise of chance, softened as a lens softens it."""
    chance = random.Random(7)  # noqa: S311 - the same noise every time
    noise = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    return Image.blend(image, noise, share).filter(ImageFilter.GaussianBlur(0.6))


@pytest.mark.needs("tesseract")
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_words_under_noise_are_read(converted: Converted, share: float) -> None:
    data = encoded(noisy(scanned("Contrat de bail"), share), "PNG", dpi=(300, 300))
    made = converted(data, "scan.png", Options(MOMENT, ocr=Ocr.AUTO))
    assert made.text is not None
    assert "Contrat de bail" in " ".join(made.text.read_text(encoding="utf-8").split())


@pytest.mark.needs("tesseract")
def test_a_page_with_a_word_is_read_only_when_always(converted: Converted) -> None:
    data = with_layer(0, "mot")
    auto = converted(data, "a.pdf", Options(MOMENT, ocr=Ocr.AUTO))
    assert auto.record.ocr_languages == ()
    always = converted(data, "a.pdf", Options(MOMENT, ocr=Ocr.ALWAYS))
    assert always.record.ocr == "always"
    assert always.text is not None
    assert "mot" in always.text.read_text(encoding="utf-8")


@pytest.mark.needs("tesseract")
def test_never_means_never(converted: Converted) -> None:
    data = encoded(scanned("Contrat"), "PNG")
    assert converted(data, "scan.png", Options(MOMENT, ocr=Ocr.NEVER)).text is None


def test_hidden_words_are_words_and_pdf_a() -> None:
    assert words(io.BytesIO(with_layer(0))).strip() == "Éric 𝒜"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_hidden_words_stand_where_they_are_seen(turn: int) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(with_layer(turn, "mot"))
    page = document[0]
    shown_width = page.get_width()
    text = page.get_textpage()
    left, bottom, right, top = text.get_rect(0) if text.count_rects() else (0, 0, 0, 0)
    document.close()
    corners = {0: (left, bottom), 90: (bottom, 200 - right), 180: (200 - right, 100 - top), 270: (100 - top, left)}
    assert shown_width == (100 if turn in {90, 270} else 200)
    assert corners[turn] == pytest.approx((10, 20), abs=6)


def test_words_make_lines_and_paragraphs() -> None:
    def seen(text: str, *line: str) -> Seen:
        return Seen(text, 0, 0, 1, 1, (line[0], line[1], line[2]))

    found = [seen("a", "1", "1", "1"), seen("b", "1", "1", "1"), seen("c", "1", "1", "2"), seen("d", "2", "1", "1")]
    assert as_text(found) == "a b\nc\n\nd"


def test_an_archive_that_cannot_be_pdf_a_is_not_written(tmp_path: object) -> None:
    from pathlib import Path

    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"/NoSuchShading sh")
        written, why = attempt_archive(pdf, Path(str(tmp_path)), MOMENT)
    assert written is None
    assert why
