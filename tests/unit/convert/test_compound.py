"""Older office formats are told apart, and their passwords noticed, by the streams of their compound file."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.convert.compound import stream_names, stream_start
from coffre_cli.convert.message import read_msg
from coffre_cli.convert.model import PDF_A
from coffre_cli.convert.sniff import sniff
from tests.unit.convert.compounds import compound
from tests.unit.convert.conftest import Converted
from tests.unit.convert.pictures import arrow, encoded
from tests.unit.convert.test_text import words

FILE_PASS = struct.pack("<HHH", 0x0809, 2, 0x600) + struct.pack("<HHH", 0x2F, 2, 0)
CASES = [
    ({"WordDocument": bytes(64)}, "DOC", False),
    ({"WordDocument": bytes(10) + b"\0\1" + bytes(52)}, "DOC", True),
    ({"Workbook": struct.pack("<HHH", 0x0809, 2, 0x600)}, "XLS", False),
    ({"Workbook": FILE_PASS}, "XLS", True),
    ({"PowerPoint Document": b"x", "Current User": bytes(12) + struct.pack("<I", 0xF3D1C4DF)}, "PPT", True),
    ({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}, "Office, encrypted", True),
    ({"__substg1.0_0037001F": b"x"}, "MSG", False),
    ({"something": b"x"}, "binary", False),
]


@pytest.mark.parametrize(("streams", "label", "locked"), CASES)
def test_streams_tell_the_kind_and_the_lock(
    converted: Converted, tmp_path: Path, streams: dict[str, bytes], label: str, *, locked: bool
) -> None:
    path = tmp_path / "file"
    path.write_bytes(compound(streams))
    assert sniff(path).label == label
    if locked:
        assert any("password" in remark.message for remark in converted(path).remarks)


def test_the_beginning_of_a_stream_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(compound({"a": b"first", "b": bytes(range(200)), "c": {"d": b"inner"}}))
    assert stream_start(path, "b") == bytes(range(200))
    assert stream_start(path, "a", 3) == b"fir"
    assert {"a", "b", "c", "d"} <= stream_names(path)


@given(st.binary(max_size=2000), st.integers(0, 4000), st.integers(0, 255))
def test_damage_never_hangs_or_raises(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, position: int, value: int
) -> None:
    data = bytearray(compound({"WordDocument": bytes(600), "b": b"x"}) + tail)
    data[position % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes(data))
    stream_names(path)
    stream_start(path, "WordDocument")


def outlook_message() -> bytes:
    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    def properties(header: int, *tags: tuple[int, int]) -> bytes:
        return bytes(header) + b"".join(struct.pack("<IIII", tag, 6, size, 0) for tag, size in tags)

    return compound(
        {
            "__properties_version1.0": properties(32, (0x0037001F, 20), (0x1000001F, 30), (0x0C1A001F, 8)),
            "__substg1.0_0037001F": text("Relevé de mai"),
            "__substg1.0_1000001F": text("Bonjour,\r\nvoilà."),
            "__substg1.0_0C1A001F": text("Zoé"),
            "__substg1.0_001A001F": text("IPM.Note"),
            "__attach_version1.0_#00000000": {
                "__properties_version1.0": properties(8, (0x37010102, 3), (0x3707001F, 14)),
                "__substg1.0_37010102": b"abc",
                "__substg1.0_3707001F": text("a/b.pdf"),
            },
        }
    )


def outlook_page(picture: bytes) -> bytes:
    """A message in HTML with one picture on the page and one file beside."""

    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    def properties(header: int, **streams: bytes) -> bytes:
        tags = ((int(name[1:], 16), content) for name, content in streams.items())
        return bytes(header) + b"".join(
            struct.pack("<IIII", tag, 6, len(content) + 2 * (tag & 0xFFFF == 0x1F), 0) for tag, content in tags
        )

    def storage(header: int, **streams: bytes) -> dict[str, bytes]:
        named = {f"__substg1.0_{name[1:]}": content for name, content in streams.items()}
        return {"__properties_version1.0": properties(header, **streams), **named}

    page = "<p>Bonjour <b>Zoé</b></p><img src='cid:logo'><table border=1><tr><td>84,20 €</td></tr></table>"
    message: dict[str, bytes | dict[str, bytes]] = dict(
        storage(
            32,
            _0037001F=text("Relevé"),
            _0C1A001F=text("Zoé"),
            _001A001F=text("IPM.Note"),
            _1000001F=text("Bonjour Zoé"),
            _10130102=f"<html><meta charset='utf-8'>{page}</html>".encode(),
        )
    )
    shown = storage(8, _37010102=picture, _3707001F=text("logo.png"), _3712001F=text("logo"))
    beside = storage(8, _37010102=b"abc", _3707001F=text("a.pdf"))
    return compound({**message, "__attach_version1.0_#00000000": shown, "__attach_version1.0_#00000001": beside})


@pytest.mark.needs("soffice")
def test_a_message_of_outlook_in_html_is_laid_out(converted: Converted) -> None:
    made = converted(outlook_page(encoded(arrow(), "PNG")))
    assert (made.format, made.record.route) == (PDF_A, "libreoffice")
    assert "84,20 €" in words(made.archive)
    assert [child.name for child, _path in made.children] == ["a.pdf"]


def test_a_message_of_outlook_is_drawn_or_its_reader_is_named(converted: Converted) -> None:
    made = converted(outlook_message())
    if made.archive is None:
        assert any(("program", "python-oxmsg") in remark.facts for remark in made.remarks)
        return
    assert made.format == PDF_A
    assert "Relevé de mai" in words(made.archive)


def test_a_message_of_outlook_gives_headers_words_and_attachments(tmp_path: Path) -> None:
    path = tmp_path / "m.msg"
    path.write_bytes(outlook_message())
    letter = read_msg(path)
    assert letter.subject == "Relevé de mai"
    assert "voilà" in letter.body
    assert [(one.name, one.data) for one in letter.attached] == [("a/b.pdf", b"abc")]
