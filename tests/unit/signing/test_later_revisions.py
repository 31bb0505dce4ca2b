"""Honest later revisions, as other signing programs write them: none of them may be called a change."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from coffre_cli.errors import ExitCode
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Integrity
from tests.unit.signing.attacks_prepared import prepared_bases
from tests.unit.signing.bases import Base, appearance, bases, signed
from tests.unit.signing.documents import highest_object, letter, stream, update, update_by_stream

Revise = Callable[[Base], bytes]
HONEST: dict[str, tuple[str, Revise]] = {}


def honest(base: str) -> Callable[[Revise], Revise]:
    def register(make: Revise) -> Revise:
        HONEST[make.__name__.replace("_", " ")] = (base, make)
        return make

    return register


def store(first: int) -> dict[int, bytes]:
    """Return a security store: the dictionary, its VRI, a certificate and a list of them."""
    return {
        first: b"<< /Type /DSS /Certs %d 0 R /VRI %d 0 R >>" % (first + 1, first + 2),
        first + 1: b"[%d 0 R]" % (first + 3),
        first + 2: b"<< /0123456789ABCDEF0123456789ABCDEF01234567 << /Cert [%d 0 R] /TU (D:20261121) >> >>"
        % (first + 3),
        first + 3: stream(b"\x30\x03\x02\x01\x05"),
    }


def with_store(base: Base, first: int, extra: bytes = b"") -> bytes:
    return base.edited(1, b"/Pages", b"/DSS %d 0 R %s/Pages" % (first, extra))


@honest("letter")
def validation_data_added(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    return update(base.data, {1: with_store(base, first), **store(first)})


@honest("certified 1")
def validation_data_added_where_nothing_else_is_permitted(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    return update(base.data, {1: with_store(base, first), **store(first)})


@honest("letter")
def validation_data_rewritten_twice_under_the_same_numbers(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    once = update(base.data, {1: with_store(base, first), **store(first)})
    again = store(first)
    again[first + 1] = b"[%d 0 R %d 0 R]" % (first + 3, first + 4)
    return update(once, {**again, first + 4: stream(b"\x30\x03\x02\x01\x06")})


@honest("letter")
def validation_data_with_a_stream_as_cross_reference(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    return update_by_stream(base.data, {1: with_store(base, first), **store(first)}, first + 9)


@honest("letter")
def the_cross_reference_stream_made_again_under_its_number(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    once = update_by_stream(base.data, {1: with_store(base, first), **store(first)}, first + 9)
    again = store(first + 10)
    return update_by_stream(once, {1: with_store(base, first + 10), **again}, first + 9)


@honest("letter")
def extensions_version_and_metadata_changed(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    root = re.sub(
        rb"/Metadata \d+ 0 R", b"/Metadata %d 0 R" % first, base.edited(1, b"/Version /2.0", b"/Version /2.1")
    )
    metadata = stream(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", b"/Type /Metadata /Subtype /XML ")
    return update(base.data, {1: root.replace(b"/ExtensionLevel 1\n", b"/ExtensionLevel 5\n"), first: metadata})


@honest("form")
def the_page_and_the_form_rewritten_with_private_data(base: Base) -> bytes:
    page = base.edited(4, b"/MediaBox", b"/LastModified (D:20261121) /PieceInfo << /X << >> >> /Tabs /S /MediaBox")
    return update(base.data, {4: page, 1: base.edited(1, b"/SigFlags 3", b"/SigFlags 1")})


@honest("form")
def resources_of_the_form_grown(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
    root = base.edited(1, b"/F1 3 0 R", b"/F1 3 0 R /Cour %d 0 R" % first)
    return update(base.data, {1: root, first: font})


@honest("letter")
def free_numbers_freed_again(base: Base) -> bytes:
    return update(base.data, {1: base.object(1)}, freed=[highest_object(base.data) + 3])


@honest("letter")
def the_page_tree_marked_by_itext(base: Base) -> bytes:
    return update(base.data, {2: base.edited(2, b"/Type", b"/ITXT (2.1.7) /Type")})


@honest("form")
def a_field_made_read_only(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/FT", b"/Ff 1 /FT")})


@honest("letter")
def blank_lines_before_the_update(base: Base) -> bytes:
    return update(base.data + b"\n\n\r\n", {1: base.object(1)})


@honest("letter")
def the_program_named_in_a_comment(base: Base) -> bytes:
    return update(base.data + b"%iText-5.5.13\n", {1: base.object(1)})


@honest("letter")
def an_empty_field_added_with_nothing_drawn(base: Base) -> bytes:
    first = highest_object(base.data) + 1
    empty = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 200 50] ")
    field = (
        b"<< /FT /Sig /T (Bailleur) /Type /Annot /Subtype /Widget /Rect [72 100 272 150] /F 4 /P 4 0 R "
        b"/AP << /N %d 0 R >> >>" % (first + 1)
    )
    form = int(re.findall(rb"/AcroForm (\d+) 0 R", base.object(1))[0])
    fields = re.sub(rb"/Fields \[", b"/Fields [%d 0 R " % first, base.object(form))
    page = re.sub(rb"/Annots \[", b"/Annots [%d 0 R " % first, base.object(4))
    return update(base.data, {first: field, first + 1: empty, form: fields, 4: page})


@honest("shared resources")
def a_picture_named_in_resources_that_pages_share(base: Base) -> bytes:
    resources = base.edited(20, b"/Font", b"/XObject << /FRM 90 0 R >> /Encoding << /PDFDocEncoding 91 0 R >> /Font")
    return update(base.data, {20: resources, 90: appearance("Bob"), 91: b"<< /Type /Encoding >>"})


@honest("shared resources")
def a_font_named_in_fonts_that_pages_share(base: Base) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
    return update(base.data, {21: b"<< /F1 3 0 R /Cour 90 0 R >>", 90: font})


@pytest.fixture(scope="module")
def documents(alice: Identity) -> dict[str, Base]:
    return bases(alice) | prepared_bases(alice)


@pytest.mark.parametrize("name", HONEST)
def test_it_is_extended_and_passes(
    name: str, documents: dict[str, Base], tmp_path: Path, trust: Trust, now: datetime
) -> None:
    base, make = HONEST[name]
    path = tmp_path / "a.pdf"
    path.write_bytes(make(documents[base]))
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.EXTENDED, ExitCode.DONE), found


def test_a_signature_after_validation_data_passes_too(
    documents: dict[str, Base], alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(signed(validation_data_added(documents["letter"]), alice, "Signature2"))
    found = verify_pdf(path, trust, at=now)
    assert [one.integrity for one in found.signatures] == [Integrity.EXTENDED, Integrity.INTACT]
    assert found.exit_code is ExitCode.DONE


def test_a_signature_in_another_branch_of_the_form_passes_too(
    alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    once = signed(letter("Contrat"), alice, "dossier.bail.Alice")
    path.write_bytes(signed(once, alice, "dossier.avenant.Alice"))
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.EXTENDED, ExitCode.DONE), found


def test_validation_data_taken_away_again_is_a_change(
    documents: dict[str, Base], tmp_path: Path, trust: Trust, alice: Identity, now: datetime
) -> None:
    base = documents["letter"]
    twice = signed(validation_data_added(base), alice, "Signature2")
    root = Base(twice).object(1)
    without = root[: root.index(b"/DSS")] + root[root.index(b" 0 R", root.index(b"/DSS")) + 4 :]
    path = tmp_path / "a.pdf"
    path.write_bytes(update(twice, {1: without}))
    assert verify_pdf(path, trust, at=now).exit_code is ExitCode.ALTERED
