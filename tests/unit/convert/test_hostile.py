"""Files made to harm end within their limits, with a reason, and leave nothing behind."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from coffre_cli.convert.convert import convert_all
from coffre_cli.convert.model import Conversion, Source
from coffre_cli.pages.draw import draw
from coffre_cli.worker.pool import Workers
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


HOSTILE = [flate_bomb, huge_page, many_pages, png_bomb, outside_entity]


@pytest.mark.parametrize("make", HOSTILE)
def test_it_ends_with_an_archive_or_a_reason(converted: Converted, make: object) -> None:
    assert callable(make)
    made: Conversion = converted(make())
    assert made.archive is not None or made.reason is not None


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


def seeds() -> list[bytes]:
    pictures = [encoded(arrow(), kind) for kind in ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000")]
    mail = b"From: a@b\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
    return [
        *pictures,
        encoded(Image.new("1", (64, 64)), "TIFF", compression="group4"),
        text_pdf(),
        mail,
        "é\n".encode(),
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _change in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(len(changed) // 3, len(changed))])


def test_mutated_files_always_give_a_conversion(pool: Workers, tmp_path: Path) -> None:
    chance = random.Random(20261121)  # noqa: S311 - the same mutations every time
    sources = []
    for number in range(60):
        path = tmp_path / f"{number}"
        path.write_bytes(mutated(chance.choice(seeds()), chance))
        sources.append(Source(path, f"{number}"))
    count = 0
    for made in convert_all(pool, sources, PLAIN):
        count += 1
        assert made.archive is not None or made.durable or made.reason is not None
        made.discard()
    assert count == len(sources)
