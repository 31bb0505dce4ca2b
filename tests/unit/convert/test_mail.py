"""A message becomes a page; what came with it becomes files beside."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from coffre_cli.convert.labels import label
from coffre_cli.convert.message import read_eml
from coffre_cli.convert.model import PDF_A
from tests.unit.convert.conftest import Converted
from tests.unit.convert.pictures import encoded
from tests.unit.convert.test_text import words


def letter(**attached: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Zoé Lefèvre <zoe@exemple.fr>"
    message["To"] = "a@exemple.fr"
    message["Subject"] = "Relevé de « décembre » #1"
    message.set_content("Bonjour,\n\nvoilà !\n")
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def test_headers_and_words_stand_on_the_page(converted: Converted) -> None:
    made = converted(letter().as_bytes())
    assert made.format == PDF_A
    text = words(made.archive)
    assert "Zoé Lefèvre" in text
    assert "Relevé de « décembre » #1" in text
    assert "voilà !" in text


def test_attachments_become_children_under_labels(converted: Converted) -> None:
    message = letter(**{"../../etc/passwd": b"x", "vide.pdf": b""})
    made = converted(message.as_bytes())
    assert [child.name for child, _path in made.children] == ["etc/passwd", "vide.pdf"]
    assert [path.read_bytes() for _child, path in made.children] == [b"x", b""]
    assert all(path.parent == made.directory for _child, path in made.children)
    assert any(("name", "vide.pdf") in remark.facts for remark in made.remarks)


def test_a_forwarded_message_is_a_child_of_its_own(converted: Converted) -> None:
    outer = letter()
    outer.add_attachment(letter())
    made = converted(outer.as_bytes())
    ((child, path),) = made.children
    assert child.name.endswith(".eml")
    assert read_eml(path).subject == letter()["Subject"]


def test_html_alone_is_read_without_scripts_or_remote_pictures(converted: Converted) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b", "x"
    message.set_content(
        "<html><script>alert(1)</script><p>Cher client</p><img src='https://spy/x.png'></html>", subtype="html"
    )
    made = converted(message.as_bytes())
    text = words(made.archive)
    assert "Cher client" in text
    assert "alert" not in text
    assert any("not fetched" in remark.message for remark in made.remarks)


LAID_OUT = """<html><head><style>p{color:red}</style></head><body>
<div style="display:none">Préambule <div>caché</div> encore</div>
<p>Bonjour <b>Zoé</b>, voici <span style="background-color:#ffff00;position:absolute">le relevé</span> :</p>
<table border="1" width="2400"><tr><th>Poste</th></tr><tr><td>Électricité 84,20 €</td></tr></table>
<p><img src="cid:logo@x" width="200"> <img src="https://spy.example/p.gif"></p>
<p dir="rtl">שלום עולם</p>
<blockquote style="margin-left:-900px;border-left:2px solid #ccc">Peux-tu me l’envoyer ?</blockquote>
</body></html>"""


def laid_out(*, plain: str | None = None) -> EmailMessage:
    """A message in HTML with a picture in it, one remote, and a file beside."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Zoé Lefèvre <zoe@exemple.fr>", "Relevé"
    body: EmailMessage = message
    if plain is not None:
        message.set_content(plain)
        message.add_alternative(LAID_OUT, subtype="html")
        parts = message.get_payload()
        assert isinstance(parts, list)
        assert isinstance(parts[1], EmailMessage)
        body = parts[1]
    else:
        message.set_content(LAID_OUT, subtype="html")
    body.add_related(encoded(Image.new("RGB", (3000, 200), "navy"), "PNG"), "image", "png", cid="<logo@x>")
    message.add_attachment(b"a;b", maintype="text", subtype="csv", filename="données.csv")
    return message


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("plain", [None, "Bonjour Zoé, voici le relevé, sans mise en page."])
def test_a_message_in_html_is_laid_out_with_its_pictures(converted: Converted, plain: str | None) -> None:
    made = converted(laid_out(plain=plain).as_bytes())
    assert (made.format, made.record.route) == (PDF_A, "libreoffice")
    text = words(made.archive)
    for expected in ("Zoé Lefèvre", "le relevé", "Électricité 84,20 €", "Peux-tu", "données.csv"):
        assert expected in text
    assert "caché" not in text
    assert "encore" not in text
    assert [child.name for child, _path in made.children] == ["données.csv"], "the picture is on the page"
    assert made.archive is not None
    with pikepdf.open(made.archive) as pdf:
        assert sum(len(page.get_images()) for page in pdf.pages) == 1
        assert len(pdf.pages) == 1
    assert any("not fetched" in remark.message for remark in made.remarks)
    assert made.text is not None
    assert "Électricité" in made.text.read_text(encoding="utf-8")


def test_styles_that_fetch_hide_or_push_away_are_left_out() -> None:
    from coffre_cli.convert.webtext import cleaned

    kept = cleaned(
        LAID_OUT + '<p style="background:url(http://x);color:expression(1);width:9000px;color:red">a</p>'
    ).body
    assert "background-color:#ffff00" in kept
    assert 'style="color:red"' in kept
    for gone in ("position", "-900px", "url(", "expression", "9000", "2400", "caché", "spy"):
        assert gone not in kept


def test_of_alternatives_the_one_laid_out_is_shown_and_other_parts_stay() -> None:
    message = laid_out(plain="sans mise en page")
    outer = EmailMessage()
    outer.make_mixed()
    outer.attach(message)
    footer = EmailMessage()
    footer.set_content("Liste de diffusion : quitter")
    outer.attach(footer)
    from coffre_cli.convert.message import letter_of

    letter = letter_of(outer)
    assert [piece.is_html for piece in letter.pieces] == [True, False]
    assert "quitter" in letter.pieces[1].text


def test_codes_too_wide_for_the_line_do_not_cover_the_next(converted: Converted) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b", "x"
    message.set_content("\U000f0001" * 60 + "\nsuivante\n")
    made = converted(message.as_bytes())
    assert made.archive is not None
    import pypdfium2

    document = pypdfium2.PdfDocument(made.archive)
    page = document[0].get_textpage()
    boxes = {page.get_text_bounded(*box): box for box in (page.get_rect(n) for n in range(page.count_rects()))}
    _left, _bottom, _right, top = boxes.pop("suivante")
    document.close()
    codes = [box for text, box in boxes.items() if "F0001" in text]
    assert len(codes) > 1, "they fill more than a line"
    assert all(bottom > top - 2 for _left, bottom, _right, _top in codes)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "x-unknown-charset"])
def test_the_charset_of_the_part_is_used_or_guessed(tmp_path: Path, charset: str) -> None:
    encoding = "iso-8859-1" if charset.startswith("iso") else "utf-8"
    path = tmp_path / "m.eml"
    head = f"From: a@b\nSubject: x\nContent-Type: text/plain; charset={charset}\n\n".encode()
    path.write_bytes(head + "déjà".encode(encoding))
    assert read_eml(path).body.strip() == "déjà"


@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_are_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.eml"
    path.write_bytes(b"From: a@b\r\nContent-Type: multipart/mixed; boundary=b\r\n" + tail)
    assert isinstance(read_eml(path).body, str)


@given(st.text(max_size=300))
def test_a_label_is_never_a_path(name: str) -> None:
    made = label(name)
    assert not made.startswith("/")
    assert ".." not in made.split("/")
    assert len(made) <= 200
    assert made.isprintable() or not made.isascii()
