"""HTML is decoded and made harmless before anything lays it out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.convert.model import PDF_A
from coffre_cli.convert.webtext import decoded_html, harmless
from tests.unit.convert.conftest import Converted
from tests.unit.convert.test_text import words

PAGE = "<!DOCTYPE html><html><head><title>t</title></head><body><h1>Été</h1><p>Une page à lire</p></body></html>"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252"])
def test_a_page_in_any_charset_keeps_its_words(converted: Converted, charset: str) -> None:
    made = converted(PAGE.encode(charset))
    assert made.format == PDF_A
    assert "Une page à lire" in words(made.archive)


def test_a_byte_order_mark_beats_what_the_page_says() -> None:
    page = '<html><meta charset="iso-8859-1">é'
    assert decoded_html(page.encode("utf-16")).text == page


def test_what_the_page_says_beats_a_guess() -> None:
    page = '<html><meta charset="iso-8859-2">łódź'
    assert decoded_html(page.encode("iso-8859-2")).text == page


def test_scripts_handlers_and_remote_things_are_left_out() -> None:
    page, text, dropped = harmless(
        "<script>bad()</script><p onclick='bad()'>ok<img src='http://x/y.png'><iframe src=z>bad</iframe>"
        "<a href='javascript:bad()'>l</a><style>p{background:url(http://x)}</style>"
    )
    assert text == "okl"
    assert not any(word in page for word in ("bad", "http://x", "javascript"))
    assert dropped == ("iframe", "img", "script")


@given(st.text(max_size=200))
def test_nothing_that_runs_survives(text: str) -> None:
    page, _words, _dropped = harmless(f"<p>{text}<script>{text}</script><svg onload=x>{text}")
    assert "<script" not in page.lower()
    assert "<svg" not in page.lower()
