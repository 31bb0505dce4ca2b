"""Pictures become pages that show the same, and keep their bytes where they can."""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from coffre_cli.convert.convert import convert_together
from coffre_cli.convert.errors import UnsupportedFormatError
from coffre_cli.convert.layout import page_size
from coffre_cli.convert.model import PDF_A, Bounds, Conversion, Ocr, Options, Source
from coffre_cli.worker.pool import Workers
from tests.unit.convert.conftest import MOMENT, PLAIN, Converted
from tests.unit.convert.pictures import arrow, corner_is_dark, encoded, page


def messages(conversion: Conversion) -> str:
    return " ".join(remark.message for remark in conversion.remarks)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "JPEG"),
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("L", "PNG"),
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("1", "TIFF"),
        ("RGB", "TIFF"),
        ("CMYK", "TIFF"),
        ("RGBA", "TIFF"),
        ("RGB", "GIF"),
        ("RGB", "BMP"),
        ("RGBA", "WEBP"),
        ("RGB", "JPEG2000"),
        ("RGBA", "AVIF"),
        ("1", "PPM"),
        ("L", "PPM"),
        ("RGB", "PPM"),
        ("RGBA", "ICO"),
        ("RGB", "TGA"),
        ("RGB", "PCX"),
        ("RGB", "DIB"),
        ("RGB", "SGI"),
        ("RGB", "QOI"),
    ],
)
def test_every_kind_of_picture_becomes_pdf_a_that_shows_it(converted: Converted, mode: str, kind: str) -> None:
    made = converted(encoded(arrow(mode), kind))
    assert (made.format, made.pages, made.reason) == (PDF_A, 1, None)
    shown = page(made.archive)
    assert corner_is_dark(shown)
    assert not corner_is_dark(shown, right=True)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "1"])
@pytest.mark.parametrize(
    "change", [{36: b"xxxx"}, {8: b"\x05"}, {12: b"link"}, {16: b"GRAY"}, {16: b"CMYK"}, {60: None}]
)
def test_a_profile_that_is_none_does_no_harm(converted: Converted, mode: str, change: dict[int, bytes | None]) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at, value in change.items():
        profile[at : at + len(value) if value else None] = value or b""
    kind = "TIFF" if mode == "1" else "JPEG"
    options = {"compression": "group4"} if mode == "1" else {}
    made = converted(encoded(arrow(mode), kind, icc_profile=bytes(profile), **options))
    assert (made.format, made.reason) == (PDF_A, None)
    assert corner_is_dark(page(made.archive))


def test_the_bytes_of_a_jpeg_are_in_the_pdf_unchanged(converted: Converted) -> None:
    data = encoded(arrow(), "JPEG", dpi=(300, 300))
    made = converted(data)
    assert made.archive is not None
    with pikepdf.open(made.archive) as pdf:
        (picture,) = pdf.pages[0].get_images().values()
        assert picture.read_raw_bytes() == data


def test_fax_data_stay_fax_data(converted: Converted) -> None:
    made = converted(encoded(arrow("1"), "TIFF", compression="group4"))
    assert made.archive is not None
    with pikepdf.open(made.archive) as pdf:
        (picture,) = pdf.pages[0].get_images().values()
        assert list(picture["/Filter"]) == ["/CCITTFaxDecode"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "G4"])
def test_a_turned_picture_is_shown_upright(converted: Converted, orientation: int, kind: str) -> None:
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    image = arrow("1" if kind == "G4" else "RGB")
    if orientation > 1:
        back = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}.get(orientation)
        image = image.transpose(back if back is not None else Image.Transpose(turns[orientation]))
    exif = Image.Exif()
    exif[274] = orientation
    if kind == "JPEG":
        data = encoded(image, "JPEG", exif=exif)
    else:
        compression = {"compression": "group4"} if kind == "G4" else {}
        data = encoded(image, "TIFF", tiffinfo={274: orientation}, **compression)
    shown = page(converted(data).archive)
    assert shown.width > shown.height
    assert corner_is_dark(shown)


def test_each_page_of_a_scan_is_a_page(converted: Converted) -> None:
    frames = [arrow("1", (100 + 10 * number, 80)) for number in range(3)]
    output = io.BytesIO()
    frames[0].save(output, "TIFF", save_all=True, append_images=frames[1:], compression="group4")
    made = converted(output.getvalue())
    assert (made.format, made.pages) == (PDF_A, 3)
    assert page(made.archive, 2).width > page(made.archive, 0).width


def test_a_telephone_picture_with_a_second_one_inside_is_one_page(converted: Converted) -> None:
    output = io.BytesIO()
    arrow().save(output, "MPO", save_all=True, append_images=[arrow("RGB", (30, 20))])
    made = converted(output.getvalue())
    assert (made.format, made.pages, made.record.route) == (PDF_A, 1, "img2pdf")
    assert corner_is_dark(page(made.archive))


@pytest.mark.parametrize(("kind", "frames", "pages"), [("PNG", 3, 3), ("GIF", 3, 3), ("WEBP", 3, 3), ("GIF", 25, 1)])
def test_an_animation_is_a_few_pages_or_its_first(converted: Converted, kind: str, frames: int, pages: int) -> None:
    pictures = [arrow("RGB", (100 + number, 80)).resize((120, 80)) for number in range(frames)]
    for number, picture in enumerate(pictures):
        picture.putpixel((119, 79), (number * 9, 0, 0))
    output = io.BytesIO()
    pictures[0].save(output, kind, save_all=True, append_images=pictures[1:])
    made = converted(output.getvalue())
    assert (made.format, made.pages) == (PDF_A, pages)
    assert "animated" in messages(made)


def test_hidden_colours_stay_hidden(converted: Converted) -> None:
    secret = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    made = converted(encoded(secret, "PNG"))
    assert page(made.archive).getpixel((10, 10)) == (255, 255, 255)
    assert "white" in messages(made)


def test_sixteen_bits_are_shifted_not_clipped(converted: Converted) -> None:
    deep = Image.new("I;16", (40, 40), 32768)
    made = converted(encoded(deep, "TIFF"))
    assert page(made.archive).getpixel((5, 5)) == (128, 128, 128)
    assert "channel" in messages(made)


def test_a_cut_picture_is_shown_and_said_to_be_incomplete(converted: Converted) -> None:
    noise = Image.effect_noise((200, 200), 80)
    data = encoded(noise, "JPEG")
    made = converted(data[: len(data) // 2])
    assert made.format == PDF_A
    assert "incomplete" in messages(made)


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0\0\0", b"GIF89a"])
def test_a_picture_that_is_none_gives_a_reason(converted: Converted, data: bytes) -> None:
    made = converted(data)
    assert made.archive is None
    assert made.reason is not None


def test_a_picture_beyond_the_bound_is_not_decoded(converted: Converted) -> None:
    bomb = encoded(Image.new("1", (5000, 5000)), "PNG")
    made = converted(bomb, "bomb.png", Options(MOMENT, ocr=Ocr.NEVER, bounds=Bounds(pixels=1_000_000)))
    assert made.archive is None
    assert "more than" in messages(made)


def test_several_pictures_become_one_document(pool: Workers, tmp_path: Path) -> None:
    sources = []
    for number, mode in enumerate(("1", "RGB", "CMYK")):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(encoded(arrow(mode), "TIFF"))
        sources.append(Source(path, path.name))
    made = convert_together(pool, sources, PLAIN)
    assert (made.format, made.pages) == (PDF_A, 3)
    made.discard()


def test_only_pictures_are_joined(pool: Workers, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"text")
    with pytest.raises(UnsupportedFormatError):
        convert_together(pool, [Source(path, path.name)], PLAIN)


@given(st.tuples(st.integers(1, 200_000), st.integers(1, 200_000)), st.tuples(st.floats(), st.floats()) | st.none())
def test_a_page_always_has_a_size_that_readers_accept(pixels: tuple[int, int], dpi: tuple[float, float] | None) -> None:
    assert all(3 <= side <= 14400 for side in page_size(pixels, dpi))


@pytest.mark.parametrize(
    ("pixels", "dpi", "size"),
    [
        ((2480, 3508), (300.0, 300.0), (595.2, 841.92)),
        ((2480, 3508), None, (595.2, 841.92)),
        ((1728, 1143), (204.0, 98.0), (609.88, 839.75)),
        ((96, 96), None, (72, 72)),
        ((96, 96), (0.0, 0.0), (72, 72)),
    ],
)
def test_resolution_gives_the_size_of_the_page(
    pixels: tuple[int, int], dpi: tuple[float, float] | None, size: tuple[float, float]
) -> None:
    assert page_size(pixels, dpi) == pytest.approx(size, abs=0.01)


def test_the_options_hide_the_password() -> None:
    make: Callable[..., Options] = Options
    assert "s3cret" not in repr(make(MOMENT, password="s3cret"))


def numbers(*values: float, kind: str = "f") -> bytes:
    """Return a TIFF of 32 bits a tone, each of *values* a column as wide as the others."""
    row = array(kind, [value for value in values for _pixel in range(100)])
    return encoded(Image.frombytes("F" if kind == "f" else "I", (len(row), 100), row.tobytes() * 100), "TIFF")


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        ((0.0, 0.5, 1.0), "f", [0, 127, 255]),
        ((-3.0, float("nan"), 7.0), "f", [0, 255, 255]),
        ((float("inf"), 2.0, 1.0), "f", [255, 255, 0]),
        ((0.5, 0.5, 0.5), "f", [127, 127, 127]),
        ((float("nan"), float("nan"), float("nan")), "f", [255, 255, 255]),
        ((-30_000, 0, 30_000), "i", [0, 127, 255]),
        ((0, 1_000_000, 2_000_000), "i", [0, 127, 255]),
    ],
)
def test_tones_of_any_size_are_seen(
    converted: Converted, values: tuple[float, ...], kind: str, shown: list[int]
) -> None:
    made = converted(numbers(*map(float if kind == "f" else int, values), kind=kind))
    assert made.format == PDF_A
    picture = page(made.archive).convert("L")
    middle = picture.crop((0, picture.height // 2, picture.width, picture.height // 2 + 1)).tobytes()
    tones = [middle[picture.width * at // 6] for at in (1, 3, 5)]
    assert all(abs(tone - wanted) <= 2 for tone, wanted in zip(tones, shown, strict=True))


def test_what_is_transparent_in_a_picture_of_two_tones_is_white(converted: Converted) -> None:
    made = converted(encoded(arrow("1"), "PNG", transparency=0))
    assert not corner_is_dark(page(made.archive))
    assert "Transparent" in messages(made)
