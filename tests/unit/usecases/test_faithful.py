"""The profile « fidèle » keeps scans as they are, proves it, and refuses what cannot be such a copy."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import img2pdf
import pikepdf
import pytest
from PIL import Image

from coffre_cli.convert.model import Ocr, Profile
from coffre_cli.model import Document, RenditionKind
from coffre_cli.usecases.conversion import converting
from coffre_cli.usecases.deposit import deposit, deposit_together
from coffre_cli.usecases.faithful import checked
from coffre_cli.usecases.intake import Deposited, Input, Wishes, inputs
from coffre_cli.usecases.retrieve import take_to
from coffre_cli.vault.session import Vault

FIDELE = Wishes(profile=Profile.FIDELE, ocr=Ocr.NEVER)


def scan(mode: str = "RGB") -> Image.Image:
    """A page with colours, greys and edges: every pixel counts."""
    image = Image.radial_gradient("L").resize((620, 877))
    coloured = Image.merge("RGB", (image, image.transpose(Image.Transpose.ROTATE_180), image))
    return coloured.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **{"dpi": (300, 300), **options})
    return output.getvalue()


def scanned_pdf() -> bytes:
    made = img2pdf.convert([saved(scan(), "JPEG", quality=90), saved(scan("L"), "PNG")], nodate=True)
    assert isinstance(made, bytes)
    return made


def sent(vault: Vault, path: Path) -> Deposited:
    (outcome,) = deposit(vault, checked(inputs([path], ""), FIDELE, vault.parts.around.clock()), FIDELE)
    return outcome


def pictures(vault: Vault, document: Document, folder: Path) -> list[Image.Image]:
    archive = document.rendition(RenditionKind.ARCHIVE)
    assert archive is not None
    take_to(vault, document, archive, folder / "out.pdf", force=True)
    with pikepdf.open(folder / "out.pdf") as pdf:
        found = [image for page in pdf.pages for image in page.get_images().values()]
        return [pikepdf.PdfImage(image).as_pil_image() for image in found if isinstance(image, pikepdf.Stream)]


SCANS: dict[str, Callable[[], bytes]] = {
    "colour.jpg": lambda: saved(scan(), "JPEG", quality=88),
    "colour.png": lambda: saved(scan(), "PNG"),
    "grey.png": lambda: saved(scan("L"), "PNG"),
    "lzw.tif": lambda: saved(scan(), "TIFF", compression="tiff_lzw"),
    "plain.tif": lambda: saved(scan("L"), "TIFF"),
    "fax.tif": lambda: saved(scan("1"), "TIFF", compression="group4"),
    "several.tif": lambda: saved(scan(), "TIFF", save_all=True, append_images=[scan("L"), scan()]),
    "scanned.pdf": scanned_pdf,
}


@pytest.mark.parametrize("name", SCANS)
def test_the_pixels_of_the_archive_are_those_of_the_scan(vault: Vault, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SCANS[name]())
    outcome = sent(vault, path)
    assert outcome.document is not None, outcome.error
    record = outcome.document.conversion
    assert record is not None
    assert [(one.name, one.passed) for one in record.controls] == [
        ("resolution", True),
        ("pages", True),
        ("pixels", True),
        ("digests", True),
        ("durable form", True),
    ]
    if not name.endswith(".pdf"):
        with Image.open(path) as image:
            for number, kept in enumerate(pictures(vault, outcome.document, tmp_path)):
                image.seek(number)
                assert kept.convert("RGB").tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("coarse.png", lambda: saved(scan(), "PNG", dpi=(200, 200)), "resolution_too_low"),
        ("silent.png", lambda: saved(scan(), "PNG", dpi=None), "resolution_unknown"),
        ("clear.png", lambda: saved(scan("RGBA"), "PNG"), "not_faithful"),
        ("cut.jpg", lambda: saved(scan(), "JPEG")[:9000], "not_faithful"),
        ("note.txt", lambda: b"bonjour", "not_faithful"),
        ("coarse.pdf", lambda: saved(scan(), "PDF", dpi=(150, 150)), "resolution_too_low"),
    ],
)
def test_what_cannot_be_such_a_copy_is_refused_and_not_kept(
    vault: Vault, tmp_path: Path, name: str, data: Callable[[], bytes], code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data())
    outcome = sent(vault, path)
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.exit_code) == (code, 16)
    assert list(vault.parts.blobs.ids()) == []


def test_a_page_of_letters_is_no_scan(vault: Vault, tmp_path: Path) -> None:
    from tests.unit.convert.test_hostile import text_pdf

    path = tmp_path / "lettre.pdf"
    path.write_bytes(text_pdf())
    outcome = sent(vault, path)
    assert outcome.error is not None
    assert outcome.error.code == "not_faithful"


def test_scans_that_are_joined_are_controlled_together(vault: Vault, tmp_path: Path) -> None:
    sources = []
    for name in ("colour.jpg", "grey.png", "several.tif"):
        (tmp_path / name).write_bytes(SCANS[name]())
        sources.append(Input(tmp_path / name, name, ""))
    outcome = deposit_together(vault, sources, FIDELE)
    assert outcome.document is not None, outcome.error
    assert outcome.document.conversion is not None
    controls = {control.name: control for control in outcome.document.conversion.controls}
    assert controls["pages"].found == "5 → 5"
    assert all(control.passed for control in controls.values())


def test_converting_again_makes_the_controls_again(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(SCANS["colour.png"]())
    document = sent(vault, path).document
    assert document is not None
    with converting(vault) as again:
        after = again(document.id.hex())
    assert after.conversion is not None
    assert after.conversion.profile == "fidele"
    assert all(control.passed for control in after.conversion.controls)
    assert after.conversion.controls


def test_an_archive_with_other_pixels_is_found_out(tmp_path: Path) -> None:
    """The control itself: it must be able to fail."""
    from coffre_cli.convert.faithful import controls_in_worker
    from coffre_cli.convert.model import Options
    from coffre_cli.convert.sniff import sniff
    from tests.unit.convert.conftest import MOMENT

    source, archive = tmp_path / "a.png", tmp_path / "a.pdf"
    source.write_bytes(saved(scan(), "PNG"))
    altered = scan()
    altered.putpixel((300, 300), (1, 2, 3))
    made = img2pdf.convert([saved(altered, "PNG")], nodate=True)
    assert isinstance(made, bytes)
    archive.write_bytes(made)
    controls = controls_in_worker([(source, sniff(source))], archive, Options(MOMENT))
    assert [(one.name, one.passed) for one in controls] == [("resolution", True), ("pages", True), ("pixels", False)]
