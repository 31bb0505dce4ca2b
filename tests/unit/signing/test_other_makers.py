"""Documents of other makers, signed twice: poppler and pyHanko find both signatures good, qpdf the structure sound."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from coffre_cli.pages.draw import draw
from coffre_cli.signing.errors import EncryptedPdfError
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.pades import sign_pdf
from coffre_cli.signing.request import FreeSpace, Level, SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Conclusion
from tests.unit.signing.conftest import NOW
from tests.unit.signing.documents import letter, letter_objects, pdf

PAGE = "<html lang=fr><title>Bail</title><h1>Contrat de bail</h1><p>Le loyer est de 640 euros, été comme hiver."
_PRINT = 4


def archive() -> bytes:
    return draw("text", {"title": "Bail", "lines": ("Le loyer est de 640 euros.",), "footer": ""}, moment=NOW)


def hybrid() -> bytes:
    """Return a letter whose table names a cross-reference stream too, as some word processors write."""
    plain = letter("Contrat")
    start = plain.rindex(b"xref\n0 ")
    head = b"40 0 obj\n<< /Type /XRef /W [1 4 2] /Index [41 1] /Size 42 /Length 7 >>\nstream\n"
    stream = head + b"\1\0\0\0\0\0\0\nendstream\nendobj\n"
    table = plain[start : plain.rindex(b"startxref")].replace(b"trailer\n<< ", b"trailer\n<< /XRefStm %d " % start)
    return plain[:start] + stream + table + b"startxref\n%d\n%%%%EOF\n" % (start + len(stream))


def form() -> bytes:
    """Return a form with a field of text and, in an indirect form dictionary, an XFA leftover."""
    objects = letter_objects("Formulaire")
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm 30 0 R >>"
    objects[4] = objects[4].replace(b"/MediaBox", b"/Annots [20 0 R] /MediaBox")
    objects[20] = b"<< /FT /Tx /T (nom) /Type /Annot /Subtype /Widget /Rect [72 500 300 520] /F 4 /P 4 0 R >>"
    objects[30] = b"<< /Fields [20 0 R] /DA (/Helv 10 Tf 0 g) /XFA [(a) 31 0 R] >>"
    objects[31] = b"<< /Length 0 >>\nstream\n\nendstream"
    return pdf(objects)


BYTES: dict[str, Callable[[], bytes]] = {
    "PDF/A": archive,
    "hybrid": hybrid,
    "form": form,
    "trailing bytes": lambda: letter("Contrat") + b"\n\n\0\0 what a mail gateway left\n",
    "leading bytes": lambda: b"what a web server left\n" + letter("Contrat"),
}


@pytest.fixture
def twice(alice: Identity, workshop: Identity, tmp_path: Path) -> Callable[[Path], Path]:
    """Sign a file, the first time visibly, and a second time; return the result."""
    request = SigningRequest(NOW, level=Level.B, visible=FreeSpace(), reason="Lu et approuvé")
    signed = tmp_path / "signed.pdf"

    def sign(path: Path) -> Path:
        sign_pdf(path, signed, alice, request)
        sign_pdf(signed, signed, workshop, dataclasses.replace(request, visible=None))
        return signed

    return sign


def check(signed: Path, trust: Trust, *, of_qpdf: bool = True) -> None:
    said = subprocess.run(["pdfsig", "-nocert", signed], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    context = ValidationContext(trust_roots=[x509.Certificate.load(root) for root in trust.own], moment=NOW)
    with signed.open("rb") as file:
        for one in PdfFileReader(file, strict=False).embedded_regular_signatures:
            assert validate_pdf_signature(one, context).bottom_line
    assert verify_pdf(signed, trust, at=NOW).conclusion is Conclusion.PASSED
    if of_qpdf:
        with pikepdf.open(signed) as document:
            assert not document.check_pdf_syntax()


@pytest.mark.needs("pdfsig")
@pytest.mark.parametrize("kind", BYTES)
def test_whatever_the_structure_both_signatures_hold(
    kind: str, tmp_path: Path, twice: Callable[[Path], Path], trust: Trust
) -> None:
    path = tmp_path / "received.pdf"
    path.write_bytes(BYTES[kind]())
    check(twice(path), trust, of_qpdf=kind != "hybrid")  # the stream of ours is a stub, which qpdf says


SAVINGS: dict[str, Callable[[pikepdf.Pdf, Path], None]] = {
    "linearised": lambda document, path: document.save(path, linearize=True),
    "object streams": lambda document, path: document.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "PDF 2.0": lambda document, path: document.save(path, force_version="2.0"),
}


@pytest.mark.needs("pdfsig")
@pytest.mark.parametrize("saving", SAVINGS)
def test_however_qpdf_saved_it_both_signatures_hold(
    saving: str, tmp_path: Path, twice: Callable[[Path], Path], trust: Trust
) -> None:
    path, saved = tmp_path / "letter.pdf", tmp_path / "saved.pdf"
    path.write_bytes(letter("Contrat", pages=3))
    with pikepdf.open(path) as document:
        SAVINGS[saving](document, saved)
    check(twice(saved), trust)


def check_made_by(command: list[str], folder: Path, twice: Callable[[Path], Path], trust: Trust) -> None:
    """Run *command*, which makes `made.pdf` of `base.pdf` or `made.html`, and check what becomes of that."""
    (folder / "base.pdf").write_bytes(letter("Contrat", pages=2))
    (folder / "made.html").write_text(PAGE, "utf-8")
    subprocess.run(command, cwd=folder, env=_at_home(folder), capture_output=True, check=True, timeout=120)
    check(twice(folder / "made.pdf"), trust)


@pytest.mark.needs("gs", "pdfsig")
def test_what_ghostscript_made_is_signed(tmp_path: Path, twice: Callable[[Path], Path], trust: Trust) -> None:
    check_made_by(["gs", "-q", "-sDEVICE=pdfwrite", "-o", "made.pdf", "base.pdf"], tmp_path, twice, trust)


@pytest.mark.needs("pdfsig")
def test_what_cairo_made_is_signed(tmp_path: Path, twice: Callable[[Path], Path], trust: Trust) -> None:
    check_made_by(["pdftocairo", "-pdf", "base.pdf", "made.pdf"], tmp_path, twice, trust)


@pytest.mark.needs("soffice", "pdfsig")
def test_what_libreoffice_made_is_signed(tmp_path: Path, twice: Callable[[Path], Path], trust: Trust) -> None:
    check_made_by(["soffice", "--headless", "--convert-to", "pdf", "made.html"], tmp_path, twice, trust)


def _at_home(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "PATH": "/usr/bin:/bin:/usr/local/bin", "LANG": "C.UTF-8"}


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_document_is_refused_whoever_may_open_it(user: str, tmp_path: Path, alice: Identity) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(letter("Contrat"))
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="owner", user=user))
    before = path.read_bytes()
    with pytest.raises(EncryptedPdfError):
        sign_pdf(path, path, alice, SigningRequest(NOW, level=Level.B))
    assert path.read_bytes() == before


def test_an_archive_stays_one_once_it_is_signed(tmp_path: Path, twice: Callable[[Path], Path]) -> None:
    """No font that is not embedded, no annotation that does not print, the claim of PDF/A still there."""
    path = tmp_path / "archive.pdf"
    path.write_bytes(archive())
    with pikepdf.open(twice(path)) as document:
        claim = document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False)
        assert (claim["pdfaid:part"], claim["pdfaid:conformance"]) == ("2", "B")
        widgets = [one for page in document.pages for one in page.get("/Annots", ())]
        assert [int(one.F) & _PRINT for one in widgets] == [_PRINT, _PRINT]
        fonts = [
            one
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in fonts)
        masks = [one for one in document.objects if isinstance(one, pikepdf.Stream) and "/SMask" in one]
        assert not masks
