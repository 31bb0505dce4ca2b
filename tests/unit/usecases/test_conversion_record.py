"""How an archive rendition was made is kept with the document, committed, and stays through later changes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.convert.model import Ocr
from coffre_cli.crypto import canonical
from coffre_cli.model import Control, ConversionRecord, RenditionKind
from coffre_cli.usecases.conversion import converting
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.find import show
from coffre_cli.usecases.intake import Wishes, inputs
from coffre_cli.usecases.journal import list_events
from coffre_cli.usecases.organise import rename
from coffre_cli.vault.conversions import conversion_state, read_conversion
from coffre_cli.vault.records import document_state
from coffre_cli.vault.session import Vault
from tests.unit.convert.locks import locked_pdf, locked_zip
from tests.unit.convert.test_hostile import text_pdf
from tests.unit.usecases.conftest import House
from tests.unit.usecases.given import deposited, file

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)


@given(
    st.builds(
        ConversionRecord,
        route=texts,
        routes_refused=pairs,
        tools=pairs,
        pages_in=st.integers(0, 5000),
        fonts=pairs,
        glyphs_missing=st.lists(texts, max_size=3).map(tuple),
        visual_score=st.none() | st.integers(0, 10_000).map(lambda parts: parts / 10_000),
        ocr_languages=st.lists(texts, max_size=2).map(tuple),
        seconds=st.integers(0, 100_000).map(lambda milliseconds: milliseconds / 1000),
        sandboxed=st.booleans(),
        controls=st.lists(st.builds(Control, texts, st.booleans(), texts), max_size=3).map(tuple),
    )
)
def test_a_record_is_read_as_it_was_written(record: ConversionRecord) -> None:
    state = canonical.decode(canonical.encode(conversion_state(record)), what="conversion")
    assert read_conversion(canonical.Fields(state, what="conversion")) == record


def test_it_names_the_digests_pages_validator_and_tools(vault: Vault, tmp_path: Path) -> None:
    document = deposited(vault, file(tmp_path, "note.txt", "Bonjour"), Wishes(ocr=Ocr.NEVER))
    made, archive = document.conversion, document.rendition(RenditionKind.ARCHIVE)
    assert made is not None
    assert archive is not None
    assert (made.source_sha256, made.archive_sha256) == (document.source.sha256.hex(), archive.sha256.hex())
    assert (made.route, made.pages_out, made.verdict, made.ocr) == ("typst", 1, "pass", "never")
    assert made.validator.startswith("pikepdf.pdfa ")
    assert all(version for _name, version in made.tools)


def test_it_is_there_after_the_vault_was_closed_and_folded_anew(house: House, vault: Vault, tmp_path: Path) -> None:
    document = deposited(vault, file(tmp_path, "note.txt", "Bonjour"), Wishes())
    rename(vault, document.id.hex(), "Autre titre")
    vault.close()
    house.located().layout.index.unlink()
    with_another = house.open()
    found, _events = show(with_another, "Autre titre")
    with_another.close()
    assert found.conversion == document.conversion


def test_the_journal_line_commits_to_it(vault: Vault, tmp_path: Path) -> None:
    document = deposited(vault, file(tmp_path, "note.txt", "Bonjour"), Wishes())
    assert document.conversion is not None
    (event,) = list_events(vault, name=None, operation="convert", since=None)
    digest = sha256(canonical.encode(conversion_state(document.conversion))).hexdigest()
    assert dict(event.told)["conversion"] == f"sha256:{digest}"


def test_converting_again_keeps_a_record_and_the_way_words_were_to_be_read(vault: Vault, tmp_path: Path) -> None:
    document = deposited(vault, file(tmp_path, "note.txt", "Bonjour"), Wishes(ocr=Ocr.NEVER))
    with converting(vault) as again:
        after = again(document.id.hex())
    assert after.conversion is not None
    assert document.conversion is not None
    assert after.conversion.ocr == "never"
    assert after.conversion.source_sha256 == document.conversion.source_sha256


def test_a_locked_document_is_kept_says_so_and_opens_with_its_password_later(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "releve.pdf"
    path.write_bytes(locked_pdf(text_pdf(), "secret"))
    document = deposited(vault, path, Wishes())
    assert document.lacks_archive
    assert "protected by a password" in document.remarks[0].message
    with converting(vault, password="secret") as again:
        after = again(document.id.hex())
    assert not after.lacks_archive
    before, now = document.rendition(RenditionKind.ORIGINAL), after.rendition(RenditionKind.ORIGINAL)
    assert before is not None
    assert now is not None
    assert (now.blob, now.sha256) == (before.blob, before.sha256)
    assert any("not protected" in remark.message for remark in after.remarks)


@pytest.mark.parametrize("name", ["releve.pdf", "archive.zip"])
def test_a_password_is_never_kept(vault: Vault, tmp_path: Path, name: str) -> None:
    secret = "mot-de-passe-unique"
    path = tmp_path / name
    path.write_bytes(
        locked_pdf(text_pdf(), secret) if name.endswith("pdf") else locked_zip("a.txt", b"bonjour", secret)
    )
    outcomes = list(deposit(vault, inputs([path], ""), Wishes(password=secret)))
    documents = [outcome.document for outcome in outcomes if outcome.document is not None]
    assert not documents[0].lacks_archive
    told = [event.told for event in list_events(vault, name=None, operation=None, since=None)]
    assert secret not in repr((told, [canonical.encode(document_state(document)) for document in documents]))
