"""People find what they kept: accents and case do not matter, and nothing they type is taken for a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto import canonical
from coffre_cli.crypto.secret import Secret
from coffre_cli.model import Document, RecordId, Rendition, RenditionKind, Sha256, Source
from coffre_cli.store import documents, events
from coffre_cli.store.index import Index, create_index
from coffre_cli.store.search import MARK_END, MARK_START, NEWEST_MATCHES, match_query, search
from tests.strategies import texts, words

PAPERS = {
    "Bail de l'appartement": ("Maison", ("location",), "Le preneur versera un loyer de 840 euros à échéance."),
    "Facture d'électricité": ("Maison/Énergie", ("edf",), "Période : octobre. Consommation : 320 kWh. N° 2026-117"),
    "Quittance de loyer": ("Maison", (), "Reçu la somme de 840 euros pour le loyer d'octobre."),
    "Œuvres & cœur": ("Santé", (), "Échographie du cœur, straße, naïveté, Ångström"),
    "100% *vrai*": ("Divers", (), 'title:bail AND NOT "loyer" NEAR(un deux) C++ foo_bar a-b'),
}


def document(number: int, title: str) -> Document:
    folder, tags, _ = PAPERS[title]
    digest = Sha256(bytes([number]) * 32)
    rendition = Rendition(RenditionKind.ORIGINAL, bytes([number]) * 16, "text/plain", 10, digest)
    return Document(
        id=RecordId(bytes([number]) * 16),
        title=title,
        folder=folder,
        tags=tags,
        date="2026-10-05",
        added=datetime(2026, 11, number, tzinfo=UTC),
        source=Source(f"scan-{number}.tif", "image/tiff", 10, digest),
        renditions=(rendition,),
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of a few papers."""
    index = create_index(tmp_path_factory.mktemp("index") / "index.db", Secret(b"k" * 32), b"v" * 16)
    for number, title in enumerate(PAPERS, 1):
        paper = document(number, title)
        events.put_state(index, paper.id, "document", number, canonical.encode({"title": title}))
        documents.put_document(index, paper, PAPERS[title][2])
    yield index
    index.close()


def found(index: Index, typed: str) -> list[str]:
    titles = list(PAPERS)
    return sorted(titles[hit.record[0] - 1] for hit in search(index, typed, 50).hits)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("loyer", ["100% *vrai*", "Bail de l'appartement", "Quittance de loyer"]),
        ("LOYER", ["100% *vrai*", "Bail de l'appartement", "Quittance de loyer"]),
        ("électricité", ["Facture d'électricité"]),
        ("electricite", ["Facture d'électricité"]),
        ("ÉLECTRICITÉ", ["Facture d'électricité"]),
        ("e\u0301lectricite\u0301", ["Facture d'électricité"]),
        ("echeance", ["Bail de l'appartement"]),
        ("naivete angstrom", ["Œuvres & cœur"]),
        ("élec", ["Facture d'électricité"]),
        ("quit", ["Quittance de loyer"]),
        ("elec fact", []),
        ("loyer octobre", ["Quittance de loyer"]),
        ("octobre loyer", ["Quittance de loyer"]),
        ('"loyer de 840"', ["Bail de l'appartement"]),
        ('"840 euros" octobre', ["Quittance de loyer"]),
        ('"euros 840"', []),
        ('"loye"', []),
        ("l'appartement", ["Bail de l'appartement"]),
        ("d'élec", ["Facture d'électricité"]),
        ("énergie", ["Facture d'électricité"]),
        ("edf", ["Facture d'électricité"]),
        ("scan-3.tif", ["Quittance de loyer"]),
        ("2026-10-05 bail", ["100% *vrai*", "Bail de l'appartement"]),
        ("2026-117", ["Facture d'électricité"]),
        ("absent", []),
        ("loyer absent", []),
    ],
)
def test_words_find_their_papers(index: Index, typed: str, titles: list[str]) -> None:
    assert found(index, typed) == titles


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        '"',
        '""',
        '"""',
        "*",
        "**",
        "'",
        "-",
        "^",
        "()",
        "(",
        ":",
        "+",
        "&",
        "_",
        '"_"',
        "\0",
        "…",
        "$",
        "\\",
    ],
)
def test_signs_alone_find_nothing_and_break_nothing(index: Index, typed: str) -> None:
    assert found(index, typed) == []


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("title:bail", ["100% *vrai*"]),
        ("NOT loyer", ["100% *vrai*"]),
        ("NEAR(un deux)", ["100% *vrai*"]),
        ("AND", ["100% *vrai*"]),
        ("bail OR quittance", []),
        ("loyer*", ["100% *vrai*", "Bail de l'appartement", "Quittance de loyer"]),
        ("*vrai*", ["100% *vrai*"]),
        ("100%", ["100% *vrai*"]),
        ("C++ foo", ["100% *vrai*"]),
        ("foo_bar", ["100% *vrai*"]),
        ("a-b", ["100% *vrai*"]),
        ("quittance -", ["Quittance de loyer"]),
        ("- quittance", ["Quittance de loyer"]),
        ("_ quittance", ["Quittance de loyer"]),
        ("quittance _", ["Quittance de loyer"]),
        ('quittance "', ["Quittance de loyer"]),
        ('"quittance', ["Quittance de loyer"]),
        ('"" quittance', ["Quittance de loyer"]),
        ('"…" quittance', ["Quittance de loyer"]),
        ("quittance\0", ["Quittance de loyer"]),
        ("qui\0ttance", []),
        ('loyer"octobre', ["Quittance de loyer"]),
        ("quittance; DROP TABLE words", []),
        ("^quittance", ["Quittance de loyer"]),
        ("{title} : quittance", []),
        ("\ud800 quittance", ["Quittance de loyer"]),
        ("quittance\udcff", ["Quittance de loyer"]),
        ('"840 euros" -', ["Bail de l'appartement", "Quittance de loyer"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_operators_are_words_like_any_other(index: Index, typed: str, titles: list[str]) -> None:
    assert found(index, typed) == titles


@given(texts(40) | st.text(st.sampled_from("abé\"*:-+^(){}'\\ \0\nANDORTNE_,."), max_size=25))
def test_whatever_is_typed_a_search_answers(index: Index, typed: str) -> None:
    assert set(found(index, typed)) <= set(PAPERS)


@given(st.lists(words(), min_size=1, max_size=4))
def test_every_word_is_wanted_and_only_the_last_may_be_a_beginning(typed: list[str]) -> None:
    whole, beginning = match_query(" ".join(typed))
    assert whole == " ".join(f'"{word}"' for word in typed)
    assert beginning == f"{whole}*"


def test_whole_words_come_first_and_beginnings_when_there_is_room(index: Index) -> None:
    papers = {1: "jardin", 2: "jardinier", 3: "jardin et jardinier"}
    made = [document(number, title) for number, title in enumerate(list(PAPERS)[: len(papers)], 1)]
    for paper, words_ in zip(made, papers.values(), strict=True):
        documents.put_document(index, paper, words_)
    try:
        assert {hit.record[0] for hit in search(index, "jardin", 2).hits} == {1, 3}
        assert {hit.record[0] for hit in search(index, "jardin", 3).hits} == {1, 2, 3}
    finally:
        for paper in made:
            documents.put_document(index, paper, PAPERS[paper.title][2])


def test_of_a_word_that_is_everywhere_the_newest_are_ranked_and_that_is_told(tmp_path: Path) -> None:
    index = create_index(tmp_path / "index.db", Secret(b"k" * 32), b"v" * 16)

    def deposit(number: int) -> None:
        record = RecordId(number.to_bytes(16, "big"))
        events.put_state(index, record, "document", number, b"{}")
        index.run("INSERT INTO words(number, record, title, labels, text) VALUES (?,?,'','','fin')", (number, record))
        index.run("INSERT INTO words_fts(rowid, title, labels, text) VALUES (?,'','','fin')", (number,))

    with index.transaction():
        for number in range(1, NEWEST_MATCHES + 1):
            deposit(number)
    assert not search(index, "fin", 10).cut
    deposit(NEWEST_MATCHES + 1)
    matches = search(index, "fin", 2 * NEWEST_MATCHES)
    index.close()
    assert matches.cut
    assert len(matches.hits) == NEWEST_MATCHES
    assert 1 not in {int.from_bytes(hit.record, "big") for hit in matches.hits}  # the oldest


def test_the_words_found_are_marked_in_their_sentence(index: Index) -> None:
    (hit,) = search(index, "echeance", 10).hits
    assert f"{MARK_START}échéance{MARK_END}" in hit.snippet


def test_no_more_is_found_than_was_asked_for(index: Index) -> None:
    assert len(search(index, "loyer", 2).hits) == 2


def test_a_title_counts_more_than_the_text(index: Index) -> None:
    first = search(index, "loyer", 10).hits[0]
    assert list(PAPERS)[first.record[0] - 1] == "Quittance de loyer"


def test_a_deleted_document_is_found_no_more(tmp_path: Path) -> None:
    index = create_index(tmp_path / "index.db", Secret(os.urandom(32)), b"v" * 16)
    paper = document(1, "Bail de l'appartement")
    events.put_state(index, paper.id, "document", 1, b"{}")
    documents.put_document(index, paper, "canary canari")
    documents.put_document(index, paper, None)  # renamed or moved: its text stays
    assert [hit.record for hit in search(index, "canary", 5).hits] == [paper.id]
    documents.forget_document(index, paper.id)
    events.forget_record(index, paper.id)
    assert search(index, "canary", 5).hits == ()
    assert documents.count(index) == 0
    for table in ("words_fts_data", "words", "document", "document_tag", "blob", "record"):
        assert b"canar" not in repr(index.rows(f"SELECT * FROM {table}")).encode()  # noqa: S608 - names from this line
    index.close()
