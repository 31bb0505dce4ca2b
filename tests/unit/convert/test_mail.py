"""A message becomes a page; what came with it becomes files beside."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.convert.labels import label
from coffre_cli.convert.message import read_eml
from coffre_cli.convert.model import PDF_A
from tests.unit.convert.conftest import Converted
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
