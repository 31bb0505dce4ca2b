"""ZIP files give their members, within bounds."""

from __future__ import annotations

import io
import zipfile

from coffre_cli.convert.model import Bounds, Conversion, Options
from tests.unit.convert.conftest import MOMENT, Converted


def zipped(*members: tuple[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members:
            package.writestr(name, data)
    return output.getvalue()


def messages(made: Conversion) -> str:
    return " ".join(remark.message for remark in made.remarks)


def test_members_become_children(converted: Converted) -> None:
    made = converted(zipped(("a/b.txt", b"1"), ("../c\u202e.txt", b"2"), ("/d", b"3")))
    assert [child.name for child, _path in made.children] == ["a/b.txt", "c⟨U+202E⟩.txt", "d"]
    assert [path.read_bytes() for _child, path in made.children] == [b"1", b"2", b"3"]
    assert made.archive is None


def test_a_bomb_is_not_unpacked(converted: Converted) -> None:
    made = converted(zipped(("bomb", bytes(50_000_000))))
    assert made.children == ()
    assert "more than" in messages(made)


def test_too_many_members_are_refused(converted: Converted) -> None:
    many = zipped(*((f"{number}", b"") for number in range(20)))
    made = converted(many, "x.zip", Options(MOMENT, bounds=Bounds(package_entries=10)))
    assert made.children == ()


def test_an_encrypted_member_needs_a_password(converted: Converted) -> None:
    data = bytearray(zipped(("a", b"x")))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    made = converted(bytes(data))
    assert "password" in messages(made)


def test_a_cut_zip_is_damaged(converted: Converted) -> None:
    data = zipped(("a", b"x" * 1000))
    made = converted(data[: len(data) - 30], "x.docx")
    assert "damaged" in messages(made)
