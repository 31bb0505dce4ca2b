"""A file is what its content says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.convert.model import Family
from coffre_cli.convert.sniff import sniff


def zipped(**members: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return output.getvalue()


OOXML = {"[Content_Types].xml": b"<x/>"}
CASES = [
    (b"", "x.pdf", "empty"),
    (b"%PDF-1.7\n", "x", "PDF"),
    (b"\x1b%-12345X@PJL\n" * 10 + b"%PDF-1.4\n", "x", "PDF"),
    (b"\xff\xd8\xff\xe0", "x.txt", "JPEG"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "x", "WebP"),
    (b"\0\0\0\x20ftypmif1\0\0\0\0mif1heic", "x", "HEIC"),
    (b"\0\0\0\x20ftypavif\0\0\0\0mif1", "x", "AVIF"),
    (b"\0\0\0\x20ftypisom\0\0\0\0mp41", "x", "binary"),
    (zipped(**OOXML, **{"word/document.xml": b"<x/>"}), "x.zip", "DOCX"),
    (zipped(**OOXML, **{"xl/workbook.xml": b"<x/>"}), "x", "XLSX"),
    (zipped(mimetype=b"application/vnd.oasis.opendocument.text", a=b""), "x", "ODT"),
    (zipped(mimetype=b"application/vnd.oasis.opendocument.text-template", a=b""), "x", "OTT"),
    (zipped(a=b"b"), "x.docx", "ZIP"),
    (zipped(mimetype=b"application/epub+zip", a=b""), "x.epub", "binary"),
    (zipped(**OOXML, **{"visio/document.xml": b"<x/>"}), "x.vsdx", "binary"),
    (b"PK\x03\x04", "x.docx", "ZIP"),
    (b"{\\rtf1 x}", "x", "RTF"),
    (b"From: a@b\r\nSubject: hello\r\n\r\nbody", "x", "EML"),
    (b"Subject: matters\nin this note\n\nbody", "x", "text"),
    (b"<!DOCTYPE html><p>x", "x", "HTML"),
    ("\ufeff<html>".encode("utf-16"), "x", "HTML"),
    (b"a,b\n1,2\n", "x.csv", "CSV"),
    (b"# a\n", "x.md", "Markdown"),
    (b"plain", "x.exe", "text"),
    (b"\x7fELF\x02\x01\x01\0\0\0", "x.txt", "binary"),
    (b"BM is a car", "x", "text"),
    (b"%!PS-Adobe-3.0\nshowpage\n", "x.txt", "PostScript"),
    (b"\x04%!PS\nshowpage\n", "x", "PostScript"),
    (b"\x1b%-12345X@PJL ENTER LANGUAGE=POSTSCRIPT\n%!PS\nshowpage\n", "x", "PostScript"),
    (b"%!PS-AdobeFont-1.0: Own\n", "x", "text"),
    (b"P5\n# made by scanimage\n20 10\n255\n" + b"\0" * 200, "x", "PNM"),
    (b"P5 is our best printer, and P6 the next\n", "x", "text"),
    (b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0", "x", "ICO"),
    (b"\0\0\1\0\0\0", "x", "binary"),
    (b"\0\0\2\0" + b"\0" * 40 + b"TRUEVISION-XFILE.\0", "x", "TGA"),
]


@pytest.mark.parametrize(("content", "name", "label"), CASES)
def test_the_kind_is_told_by_the_content(tmp_path: Path, content: bytes, name: str, label: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert sniff(path, name).label == label


@given(st.binary(max_size=300), st.sampled_from([content for content, _name, _label in CASES]))
def test_anything_has_a_kind(tmp_path_factory: pytest.TempPathFactory, tail: bytes, head: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "anything"
    path.write_bytes(head[: len(head) // 2] + tail)
    assert sniff(path).family in Family
