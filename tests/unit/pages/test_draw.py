"""What every drawn page keeps to."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffre_cli.pages.draw import draw, draw_pages
from coffre_cli.pages.errors import PageError
from coffre_cli.pages.glyphs import shown

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def page_of(*lines: str, title: str = "t") -> bytes:
    return draw("text", {"title": title, "lines": lines, "footer": ""}, moment=MOMENT)


def test_the_same_data_give_the_same_bytes() -> None:
    assert page_of("été", "Ω") == page_of("été", "Ω")


def test_a_title_is_never_markup() -> None:
    text = words(page_of('#panic("x") *b* $x$ [a]', title="#panic()"))
    assert '#panic("x") *b* $x$ [a]' in text


def test_pages_declare_pdf_a_2b() -> None:
    with pikepdf.open(io.BytesIO(page_of("x"))) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"


def test_what_no_font_shows_is_escaped_and_reported() -> None:
    drawn = draw_pages("text", {"title": "t", "lines": ["日本 ok"], "footer": ""}, moment=MOMENT)
    assert drawn.replaced == ("日", "本")
    assert "⟨U+65E5⟩" in words(drawn.pdf)


def test_direction_marks_and_controls_become_visible() -> None:
    assert shown("a\u202eb\x1bc\td\n") == "a⟨U+202E⟩b⟨U+001B⟩c\td\n"


def test_an_unknown_template_is_an_error() -> None:
    with pytest.raises(PageError):
        draw("no-such-template", {}, moment=MOMENT)


def test_a_template_that_lacks_data_is_an_error() -> None:
    with pytest.raises(PageError):
        draw("text", {}, moment=MOMENT)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_at_all_can_be_drawn(text: str) -> None:
    assert page_of(text, title=text).startswith(b"%PDF-")
