"""A line is written once and read in one form; a body says to key holders what the line hides."""

from __future__ import annotations

import hashlib
import json
import os
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json, NotCanonicalError
from coffre_cli.journal.commitments import commitments
from coffre_cli.journal.event import (
    Body,
    Line,
    Operation,
    RecordKind,
    actor_id,
    body_context,
    body_digest,
    moment,
    read_body,
    read_line,
    read_moment,
    write_body,
    write_line,
)
from coffre_cli.model import RecordId
from tests.strategies import ids, json_objects, moments, texts

digests = st.binary(min_size=32, max_size=32)
lines = st.builds(
    Line,
    number=st.integers(1, 2**63),
    at=moments(),
    operation=st.sampled_from(Operation),
    record=ids().map(RecordId),
    actor=digests.map(actor_id),
    after=digests,
    body_digest=digests,
    commitments=st.builds(lambda: commitments([], os.urandom)),
)
bodies = st.builds(
    Body,
    record=ids().map(RecordId),
    kind=st.sampled_from(RecordKind),
    state=st.none() | json_objects(),
    facts=json_objects(),
    disclosures=st.lists(texts(), max_size=3).map(tuple),
)
LINE: dict[str, Json] = json.loads(
    write_line(
        Line(
            number=1,
            at=datetime(2026, 11, 21, 19, 23, 31, tzinfo=UTC),
            operation=Operation.DEPOSIT,
            record=RecordId(bytes(16)),
            actor=actor_id(b"a key"),
            after=bytes(32),
            body_digest=hashlib.sha256(b"body").digest(),
            commitments=commitments([], os.urandom),
        )
    )
)


@given(lines)
def test_a_line_is_read_as_it_was_written(line: Line) -> None:
    written = write_line(line)
    assert read_line(written) == line
    assert written.isascii()
    assert b"\n" not in written


@given(bodies)
def test_a_body_is_read_as_it_was_written(body: Body) -> None:
    assert read_body(write_body(body)) == body


def test_a_line_begins_with_its_link_so_that_chains_are_followed_without_parsing() -> None:
    assert canonical.encode(LINE).startswith(b'{"after":"')


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"n": "1"},
        {"n": 0},
        {"n": -1},
        {"n": None},
        {"op": "Deposit"},
        {"op": ""},
        {"op": "deposit\n"},
        {"op": "a" * 41},
        {"at": "2026-11-21T19:23:31+00:00"},
        {"at": "2026-11-21T19:23:31.5Z"},
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "2026-1-1T0:0:0Z"},
        {"at": 0},
        {"by": ""},
        {"by": "ABCDEF0123456789"},
        {"by": "\x1b[31m"},
        {"doc": "0" * 31},
        {"doc": "G" * 32},
        {"after": "AAAA"},
        {"body": "not base64"},
        {"sd": []},
        {"sd": "no list"},
        {"sd": ["short"] * 8},
        {"sd": ["A" * 43] * 9},
        {"sd": ["B" * 43, *["A" * 43] * 7]},
        {"extra": 1},
    ],
    ids=lambda changes: ascii(changes)[:40],
)
def test_a_line_in_any_other_form_is_refused(changes: dict[str, Json]) -> None:
    assert read_line(canonical.encode(LINE)).number == 1
    with pytest.raises(NotCanonicalError):
        read_line(canonical.encode({**LINE, **changes}))


@pytest.mark.parametrize("field", LINE)
def test_a_line_without_one_of_its_fields_is_refused(field: str) -> None:
    with pytest.raises(NotCanonicalError):
        read_line(canonical.encode({name: value for name, value in LINE.items() if name != field}))


@given(lines, st.data())
def test_any_flipped_bit_of_a_line_gives_another_line_or_none(line: Line, data: st.DataObject) -> None:
    written = bytearray(write_line(line))
    written[data.draw(st.integers(0, len(written) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        assert read_line(bytes(written)) != line
    except NotCanonicalError:
        return


@pytest.mark.parametrize(
    "changes", [{"kind": "folder"}, {"kind": 1}, {"record": "00"}, {"facts": None}, {"sd": [1]}, {"state": []}], ids=str
)
def test_a_body_in_any_other_form_is_refused(changes: dict[str, Json]) -> None:
    body = json.loads(write_body(Body(RecordId(bytes(16)), RecordKind.DOCUMENT, {}, {})))
    with pytest.raises(NotCanonicalError):
        read_body(canonical.encode({**body, **changes}))


@given(moments())
def test_moments_are_told_in_utc_to_the_second(at: datetime) -> None:
    elsewhere = at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert read_moment(moment(elsewhere)) == at


def test_a_body_is_bound_to_its_vault_its_record_and_its_number() -> None:
    contexts = {
        body_context(vault, RecordId(record), number)
        for vault in (bytes(16), b"v" * 16)
        for record in (bytes(16), b"r" * 16)
        for number in (1, 2, 2**40)
    }
    assert len(contexts) == 12
    assert len({len(context) for context in contexts}) == 1


def test_digest_and_actor_are_those_of_the_page() -> None:
    assert body_digest(b"sealed") == hashlib.sha256(b"sealed").digest()
    assert actor_id(b"key") == hashlib.sha256(b"key").hexdigest()[:16]


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-21", "2026-11-21T19:23:31", "20261121T192331Z", "2026-11-21 19:23:31Z", "2026-W47-6T19:23:31Z"],
)
def test_a_moment_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text) or "isoformat"):
        read_moment(text)
