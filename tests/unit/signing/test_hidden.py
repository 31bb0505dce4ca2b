"""Signatures that a program took along without knowing them, or that someone took out of sight: never « unsigned »."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest

from coffre_cli.errors import ExitCode
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.normalise import can_be_normalised
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_at_a_glance, verify_pdf
from coffre_cli.signing.verdict import Integrity
from tests.unit.signing.bases import Base, signed
from tests.unit.signing.byhand import Layout, signed_by_hand
from tests.unit.signing.documents import letter, letter_objects, pdf, stream, update

_ROOM = len(b"[0 1111111111 2222222222 3333333333]")
RANGES: dict[str, Callable[[bytes], bytes]] = {
    "a comment": lambda text: text.replace(b"[0 ", b"[0 %x\n "),
    "a number with a point": lambda text: text.replace(b" ", b".0 ", 1),
    "a plain array": lambda text: text,
}


def packed(objects: dict[int, bytes]) -> bytes:
    """Return a PDF that keeps *objects* but streams in a stream of objects."""
    single = {number: text for number, text in objects.items() if b"\nstream\n" in text}
    inner = {number: text for number, text in objects.items() if number not in single}
    body = b"\n".join(inner.values())
    places, place = [], 0
    for number, text in inner.items():
        places.append(b"%d %d" % (number, place))
        place += len(text) + 1
    index = b" ".join(places) + b"\n"
    container, size = max(objects) + 1, max(objects) + 3
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode " % (len(inner), len(index))
    single[container] = stream(zlib.compress(index + body), entries)
    data, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, text in single.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = offsets[size - 1] = len(data)
    rows = [b"\0" + bytes(6)] * size
    for number, offset in offsets.items():
        rows[number] = b"\x01%s\0\0" % offset.to_bytes(4)
    for order, number in enumerate(inner):
        rows[number] = b"\x02%s%s" % (container.to_bytes(4), order.to_bytes(2))
    table = stream(b"".join(rows), b"/Type /XRef /W [1 4 2] /Size %d /Root 1 0 R " % size)
    return bytes(data + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (size - 1, table, start))


def rewritten(base: Base) -> bytes:
    """Return a signed letter as a program writes it anew that packs every object, the signature too."""
    with pikepdf.open(io.BytesIO(base.data)) as document:
        numbers = range(1, len(document.objects) + 1)
    objects = {number: base.object(number) for number in numbers if b"\n%d 0 obj" % number in base.data}
    return packed({number: text for number, text in objects.items() if b"/XRef" not in text})


def test_a_signed_file_written_anew_by_a_program_that_packs_signatures_is_broken(
    alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(rewritten(Base(signed(letter("Contrat"), alice))))
    assert b"/ByteRange" not in path.read_bytes()
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.BROKEN, ExitCode.SIGNATURE_BROKEN)
    assert not can_be_normalised(path)  # signing it anew must not take it for unsigned


def test_an_unsigned_file_that_packs_its_objects_is_settled_at_a_glance(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(packed(letter_objects("Contrat")))
    found = verify_at_a_glance(path)
    assert found is not None
    assert found.integrity is Integrity.UNSIGNED


@pytest.mark.parametrize("name", RANGES)
def test_a_signature_out_of_sight_is_found_however_its_range_is_written(
    name: str, alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    write = RANGES[name]
    layout = Layout(byte_range=lambda text: write(text).ljust(_ROOM))
    data = signed_by_hand(pdf(letter_objects("Contrat")), alice, layout)
    path = tmp_path / "a.pdf"
    path.write_bytes(update(data, {1: b"<< /Type /Catalog /Pages 2 0 R >>"}))
    assert verify_pdf(path, trust, at=now).integrity is Integrity.BROKEN


def test_a_signature_out_of_sight_whose_range_stands_apart_is_found(
    alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    data = signed_by_hand(pdf(letter_objects("Contrat")), alice, Layout(range_apart=True))
    path = tmp_path / "a.pdf"
    path.write_bytes(update(data, {1: b"<< /Type /Catalog /Pages 2 0 R >>"}))
    assert verify_pdf(path, trust, at=now).integrity is Integrity.BROKEN


def test_zeros_written_before_the_signature_do_not_make_the_document_unsigned(
    alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    zeros = b"/Contents <%s> " % (b"00" * 300)
    path = tmp_path / "a.pdf"
    path.write_bytes(signed_by_hand(pdf(letter_objects("Contrat")), alice, Layout(entries=zeros)))
    assert verify_pdf(path, trust, at=now).integrity is Integrity.BROKEN


def test_a_signature_with_a_key_given_twice_is_for_no_reader_to_pass(
    alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    twice = b"/M (D:20261121120000Z) /M (D:20200101120000Z) "
    path.write_bytes(signed_by_hand(pdf(letter_objects("Contrat")), alice, Layout(entries=twice)))
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.INTACT, ExitCode.INDETERMINATE)
