"""An export proves by itself what was done, in which order, and names the first event that does not fit."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto import canonical
from coffre_cli.crypto.keypair import SigningKey
from coffre_cli.crypto.secret import Secret
from coffre_cli.journal.chain import NO_LEAF, Frontier, leaf_hash
from coffre_cli.journal.checkpoint import origin, sign_checkpoint
from coffre_cli.journal.commitments import commitments, disclose
from coffre_cli.journal.event import Line, Operation, actor_id, write_line
from coffre_cli.journal.export import Disclosed, ExportHeader, is_export, verify_export, write_export
from coffre_cli.model import RecordId

EVENTS = 9
VAULT = b"v" * 16
KEY, OTHER_KEY = SigningKey(Secret(b"k" * 32)), SigningKey(Secret(b"o" * 32))
HEADER = ExportHeader(VAULT, KEY.public, origin(VAULT, 1), "2026-11-21T19:23:31Z")
TITLE = disclose("title", "Bail de l'appartement", os.urandom)


def journal() -> tuple[list[bytes], list[str]]:
    """Return lines and the checkpoints after the fourth and the last."""
    lines, notes, leaf, tree = list[bytes](), list[str](), NO_LEAF, Frontier()
    for number in range(1, EVENTS + 1):
        line = Line(
            number=number,
            at=datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=number),
            operation=Operation.DEPOSIT,
            record=RecordId(bytes([number]) * 16),
            actor=actor_id(KEY.public),
            after=leaf,
            body_digest=os.urandom(32),
            commitments=commitments([TITLE] if number == 2 else [], os.urandom),
        )
        lines.append(write_line(line))
        leaf = leaf_hash(lines[-1])
        tree = tree.append([leaf])
        if number in {4, EVENTS}:
            notes.append(sign_checkpoint(HEADER.origin, tree, KEY))
    return lines, notes


LINES, NOTES = journal()
ROWS = list(write_export(HEADER, LINES, [Disclosed(2, TITLE)], NOTES))


def test_a_whole_export_is_intact() -> None:
    verdict = verify_export(b"".join(ROWS))
    assert verdict.intact
    assert (verdict.events, verdict.size, verdict.checkpoints) == (EVENTS, EVENTS, 2)
    assert verdict.root == Frontier().append(map(leaf_hash, LINES)).root()
    assert verdict.log_key == KEY.public


def test_an_export_is_known_by_its_first_line() -> None:
    assert is_export(ROWS[0])
    assert not is_export(ROWS[1])
    assert not is_export(b"%PDF-1.7")


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
def test_a_changed_event_is_named(number: int) -> None:
    changed = ROWS[number].replace(b'"op":"deposit"', b'"op":"destroy"')
    verdict = verify_export(b"".join([*ROWS[:number], changed, *ROWS[number + 1 :]]))
    assert verdict.first_bad == number
    assert verdict.size == number - 1


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
def test_a_removed_event_is_named(number: int) -> None:
    assert verify_export(b"".join([*ROWS[:number], *ROWS[number + 1 :]])).first_bad == number


@pytest.mark.parametrize("number", range(1, EVENTS))
def test_events_that_changed_places_are_named(number: int) -> None:
    swapped = [*ROWS[:number], ROWS[number + 1], ROWS[number], *ROWS[number + 2 :]]
    assert verify_export(b"".join(swapped)).first_bad == number


def test_an_event_that_stands_twice_is_named() -> None:
    assert verify_export(b"".join([*ROWS[:4], *ROWS[3:]])).first_bad == 4


@pytest.mark.parametrize("kept", range(len(ROWS)))
def test_a_cut_export_is_never_intact(kept: int) -> None:
    assert not verify_export(b"".join(ROWS[:kept])).intact
    assert not verify_export(b"".join(ROWS[:kept]) + ROWS[kept][:-1]).intact


def test_events_that_no_checkpoint_covers_are_named() -> None:
    assert verify_export(b"".join(ROWS[:-1])).first_bad == 5


def test_a_disclosure_of_something_else_is_refused() -> None:
    other = disclose("title", "Bail du château", os.urandom)
    for number, disclosure in ((2, other), (3, TITLE), (0, TITLE), (99, TITLE)):
        rows = list(write_export(HEADER, LINES, [Disclosed(number, disclosure)], NOTES))
        assert not verify_export(b"".join(rows)).intact


def test_a_journal_signed_by_another_key_is_refused() -> None:
    tree = Frontier().append(map(leaf_hash, LINES))
    forged = sign_checkpoint(HEADER.origin, tree, OTHER_KEY)
    assert not verify_export(b"".join(write_export(HEADER, LINES, [], [forged]))).intact


@pytest.mark.parametrize(
    "row",
    [
        b"",
        b"{}",
        b"garbage",
        b'{"n":2}',
        b'{"checkpoint":1}',
        b'{"checkpoint":null}',
        b'{"checkpoint":""}',
        b'{"disclosure":1,"n":2}',
        b'{"disclosure":"x","n":"2"}',
        b'{"disclosure":"x","n":true}',
        b'{"disclosure":"\\ud800","n":2}',
        b'{"disclosure":[],"n":2}',
        b'{"after":1}',
        b"[" * 50_000,
    ],
    ids=lambda row: ascii(row[:30]),
)
def test_a_line_of_another_kind_is_refused_and_never_crashes(row: bytes) -> None:
    assert not verify_export(b"".join([*ROWS, row, b"\n"])).intact
    assert not verify_export(b"".join([ROWS[0], row, b"\n", *ROWS[1:]])).intact


def test_a_header_of_another_kind_is_refused() -> None:
    for header in (b"", b"{}", canonical.encode({**HEADER.to_json(), "schema": "coffre.other/1"}), b"\xff"):
        assert verify_export(b"".join([header, b"\n", *ROWS[1:]])).first_bad == 0


def test_an_export_cannot_be_given_another_vaults_name() -> None:
    header = ExportHeader(b"w" * 16, KEY.public, HEADER.origin, HEADER.exported)
    assert not verify_export(b"".join(write_export(header, LINES, [], NOTES))).intact


@given(st.integers(0, len(b"".join(ROWS[1:])) - 1), st.integers(0, 7))
def test_no_bit_after_the_header_can_change(place: int, bit: int) -> None:
    data = bytearray(b"".join(ROWS[1:]))
    data[place] ^= 1 << bit
    assert not verify_export(ROWS[0] + data).intact


@given(st.binary(max_size=300) | st.lists(st.sampled_from(ROWS), max_size=15).map(b"".join))
def test_whatever_is_read_there_is_a_verdict(data: bytes) -> None:
    verdict = verify_export(data)
    assert verdict.size <= max(verdict.events, 0)
    assert verdict.intact or verdict.reason
