"""What the mark of a visible signature shows besides words: a picture, a code, and where it stands on unusual pages."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import zlib
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from coffre_cli.errors import CoffreError
from coffre_cli.signing.appearance import wording
from coffre_cli.signing.certificates import OrganisationRequest, make_identity
from coffre_cli.signing.errors import BoxOutsidePageError, BoxTooSmallError, PictureUnusableError
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.pades import sign_pdf
from coffre_cli.signing.picture import LARGEST_FILE, read_picture
from coffre_cli.signing.request import Box, FreeSpace, Level, SigningRequest
from tests.unit.signing.conftest import random_bytes
from tests.unit.signing.documents import letter_objects, pdf
from tests.unit.signing.test_visible import ink


@pytest.fixture
def visibly(now: datetime) -> SigningRequest:
    return SigningRequest(now, level=Level.B, reason="Lu et approuvé", visible=FreeSpace())


@pytest.fixture(scope="module")
def scrawl() -> bytes:
    picture = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(20, 150), (200, 30), (380, 160)], fill=(190, 20, 20, 255), width=16)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def page(extra: bytes) -> bytes:
    objects = letter_objects("Contrat", "Duree : trois ans")
    objects[4] = objects[4].replace(b"/MediaBox", extra + b" /MediaBox")
    return pdf(objects)


def drawn(path: Path, scale: float = 4) -> Image.Image:
    with pypdfium2.PdfDocument(path) as document:
        document.init_forms()
        picture: Image.Image = document[0].render(scale=scale, may_draw_forms=True).to_pil()
    return picture.convert("RGB")


def reds(path: Path) -> int:
    """Return how many dots are red: the ink of the picture."""
    red, green, blue = drawn(path, 1).split()
    pairs = zip(red.tobytes(), green.tobytes(), blue.tobytes(), strict=True)
    return sum(r > 150 and g < 90 and b < 90 for r, g, b in pairs)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_code_tells_who_when_and_the_digest_of_the_file_before(
    rotation: int, tmp_path: Path, alice: Identity, visibly: SigningRequest
) -> None:
    path, signed = tmp_path / "bail.pdf", tmp_path / "signed.pdf"
    path.write_bytes(page(b"/Rotate %d" % rotation))
    sign_pdf(path, signed, alice, dataclasses.replace(visibly, qr=True))

    (code,) = zxingcpp.read_barcodes(drawn(signed))

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert code.text == f"Alice Martin\n2026-11-21T12:00:00Z\nbail.pdf\nsha256:{digest}"
    assert signed.read_bytes().startswith(path.read_bytes())  # anyone can check that digest


def test_a_code_too_small_to_be_read_is_refused(contract: Path, alice: Identity, visibly: SigningRequest) -> None:
    asked = dataclasses.replace(visibly, qr=True, visible=Box(60, 80, 100, 30))
    with pytest.raises(BoxTooSmallError):
        sign_pdf(contract, contract, alice, asked)


def test_a_picture_shows_beside_the_words(
    tmp_path: Path, contract: Path, alice: Identity, visibly: SigningRequest, scrawl: bytes
) -> None:
    file, signed = tmp_path / "scrawl.png", tmp_path / "signed.pdf"
    file.write_bytes(scrawl)
    sign_pdf(contract, signed, alice, visibly)
    assert reds(signed) == 0
    sign_pdf(contract, signed, alice, dataclasses.replace(visibly, image=read_picture(file)))
    assert reds(signed) > 50


def test_a_large_photograph_becomes_small(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(file, quality=95)
    with Image.open(io.BytesIO(read_picture(file))) as found:
        assert max(found.size) == 600
        assert found.format == "JPEG"


def _bomb() -> bytes:
    """Return a PNG of a few kilobytes that says it has three thousand million dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = (60_000).to_bytes(4) + (60_000).to_bytes(4) + b"\x08\x02\x00\x00\x00"
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _gif() -> bytes:
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "GIF")
    return file.getvalue()


UNUSABLE = {
    "no picture": b"hello",
    "GIF": _gif(),
    "too many dots": _bomb(),
    "too large": bytes(LARGEST_FILE + 1),
    "cut short": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_is_no_small_picture_is_refused(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "picture"
    file.write_bytes(UNUSABLE[kind])
    with pytest.raises(PictureUnusableError):
        read_picture(file)


def test_a_picture_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CoffreError) as caught:
        read_picture(tmp_path / "none.png")
    assert caught.value.code == "file_missing"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_box_counts_from_the_corner_that_is_seen(
    rotation: int, tmp_path: Path, alice: Identity, visibly: SigningRequest
) -> None:
    path = tmp_path / "cropped.pdf"
    path.write_bytes(page(b"/Rotate %d /CropBox [50 100 545 742]" % rotation))
    sign_pdf(path, path, alice, dataclasses.replace(visibly, visible=Box(60, 80, 220, 70)))
    box = ink(path)
    shown_height = 642 if rotation % 180 == 0 else 495
    assert box is not None
    assert 58 <= box[0] <= 70
    assert shown_height - 80 - 70 - 2 <= box[1] < box[3] <= shown_height - 80 + 2


def test_points_are_points_where_the_page_counts_in_larger_units(
    tmp_path: Path, alice: Identity, visibly: SigningRequest
) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(page(b"/UserUnit 2.0"))  # 1190 × 1684 points
    sign_pdf(path, path, alice, dataclasses.replace(visibly, visible=Box(900, 160, 220, 70)))
    box = ink(path)  # in units of two points
    assert box is not None
    assert 449 <= box[0] < box[2] <= 561
    assert 842 - 80 - 35 - 2 <= box[1] < box[3] <= 842 - 80 + 2
    with pytest.raises(BoxOutsidePageError):
        sign_pdf(path, path, alice, dataclasses.replace(visibly, visible=Box(1000, 160, 220, 70)))


def test_a_name_longer_than_a_certificate_holds_is_shown_whole(
    root: LocalRoot, now: datetime, visibly: SigningRequest
) -> None:
    name = "Société coopérative d'intérêt collectif des menuisiers du Haut-Forez"
    organisation = make_identity(OrganisationRequest(name), root, now=now, random=random_bytes("coop"))
    assert organisation.name != name
    assert wording(organisation, visibly)[1] == name
