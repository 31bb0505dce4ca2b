"""Office files are printed by LibreOffice, off the network, within limits, and nothing is lost unsaid."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from coffre_cli.convert.convert import convert_all
from coffre_cli.convert.model import PDF_A, Conversion, Source
from coffre_cli.worker.pool import Workers
from tests.simulators.office import docx, odt_with_macro
from tests.unit.convert.conftest import PLAIN, Converted
from tests.unit.convert.test_text import words


def messages(made: Conversion) -> str:
    return " ".join(remark.message for remark in made.remarks)


@pytest.mark.needs("soffice")
def test_a_letter_becomes_pdf_a_with_its_words(converted: Converted) -> None:
    made = converted(docx("Bonjour à tous"))
    assert (made.format, made.pages, made.record.route) == (PDF_A, 1, "libreoffice")
    assert "Bonjour à tous" in words(made.archive)


@pytest.mark.needs("soffice")
def test_comments_of_a_text_stay_visible(converted: Converted) -> None:
    note = (
        '<office:annotation xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Zoé</dc:creator>'
        "<text:p>à revoir</text:p></office:annotation>"
    )
    flat = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>'
        f"<text:p>Un {note}texte</text:p></office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", flat)
        package.writestr("META-INF/manifest.xml", manifest)
    made = converted(output.getvalue())
    assert made.format == PDF_A
    assert "comments as notes" in messages(made)
    assert made.archive is not None
    with pikepdf.open(made.archive) as pdf:
        kinds = {str(note["/Subtype"]) for note in pdf.pages[0].obj["/Annots"]}
    assert "/Text" in kinds


@pytest.mark.needs("soffice")
def test_a_poisoned_file_does_not_spoil_the_batch(pool: Workers, tmp_path: Path) -> None:
    contents = [docx("un"), docx("x")[:300] + docx("y")[200:], docx("trois")]
    sources = []
    for number, content in enumerate(contents):
        path = tmp_path / f"{number}"
        path.write_bytes(content)
        sources.append(Source(path, f"{number}.docx"))
    made = list(convert_all(pool, sources, PLAIN))
    assert [one.source.name for one in made] == ["0.docx", "1.docx", "2.docx"]
    assert (made[0].format, made[2].format) == (PDF_A, PDF_A)
    assert "trois" in words(made[2].archive)
    for one in made:
        one.discard()


def test_entities_are_never_expanded(converted: Converted) -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
    made = converted(docx("&b;", bomb))
    assert made.archive is None
    assert "never expanded" in messages(made)


def test_a_bomb_in_a_package_is_not_unpacked(converted: Converted) -> None:
    made = converted(docx("x", "", **{"word/media/image1.png": bytes(60_000_000)}))
    assert made.archive is None
    assert "more than" in messages(made)


def test_an_encrypted_file_needs_its_password(converted: Converted) -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("META-INF/manifest.xml", "<m:manifest xmlns:m='x'><m:encryption-data/></m:manifest>")
    made = converted(output.getvalue())
    assert "password" in messages(made)


@pytest.mark.needs("soffice")
def test_macros_and_links_are_named(converted: Converted) -> None:
    made = converted(docx('x</w:t></w:r><w:r><w:instrText> INCLUDEPICTURE "http://x/y"</w:instrText></w:r><w:r><w:t>'))
    assert "not fetched" in messages(made)


@pytest.mark.needs("soffice")
def test_a_macro_is_named_and_does_not_run(converted: Converted) -> None:
    made = converted(odt_with_macro())
    assert words(made.archive).strip() == "intact"
    assert ("what", "macros") in [fact for remark in made.remarks for fact in remark.facts]


def test_a_page_without_libreoffice_has_a_reason_or_pages(converted: Converted) -> None:
    made = converted(docx("x"))
    assert made.archive is not None or made.reason is not None
