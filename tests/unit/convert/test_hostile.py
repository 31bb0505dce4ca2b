"""Files made to harm end within their limits, with a reason, and leave nothing behind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from coffre_cli.convert.convert import convert_all
from coffre_cli.convert.errors import (
    DamagedFileError,
    DrawingTooLargeError,
    EmptyFileError,
    PackedTooTightError,
    TooManyMembersError,
    TooManyPagesError,
    TooManyPixelsError,
    XmlEntitiesError,
)
from coffre_cli.convert.model import Conversion, Source
from coffre_cli.convert.sniff import sniff
from coffre_cli.errors import CoffreError
from coffre_cli.pages.draw import draw
from tests.simulators.office import docx
from tests.unit.convert.conftest import MOMENT, PLAIN, Converted
from tests.unit.convert.pictures import arrow, encoded


def text_pdf() -> bytes:
    return draw("text", {"title": "t", "lines": ["Bonjour"], "footer": ""}, moment=MOMENT, standard="1.7")


def saved(pdf: pikepdf.Pdf) -> bytes:
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


def flate_bomb() -> bytes:
    """A page whose contents are a gigabyte of spaces."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(1000)) + packer.flush()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        stream = pikepdf.Stream(pdf, packed)
        stream["/Filter"] = Name.FlateDecode
        stream.write(packed, filter=Name.FlateDecode)
        page.obj["/Contents"] = stream
        return saved(pdf)


def huge_page() -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj["/MediaBox"] = Array([0, 0, 10**9, 10**9])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj["/Resources"] = Dictionary(Font=Dictionary(F=font))
        page.obj["/Contents"] = pdf.make_stream(b"BT /F 9 Tf (x) Tj ET")
        return saved(pdf)


def many_pages() -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 9, 9]), Resources=Dictionary()))
        pdf.Root["/Pages"] = pdf.make_indirect(
            Dictionary(
                Type=Name.Pages,
                Count=5001,
                Kids=Array([pdf.make_indirect(Dictionary(dict(page.items()))) for _ in range(5001)]),
            )
        )
        return saved(pdf)


def png_bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60000, 60000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(7501 * 60000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def outside_entity() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        package.writestr("[Content_Types].xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")
        package.writestr("word/document.xml", "<w/>")
    return output.getvalue()


def lying_zip() -> bytes:
    """A member that holds 20 MB and says 20 bytes, in both of its headers."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.txt", bytes(20_000_000))
    return output.getvalue().replace(struct.pack("<I", 20_000_000), struct.pack("<I", 20))


def tight_zip() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.txt", bytes(50_000_000))
    return output.getvalue()


def crowded_zip() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        for number in range(10_001):
            package.writestr(f"{number}", "")
    return output.getvalue()


def entity_bomb() -> bytes:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    return docx("&e11;", f"<!DOCTYPE w [<!ENTITY e0 'x'>{levels}]>")


def office_bomb() -> bytes:
    return docx("x", **{"word/media/image1.png": bytes(60_000_000)})


HOSTILE: dict[str, tuple[Callable[[], bytes], type[CoffreError]]] = {
    "flate bomb": (flate_bomb, DrawingTooLargeError),
    "5,001 pages": (many_pages, TooManyPagesError),
    "picture bomb": (png_bomb, TooManyPixelsError),
    "outside entity": (outside_entity, XmlEntitiesError),
    "entity bomb": (entity_bomb, XmlEntitiesError),
    "bomb in an office file": (office_bomb, PackedTooTightError),
    "zip bomb": (tight_zip, PackedTooTightError),
    "zip that lies": (lying_zip, DamagedFileError),
    "zip of 10,001 files": (crowded_zip, TooManyMembersError),
    "no byte": (bytes, EmptyFileError),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_for_the_right_reason(converted: Converted, name: str) -> None:
    make, error = HOSTILE[name]
    made: Conversion = converted(make())
    assert made.archive is None
    assert made.children == ()
    assert made.reason is not None
    assert made.reason.message == error.message


def test_a_page_as_large_as_a_field_ends_with_an_archive_or_a_reason(converted: Converted) -> None:
    made = converted(huge_page())
    assert made.archive is not None or made.reason is not None


@pytest.mark.parametrize(
    ("data", "name", "label"),
    [
        (lambda: docx("x"), "facture.pdf", "DOCX"),
        (text_pdf, "lettre.docx", "PDF"),
        (lambda: encoded(arrow(), "PNG"), "scan.jpg", "PNG"),
        (lambda: encoded(arrow(), "JPEG"), "mail.eml", "JPEG"),
        (lambda: b"From: a@b\r\nSubject: x\r\n\r\nx", "photo.png", "EML"),
        (lambda: b"bonjour", "tableau.xlsx", "text"),
        (lambda: b"MZ\x90\0" + bytes(range(256)), "lettre.docx", "binary"),
    ],
)
def test_the_content_tells_the_kind_not_the_name(
    tmp_path: Path, data: Callable[[], bytes], name: str, label: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data())
    assert sniff(path, name).label == label


def test_nothing_runs_and_nothing_stays_after_the_workers_end(tmp_path: Path) -> None:
    from coffre_cli.convert.convert import workers

    path = tmp_path / "bomb"
    path.write_bytes(huge_page())
    with workers(1) as pool:
        place = pool.directory
        for made in convert_all(pool, [Source(path, "x")], PLAIN):
            made.discard()
    assert not place.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bomb"]
