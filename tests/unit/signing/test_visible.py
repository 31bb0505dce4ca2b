from __future__ import annotations

import dataclasses
import itertools
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from coffre_cli.signing.document import opened
from coffre_cli.signing.errors import AnchorNotFoundError, BoxOutsidePageError, NoSuchPageError
from coffre_cli.signing.fields import Field, rectangle, signature_fields
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.pades import sign_pdf
from coffre_cli.signing.request import Anchor, Box, FreeSpace, Level, SigningRequest, Visible
from tests.unit.signing.documents import letter_objects, pdf

PLACES: dict[str, Visible] = {
    "box": Box(60, 80, 220, 70),
    "words": Anchor("Duree"),
    "free": FreeSpace(),
}


@pytest.fixture
def visibly(now: datetime) -> SigningRequest:
    return SigningRequest(now, level=Level.B, reason="Lu et approuvé", place="Saint-Étienne", visible=FreeSpace())


def turned_letter(rotation: int) -> bytes:
    objects = letter_objects("Contrat", "Duree : trois ans")
    objects[4] = objects[4].replace(b"/MediaBox", b"/Rotate %d /MediaBox" % rotation)
    return pdf(objects)


def ink(path: Path, page: int = 0) -> tuple[int, int, int, int] | None:
    """Return the box of what is blue (our mark) on the page as shown, in points from the top left."""
    with pypdfium2.PdfDocument(path) as document:
        document.init_forms()
        picture = document[page].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
    red, _, blue = picture.split()
    from PIL import ImageChops

    box = ImageChops.subtract(blue, red).point([255 * (value > 40) for value in range(256)]).getbbox()
    return None if box is None else (int(box[0]), int(box[1]), int(box[2]), int(box[3]))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("place", PLACES)
def test_the_mark_reads_upright_where_it_was_asked(
    place: str, rotation: int, tmp_path: Path, alice: Identity, visibly: SigningRequest
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(turned_letter(rotation))
    signed = sign_pdf(path, path, alice, dataclasses.replace(visibly, visible=PLACES[place]))
    assert signed.page == 1
    box = ink(path)
    assert box is not None
    width, height = box[2] - box[0], box[3] - box[1]
    assert width > 1.5 * height
    if place == "box":
        shown_height = 842 if rotation % 180 == 0 else 595
        assert 58 <= box[0] <= 70
        assert shown_height - 80 - 70 - 2 <= box[1]
        assert box[3] <= shown_height - 80 + 2


def test_a_box_outside_the_page_is_refused(contract: Path, alice: Identity, visibly: SigningRequest) -> None:
    for box in (Box(500, 10, 200, 50), Box(-40, 10, 100, 50), Box(10, 830, 100, 50), Box(10, 10, 0, 50)):
        with pytest.raises(BoxOutsidePageError):
            sign_pdf(contract, contract, alice, dataclasses.replace(visibly, visible=box))


def test_a_page_that_is_not_there_is_refused(contract: Path, alice: Identity, visibly: SigningRequest) -> None:
    for page in (0, 2, -2):
        box = Box(10, 10, 100, 50, page=page)
        with pytest.raises(NoSuchPageError):
            sign_pdf(contract, contract, alice, dataclasses.replace(visibly, visible=box))


def test_words_that_are_nowhere_are_refused(contract: Path, alice: Identity, visibly: SigningRequest) -> None:
    with pytest.raises(AnchorNotFoundError):
        sign_pdf(contract, contract, alice, dataclasses.replace(visibly, visible=Anchor("Signature du notaire")))


def test_free_space_leaves_the_text_alone(tmp_path: Path, alice: Identity, visibly: SigningRequest) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf(letter_objects(*[f"ligne {number} du contrat de location" for number in range(20)])))
    sign_pdf(path, path, alice, visibly)
    box = ink(path)
    assert box is not None
    assert box[1] > 72 + 24 * 20


def test_marks_never_stand_on_each_other(tmp_path: Path, alice: Identity, visibly: SigningRequest) -> None:
    objects = letter_objects(*[f"ligne {number} du contrat de location, en bas et en haut" for number in range(31)])
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf(objects))
    for _ in range(4):
        sign_pdf(path, path, alice, visibly)
    boxes = [rectangle(field.dictionary) for field in signed_fields(path)]
    for one, other in itertools.combinations(boxes, 2):
        assert one is not None
        assert other is not None
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart


def signed_fields(path: Path) -> tuple[Field, ...]:
    with opened(path) as document:
        return signature_fields(document)


def test_an_empty_field_prepared_for_it_is_signed_first(
    tmp_path: Path, alice: Identity, visibly: SigningRequest
) -> None:
    objects = letter_objects("Contrat")
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [20 0 R] /SigFlags 1 >> >>"
    objects[4] = objects[4].replace(b"/Parent", b"/Annots [20 0 R] /Parent")
    objects[20] = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Locataire) /Rect [300 300 500 360] /F 4 /P 4 0 R >>"
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf(objects))
    signed = sign_pdf(path, path, alice, visibly)
    assert (signed.field, signed.page) == ("Locataire", 1)
    box = ink(path)
    assert box is not None
    assert box[0] >= 298
    assert box[1] >= 842 - 362
