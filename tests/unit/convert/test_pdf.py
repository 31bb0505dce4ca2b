"""A PDF is kept when it is its own durable form, else rewritten without changing what it shows."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from coffre_cli.convert.model import PDF_A, Bounds, Conversion, Ocr, Options
from coffre_cli.pages.draw import draw
from tests.unit.convert.conftest import MOMENT, Converted
from tests.unit.convert.pictures import page


def drawn(*lines: str, standard: str = "1.7") -> bytes:
    data = {"title": "t", "lines": lines, "footer": ""}
    return draw("text", data, moment=MOMENT, standard=standard, tagged=False)  # type: ignore[arg-type]  # a standard


def changed(data: bytes, change: Callable[[Pdf], None], **options: object) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(output, **options)  # type: ignore[arg-type]  # options of save
    return output.getvalue()


def messages(conversion: Conversion) -> str:
    return " ".join(remark.message for remark in conversion.remarks)


def unembedded(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj["/Resources"] = Dictionary(Font=Dictionary(F=font))
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"BT /F 24 Tf 72 700 Td (Bonjour tout le monde) Tj ET")


def signed(pdf: Pdf) -> None:
    value = pdf.make_indirect(
        Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=Array([0, 1, 2, 3]), Contents=b"0" * 20)
    )
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("s"), V=value))
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([field]), SigFlags=3)


def test_an_ordinary_pdf_is_rewritten_as_pdf_a(converted: Converted) -> None:
    made = converted(drawn("Bonjour à tous"))
    assert (made.format, made.pages, made.record.route) == (PDF_A, 1, "pikepdf")
    assert made.text is not None
    assert "Bonjour à tous" in made.text.read_text(encoding="utf-8")


def test_a_font_that_is_not_embedded_leads_to_a_picture_with_words(converted: Converted) -> None:
    made = converted(changed(drawn("x"), unembedded))
    assert made.format == PDF_A
    assert made.text is not None
    assert "Bonjour tout le monde" in made.text.read_text(encoding="utf-8")
    assert page(made.archive).convert("L").point(lambda tone: tone < 100).getbbox() is not None


def test_letters_of_the_same_widths_in_place_of_those_that_are_missing_are_said_and_stay_text(
    converted: Converted,
) -> None:
    def typed(pdf: Pdf) -> None:
        unembedded(pdf)
        pdf.pages[0].obj["/Resources"]["/Font"]["/F"]["/BaseFont"] = Name("/Courier-Bold")
        pdf.pages[0].obj["/Resources"]["/Font"]["/F"]["/Encoding"] = Name.WinAnsiEncoding
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"BT /F 12 Tf 50 700 Td (caf\xe9 Hello World) Tj ET")

    made = converted(changed(drawn("x"), typed))
    assert (made.record.route, made.format) == ("ghostscript", PDF_A)
    assert any(("fonts", "Courier-Bold") in remark.facts for remark in made.remarks)


def test_why_there_is_no_archive_is_said_in_words(converted: Converted) -> None:
    def unfit(pdf: Pdf) -> None:
        """Make more pages than can become pictures, each with a letter that no font has."""
        unembedded(pdf)
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"BT /F 12 Tf 50 700 Td (\x01) Tj ET")
        for _number in range(100):
            pdf.pages.append(pdf.pages[0])

    made = converted(changed(drawn("x"), unfit))
    assert made.archive is None
    assert made.reason is not None
    (reason,) = (text for name, text in made.reason.facts if name == "reason")
    assert reason == "PDF/A forbids something in it, and it has too many pages to make pictures of them"
    assert any(
        why == "No archive copy: the document has more than 100 pages." for _way, why in made.record.routes_refused
    )


def test_a_signed_pdf_is_kept_and_its_words_are_read(converted: Converted) -> None:
    made = converted(changed(drawn("contrat"), signed))
    assert (made.archive, made.durable, made.signatures) == (None, True, 1)
    assert made.text is not None


def test_a_signed_pdf_that_is_damaged_is_kept_too(converted: Converted) -> None:
    data = changed(drawn("contrat"), signed)
    made = converted(data[: len(data) // 2] + b"/ByteRange [0 10 20 30]")
    assert (made.archive, made.durable) == (None, True)


def test_what_says_it_is_pdf_a_is_kept_and_its_claim_is_only_quoted(converted: Converted) -> None:
    made = converted(drawn("x", standard="a-2b"))
    assert (made.archive, made.durable, made.format) == (None, True, "PDF")
    assert ("claim", "PDF/A-2b") in made.remarks[0].facts


def untrue(pdf: Pdf) -> None:
    """Let a PDF that says it is PDF/A use a font that is not embedded."""
    unembedded(pdf)
    with pdf.open_metadata() as metadata:
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"


def test_a_claim_to_be_pdf_a_is_not_believed_where_a_font_is_not_embedded(converted: Converted) -> None:
    made = converted(changed(drawn("x"), untrue, fix_metadata_version=False))
    assert (made.durable, made.format) == (False, PDF_A)
    assert made.record.routes_refused[0] == ("kept", "PDF/A-2b: a font is not embedded")


def test_a_password_is_asked_for_and_serves(converted: Converted) -> None:
    locked = changed(drawn("secret"), lambda _pdf: None, encryption=pikepdf.Encryption(user="sésame", owner="o", R=6))
    without = converted(locked)
    assert without.archive is None
    assert "password" in messages(without)
    made = converted(locked, "x.pdf", Options(MOMENT, ocr=Ocr.NEVER, password="sésame"))
    assert made.format == PDF_A
    assert made.archive is not None
    with pikepdf.open(made.archive) as pdf:
        assert not pdf.is_encrypted


def test_what_acts_is_taken_out_and_said(converted: Converted) -> None:
    def act(pdf: Pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root["/OpenAction"] = script
        pdf.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))

    made = converted(changed(drawn("x"), act))
    assert made.format == PDF_A
    assert "Active content" in messages(made)
    assert made.archive is not None
    assert b"JavaScript" not in made.archive.read_bytes()


def test_files_inside_are_named(converted: Converted) -> None:
    def attach(pdf: Pdf) -> None:
        pdf.attachments["note.txt"] = b"hello"

    made = converted(changed(drawn("x"), attach))
    assert made.format == PDF_A
    assert any(("names", "note.txt") in remark.facts for remark in made.remarks)


def test_bytes_before_the_header_do_no_harm(converted: Converted) -> None:
    made = converted(b"@PJL SET COPIES=1\r\n" * 20 + drawn("x"))
    assert made.format == PDF_A


def test_too_many_pages_are_refused(converted: Converted) -> None:
    made = converted(drawn(*["line"] * 200), "x.pdf", Options(MOMENT, bounds=Bounds(pages=2)))
    assert made.archive is None


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_cut_pdf_gives_an_archive_or_a_reason(converted: Converted, keep: float) -> None:
    data = drawn("Bonjour")
    made = converted(data[: int(len(data) * keep)])
    assert made.archive is not None or made.reason is not None


def test_a_circle_of_pages_ends(converted: Converted) -> None:
    def circle(pdf: Pdf) -> None:
        pdf.Root["/Pages"]["/Kids"].append(pdf.Root["/Pages"])

    made = converted(changed(drawn("x"), circle))
    assert made.archive is not None or made.reason is not None


def test_nothing_is_left_after_discarding(converted: Converted) -> None:
    made = converted(drawn("x"))
    made.discard()
    assert not Path(made.directory).exists()
