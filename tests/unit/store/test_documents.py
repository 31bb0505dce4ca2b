"""Documents are listed, named and counted as people expect; rows follow the newest state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.crypto.secret import Secret
from coffre_cli.model import Document, RecordId, Rendition, RenditionKind, Sha256, Source
from coffre_cli.store import bulk, documents, events
from coffre_cli.store.documents import Filter
from coffre_cli.store.events import IndexedEvent
from coffre_cli.store.index import Index, create_index
from coffre_cli.store.keys import PackId, RecordKey


def paper(number: int, title: str, folder: str = "", tags: tuple[str, ...] = (), size: int = 10) -> Document:
    digest = Sha256(bytes([number]) * 32)
    return Document(
        id=RecordId(bytes([0xAB, number]) * 8),
        title=title,
        folder=folder,
        tags=tags,
        date=None,
        added=datetime(2026, 11, number, tzinfo=UTC),
        source=Source(f"{title}.tif", "image/tiff", size, digest),
        renditions=(Rendition(RenditionKind.ORIGINAL, bytes([number]) * 16, "image/tiff", size, digest),),
    )


PAPERS = [
    paper(1, "bail", "Maison", ("urgent",), 300),
    paper(2, "Facture", "Maison/Énergie", ("urgent", "edf"), 100),
    paper(3, "Acte", "MaisonNeuve", (), 200),
    paper(4, "Notes_50%", "", ("_%",), 50),
]

TOUCHED = ("document", "document_tag", "blob", "words")


def put(index: Index, document: Document) -> None:
    events.put_state(index, document.id, "document", 1, document.title.encode())
    documents.put_document(index, document, "words")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index of a few papers."""
    index = create_index(tmp_path / "index.db", Secret(b"k" * 32), b"v" * 16)
    for document in PAPERS:
        put(index, document)
    yield index
    index.close()


def listed(index: Index, wanted: Filter) -> list[str]:
    return [one.state.decode() for one in events.states_of(index, documents.listed(index, wanted))]


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Filter(), ["Notes_50%", "Acte", "Facture", "bail"]),
        (Filter(newest_first=False), ["bail", "Facture", "Acte", "Notes_50%"]),
        (Filter(sort="title", newest_first=False), ["Acte", "bail", "Facture", "Notes_50%"]),
        (Filter(sort="size", newest_first=False), ["Notes_50%", "Facture", "Acte", "bail"]),
        (Filter(folder="Maison"), ["Facture", "bail"]),
        (Filter(folder="Maison/Énergie"), ["Facture"]),
        (Filter(folder="Mais"), []),
        (Filter(folder="M%"), []),
        (Filter(folder="Maiso_"), []),
        (Filter(tag="urgent"), ["Facture", "bail"]),
        (Filter(tag="%"), []),
        (Filter(tag="urgent", folder="Maison/Énergie"), ["Facture"]),
        (Filter(since="2026-11-03"), ["Notes_50%", "Acte"]),
        (Filter(since="2027-01-01"), []),
        (Filter(folder="'; DROP TABLE document; --"), []),
    ],
)
def test_a_list_holds_what_was_asked_for(index: Index, wanted: Filter, titles: list[str]) -> None:
    assert listed(index, wanted) == titles


@pytest.mark.parametrize(
    ("prefix", "found"), [("ab", 4), ("AB", 4), ("ab01", 1), ("ab01ab01", 1), ("ac", 0), ("ab" * 17, 0)]
)
def test_the_beginning_of_an_id_names_documents(index: Index, prefix: str, found: int) -> None:
    assert len(documents.find_by_prefix(index, prefix)) == found


@pytest.mark.parametrize("prefix", ["%", "_", "a_", "ab%", "'"])
def test_no_sign_stands_for_any_digit(index: Index, prefix: str) -> None:
    assert documents.find_by_prefix(index, prefix) == []


def test_titles_are_exact_and_composed(index: Index) -> None:
    put(index, paper(5, "Échéancier"))
    assert documents.find_by_title(index, "E\u0301che\u0301ancier") == [paper(5, "Échéancier").id]
    assert documents.find_by_title(index, "échéancier") == documents.find_by_title(index, "Éch%") == []
    assert documents.find_by_source_name(index, "bail.tif") == [PAPERS[0].id]


def test_the_same_bytes_are_recognised_by_size_and_then_by_digest(index: Index) -> None:
    assert documents.has_size(index, 300)
    assert not documents.has_size(index, 301)
    digest, unknown = PAPERS[0].source.sha256, Sha256(bytes(32))
    assert documents.find_by_digests(index, [digest, unknown]) == {digest: PAPERS[0].id}
    assert documents.find_by_digests(index, []) == {}


def test_rows_follow_the_newest_state(index: Index) -> None:
    put(index, replace(PAPERS[0], folder="Archives", tags=("classé",), title="Bail résilié"))
    assert listed(index, Filter(folder="Archives")) == ["Bail résilié"]
    assert listed(index, Filter(tag="urgent")) == ["Facture"]
    assert documents.count(index) == 4
    assert documents.folders(index) == [("", 1), ("Archives", 1), ("Maison/Énergie", 1), ("MaisonNeuve", 1)]
    assert documents.occupancy(index) == 650


def test_a_record_that_is_forgotten_leaves_nothing_but_its_line(index: Index) -> None:
    record, pack = PAPERS[0].id, PackId(b"p" * 16)
    events.put_event(index, IndexedEvent(1, "2026", "deposit", record, b"line", b"sealed", 0))
    events.put_event(index, IndexedEvent(2, "2026", "destroy", record, b"line", b"sealed", 0))
    events.put_keys(index, pack, [RecordKey(record, 1, Secret(b"k" * 32))])
    documents.forget_document(index, record)
    events.forget_record(index, record)
    assert events.state(index, record) is None
    assert events.record_key(index, record) is None
    assert [event.sealed_body for event in events.events_of(index, record)] == [None, b"sealed"]
    assert events.pending(index, events.PACKS) == [pack]
    assert events.is_destroyed(index, record)
    assert documents.count(index) == 3


def test_the_newest_key_of_a_record_wins_whatever_the_order_of_the_packs(index: Index) -> None:
    record = PAPERS[0].id
    keys = [RecordKey(record, number, Secret(bytes([number]) * 32)) for number in (5, 9, 7)]
    for number, key in enumerate(keys):
        events.put_keys(index, PackId(bytes([number]) * 16), [key])
    assert events.record_key(index, record) == keys[1]
    assert len(events.packs_of(index, [record])) == 3
    events.forget_packs(index, [PackId(bytes(16))])
    assert events.known_packs(index) == {bytes([1]) * 16, bytes([2]) * 16}


def test_new_documents_written_at_once_give_the_rows_of_one_by_one(tmp_path: Path) -> None:
    rows = []
    for name in ("one by one", "at once"):
        index = create_index(tmp_path / name, Secret(b"k" * 32), b"v" * 16)
        documents.put_document(index, paper(9, "there before"), "already")
        if name == "at once":
            bulk.put_documents(index, bulk.next_number(index), [(document, "words") for document in PAPERS])
        else:
            for document in PAPERS:
                documents.put_document(index, document, "words")
        found = [index.rows("SELECT rowid FROM words_fts WHERE words_fts MATCH 'words' ORDER BY rowid")]
        rows.append(found + [index.rows(f"SELECT * FROM {table}") for table in TOUCHED])  # noqa: S608 - names from here
        index.close()
    assert rows[0] == rows[1]
    assert len(rows[0][0]) == len(PAPERS)
