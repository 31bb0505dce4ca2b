from __future__ import annotations

import asyncio
import csv
import io
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coffre_cli.errors import ExitCode, FileMissingError
from coffre_cli.signing import limited
from coffre_cli.signing.document import opened
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.limited import verify_each, write_differences
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_at_a_glance, verify_pdf
from coffre_cli.signing.verdict import ChangeKind, Conclusion, Integrity, Verification
from coffre_cli.signing.versions import extract_version
from coffre_cli.worker.limits import Limits
from tests.unit.signing.attacks import ATTACKS
from tests.unit.signing.bases import Base, appearance, bases, form_objects, signed
from tests.unit.signing.documents import highest_object, letter, letter_objects, pdf, update

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
RIGHT = {
    "INTACT": {Integrity.INTACT},
    "INTACT_EXTENDED": {Integrity.EXTENDED},
    "MODIFIED": {Integrity.MODIFIED},
    "BROKEN": {Integrity.BROKEN},
    "UNSIGNED": {Integrity.UNSIGNED},
    "MALFORMED": {Integrity.UNREADABLE, Integrity.BROKEN},
    "INDETERMINATE": {Integrity.INTACT, Integrity.UNSUPPORTED},
}


@pytest.fixture(scope="module")
def documents(alice: Identity) -> dict[str, Base]:
    return bases(alice)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "integrity", "code"),
    [
        ("letter.pdf", letter("Bonjour"), Integrity.UNSIGNED, ExitCode.NOTHING_TO_VERIFY),
        ("form.pdf", pdf(form_objects()), Integrity.UNSIGNED, ExitCode.NOTHING_TO_VERIFY),
        ("note.txt", b"bonjour", Integrity.UNSIGNED, ExitCode.NOTHING_TO_VERIFY),
        ("garbage.pdf", bytes(range(256)) * 9, Integrity.UNREADABLE, ExitCode.UNREADABLE),
        ("header.pdf", b"%PDF-1.7\n" + bytes(99), Integrity.UNREADABLE, ExitCode.UNREADABLE),
        ("cut.pdf", letter("Bonjour")[:300], Integrity.UNREADABLE, ExitCode.UNREADABLE),
        ("empty.pdf", b"", Integrity.UNREADABLE, ExitCode.UNREADABLE),
        ("__init__.py", b"", Integrity.UNSIGNED, ExitCode.NOTHING_TO_VERIFY),
    ],
)
def test_what_carries_no_signature_has_a_verdict_of_its_own(
    name: str, data: bytes, integrity: Integrity, code: ExitCode, tmp_path: Path, now: datetime
) -> None:
    found = verify_pdf(written(tmp_path / name, data), Trust(), at=now)
    assert (found.integrity, found.exit_code) == (integrity, code)


def test_a_small_document_is_read_from_memory_a_large_one_is_not(tmp_path: Path) -> None:
    data = letter("Bonjour")
    for size, in_memory in ((0, True), (5_000_000, False)):
        longer = data + b"%" + bytes(size) + b"\n" + data[data.rindex(b"startxref") :]
        with opened(written(tmp_path / "letter.pdf", longer)) as document:
            assert isinstance(document.reader.stream, io.BytesIO) == in_memory


def test_unsigned_files_are_told_without_any_pdf_library(tmp_path: Path) -> None:
    path = written(tmp_path / "letter.pdf", letter("Bonjour"))
    program = (
        "import sys; from pathlib import Path; from coffre_cli.signing.validation import verify_at_a_glance; "
        "found = verify_at_a_glance(Path(sys.argv[1])); "
        "print(found.integrity, 'pyhanko' in sys.modules, 'asn1crypto' in sys.modules, 'cryptography' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["unsigned", "False", "False", "False"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError):
        verify_pdf(tmp_path / "nothing.pdf", Trust())


def test_an_encrypted_document_needs_its_password(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "secret.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert verify_pdf(path, Trust(), at=now).integrity is Integrity.ENCRYPTED
    assert verify_pdf(path, Trust(), at=now, password="wrong").integrity is Integrity.ENCRYPTED
    assert verify_pdf(path, Trust(), at=now, password="u").integrity is Integrity.UNSIGNED


def test_without_trust_nothing_passes(tmp_path: Path, documents: dict[str, Base], now: datetime) -> None:
    found = verify_pdf(written(tmp_path / "a.pdf", documents["letter"].data), Trust(), at=now)
    assert (found.integrity, found.conclusion) == (Integrity.INTACT, Conclusion.INDETERMINATE)
    assert found.exit_code is ExitCode.INDETERMINATE


def test_a_refilled_field_is_shown_before_and_after(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    base = documents["form"]
    new = highest_object(base.data) + 1
    field = base.edited(10, b"(100)", b"(99 999)").replace(b"/N 11 0 R", b"/N %d 0 R" % new)
    path = written(tmp_path / "a.pdf", update(base.data, {10: field, new: appearance("99 999")}))
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.conclusion) == (Integrity.EXTENDED, Conclusion.INDETERMINATE)
    change = found.signatures[0].changes_after[0]
    assert (change.kind, change.object, change.page) == (ChangeKind.FIELD, "Montant", 1)
    assert (change.before, change.after) == ("100", "99 999")
    assert dict(found.reason.facts)["after"] == "99 999"


def test_a_field_redrawn_as_it_was_is_no_change(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    base = documents["form"]
    same = appearance("100").replace(b"0 g 2 6 Td", b"0 g 2 6 TD")
    found = verify_pdf(written(tmp_path / "a.pdf", update(base.data, {11: same})), trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.EXTENDED, ExitCode.DONE)


def test_objects_rewritten_as_they_were_are_no_change(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    base = documents["letter"]
    objects = {number: base.object(number) for number in (1, 2, 3, 4, 5)}
    found = verify_pdf(written(tmp_path / "a.pdf", update(base.data, objects)), trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.EXTENDED, ExitCode.DONE)


def test_a_line_end_after_the_end_is_no_change(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    found = verify_pdf(written(tmp_path / "a.pdf", documents["letter"].data + b"\r\n"), trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.INTACT, ExitCode.DONE)


def test_a_second_mark_beside_the_text_is_no_attack(
    tmp_path: Path, alice: Identity, trust: Trust, now: datetime
) -> None:
    from coffre_cli.signing.pades import sign_pdf
    from coffre_cli.signing.request import Box, Level, SigningRequest

    path = written(tmp_path / "a.pdf", signed(pdf(letter_objects("Contrat")), alice))
    sign_pdf(path, path, alice, SigningRequest(now, level=Level.B, visible=Box(60, 60, 200, 60)))
    assert verify_pdf(path, trust, at=now).exit_code is ExitCode.DONE


def test_the_signed_version_comes_out_byte_for_byte(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    once = documents["letter"].data
    found = verify_pdf(written(tmp_path / "twice.pdf", documents["twice"].data), trust, at=now)
    extract_version(tmp_path / "twice.pdf", found.signatures[0], tmp_path / "once.pdf")
    assert (tmp_path / "once.pdf").read_bytes() == documents["twice"].data[: found.signatures[0].signed_length]
    assert (tmp_path / "once.pdf").read_bytes() == once


def test_a_folder_is_verified_file_by_file_in_order(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    files = {
        "a.txt": b"bonjour",
        "b.pdf": documents["letter"].data,
        "c.pdf": letter("Bonjour"),
        "d.pdf": documents["letter"].data + b"tail",
        "e.pdf": documents["twice"].data,
        "f.pdf": b"%PDF",
    }
    paths = [written(tmp_path / name, data) for name, data in files.items()]
    found = list(verify_each([*paths, tmp_path / "absent.pdf"], trust, now=now, workers=1))
    verdicts = [one for one in found if isinstance(one, Verification)]
    assert [one.file for one in verdicts] == paths
    assert [one.integrity.value for one in verdicts] == [
        "unsigned", "intact", "unsigned", "modified", "extended", "unreadable",
    ]  # fmt: skip
    assert isinstance(found[-1], FileMissingError)


def test_a_signature_that_cannot_be_read_hides_none_of_the_others(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    base = documents["twice"]
    number, first = base.signature_object, highest_object(base.data) + 1
    endless = base.edited(number, b"/Type /Sig", b"/Reference %d 0 R /Type /Sig" % first)
    path = written(tmp_path / "a.pdf", update(base.data, {number: endless, first: b"%d 0 R" % first}))
    found = verify_pdf(path, trust, at=now)
    assert [one.field for one in found.signatures] == ["Signature1", "Signature2"]
    assert found.signatures[0].signer is not None
    assert found.signatures[1].integrity is Integrity.BROKEN
    assert found.exit_code not in (ExitCode.DONE, ExitCode.UNREADABLE)


def test_a_worker_that_does_not_survive_a_file_is_followed_by_one_that_draws_no_page(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [written(tmp_path / f"{name}.pdf", documents[name].data) for name in ("letter", "twice")]
    monkeypatch.setattr(limited, "LIMITS", Limits(cpu_seconds=30, wall_seconds=0.001, memory_bytes=3 << 30))
    found = list(verify_each(paths, trust, now=now, workers=1))
    assert [one.integrity for one in found if isinstance(one, Verification)] == [Integrity.INTACT, Integrity.EXTENDED]


def test_without_pictures_what_only_they_could_settle_stays_in_doubt(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    same = appearance("100").replace(b"0 g 2 6 Td", b"0 g 2 6 TD")
    path = written(tmp_path / "a.pdf", update(documents["form"].data, {11: same}))
    assert verify_pdf(path, trust, at=now).exit_code is ExitCode.DONE
    assert verify_pdf(path, trust, at=now, pictures=False).exit_code is ExitCode.INDETERMINATE


def test_what_changed_is_drawn(tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime) -> None:
    attack = next(attack for attack in ATTACKS if attack.name == "isa_new_content")
    path = written(tmp_path / "a.pdf", attack.make(documents["letter"]))
    pictures = write_differences(path, verify_pdf(path, trust, at=now), tmp_path / "pictures")
    assert {picture.name.rpartition("-")[2] for picture in pictures} == {"before.png", "after.png", "changes.png"}
    assert all(picture.stat().st_size for picture in pictures)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_before_the_signature_is_noticed(
    data: st.DataObject, tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    base = documents["letter"]
    _, first, second, length = base.ranges[0]
    place = data.draw(st.one_of(st.integers(0, first - 1), st.integers(second, second + length - 1)))
    changed = base.data[:place] + bytes([base.data[place] ^ data.draw(st.integers(1, 255))]) + base.data[place + 1 :]
    assert verify_pdf(written(tmp_path / "a.pdf", changed), trust, at=now).exit_code is not ExitCode.DONE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(min_size=3, max_size=200))
def test_anything_after_the_signature_is_noticed(
    tail: bytes, tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    path = written(tmp_path / "a.pdf", documents["letter"].data + tail)
    assert verify_pdf(path, trust, at=now).exit_code is not ExitCode.DONE


def test_no_beginning_of_a_signed_document_raises(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    whole = documents["form"].data
    for length in range(1, len(whole), 97):
        found = verify_pdf(written(tmp_path / "a.pdf", whole[:length]), trust, at=now)
        assert found.exit_code is not ExitCode.DONE


def test_the_samples_agree_with_their_labels() -> None:
    manifest = SAMPLES / "manifest.tsv"
    if not manifest.exists():
        pytest.skip("no samples beside the repository")
    with manifest.open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "signed"]
    wrong = []
    for row in rows:
        found = verify_pdf(SAMPLES / row["file"], Trust())
        if found.integrity not in RIGHT[row["expect"]] or found.exit_code is ExitCode.DONE:
            wrong.append((row["file"], row["expect"], found.integrity))
    assert not wrong


def test_a_glance_settles_nothing_that_may_be_signed(tmp_path: Path, documents: dict[str, Base]) -> None:
    for name, base in documents.items():
        assert verify_at_a_glance(written(tmp_path / f"{name}.pdf", base.data)) is None


def test_a_verdict_can_be_asked_for_where_an_event_loop_runs(
    tmp_path: Path, documents: dict[str, Base], trust: Trust, now: datetime
) -> None:
    path = written(tmp_path / "a.pdf", documents["letter"].data)

    async def ask() -> Verification:
        return verify_pdf(path, trust, at=now)

    assert asyncio.run(ask()).exit_code is ExitCode.DONE
