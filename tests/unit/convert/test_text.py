"""Text is read in the right charset and drawn whole."""

from __future__ import annotations

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.convert.charset import decoded
from coffre_cli.convert.model import PDF_A, Bounds, Options
from coffre_cli.convert.text import wrapped
from tests.unit.convert.conftest import MOMENT, Converted

FRENCH = "« Où êtes-vous allé ? » À l’été, ça coûtait 5 € — cœur naïf.\n"


def words(path: object) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_french_is_read_in_every_charset_it_comes_in(charset: str) -> None:
    assert decoded((FRENCH * 3).encode(charset)).text == FRENCH * 3


@pytest.mark.parametrize("charset", ["cp850", "mac-roman", "iso8859-15"])
def test_older_charsets_are_told_by_their_accents(charset: str) -> None:
    text = "Le relevé de l'année dernière a été déposé à la mairie; où est le reçu?\n" * 3
    assert decoded(text.encode(charset)).text == text


@given(st.binary())
def test_any_bytes_are_text_or_are_not(data: bytes) -> None:
    found = decoded(data)
    assert found.text is None or isinstance(found.text.encode("utf-8", "replace"), bytes)


def test_a_text_becomes_pdf_a_and_keeps_its_words(converted: Converted) -> None:
    made = converted(FRENCH.encode(), "lettre.txt")
    assert (made.format, made.pages) == (PDF_A, 1)
    assert "Où êtes-vous allé" in words(made.archive)
    assert made.text is not None
    assert made.text.read_text(encoding="utf-8") == FRENCH


def test_the_same_text_gives_the_same_archive(converted: Converted) -> None:
    first, second = converted(b"un", "a.txt"), converted(b"un", "a.txt")
    assert first.record.archive_sha256 == second.record.archive_sha256


def test_a_guess_is_said(converted: Converted) -> None:
    made = converted("“guillemets”".encode("cp1252"), "a.txt")
    assert dict(made.remarks[0].facts) == {"charset": "cp1252"}


def test_what_cannot_be_drawn_is_shown_as_a_code(converted: Converted) -> None:
    made = converted("a\x1bb \U0001f600 \u202e".encode(), "a.txt")
    assert made.format == PDF_A
    assert "⟨U+001B⟩" in words(made.archive)
    assert "⟨U+202E⟩" in words(made.archive)


def test_a_text_beyond_the_bound_has_no_archive(converted: Converted) -> None:
    made = converted(b"x" * 2000, "a.txt", Options(MOMENT, bounds=Bounds(text_bytes=1000)))
    assert made.archive is None


def test_markup_in_a_text_is_text(converted: Converted) -> None:
    made = converted(b'#panic("no") $x$ *y* @z <a>', '#panic("name").md')
    assert '#panic("no") $x$ *y* @z <a>' in words(made.archive)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), st.integers(2, 90))
def test_wrapping_loses_nothing(text: str, columns: int) -> None:
    assert "".join(wrapped(text, columns)) == text
