"""Cover sheets: what is printed is read again, and nothing else is followed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.canonical import Fields
from coffre_cli.intake.coversheet import Cover, Reading, Sheet, cover_state, judge, new_cover, read_cover, used
from coffre_cli.intake.separate import pieces
from coffre_cli.model import RecordId

TODAY = date(2026, 11, 21)
RECORD = RecordId(bytes(16))


def _cover(**changes: object) -> Cover:
    return replace(new_cover(RECORD, "Maison/Assurance", "Contrat", TODAY, os.urandom), **changes)  # type: ignore[arg-type] # fields of Cover


def test_a_payload_has_25_characters_and_tells_no_folder() -> None:
    cover = _cover()
    assert len(cover.payload) == 25
    assert "Maison" not in cover.payload


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=8, max_size=8))
def test_what_is_printed_is_recognised_whatever_was_drawn(identifier: bytes, token: bytes) -> None:
    cover = _cover(id=identifier, token=token)
    assert judge([cover.payload.lower()], [_cover(), cover], TODAY) == Reading(Sheet.COVER, cover)


@given(st.integers(2, 24), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_payload_with_one_other_character_is_never_followed(position: int, character: str) -> None:
    cover = _cover()
    forged = cover.payload[:position] + character + cover.payload[position + 1 :]
    found = judge([forged], [cover], TODAY)
    assert forged == cover.payload or found is None or found.sheet is Sheet.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "sheet"),
    [
        ({"revoked": True}, Sheet.REVOKED),
        ({"expires": "2026-11-20"}, Sheet.EXPIRED),
        ({"expires": "2026-11-21"}, Sheet.COVER),
        ({"single": True, "used": 1}, Sheet.SPENT),
        ({"single": True}, Sheet.COVER),
        ({"used": 9}, Sheet.COVER),
    ],
)
def test_a_sheet_is_good_for_what_it_was_printed_for(changes: dict[str, object], sheet: Sheet) -> None:
    cover = _cover(**changes)
    found = judge([cover.payload], [cover], TODAY)
    assert found is not None
    assert found.sheet is sheet


@pytest.mark.parametrize("text", ["", "C1", "https://example.org", "3760001234567", "C1" + "U" * 23, "C1" + "0" * 24])
def test_other_symbols_are_no_sheets(text: str) -> None:
    assert judge([text], [_cover()], TODAY) is None


def test_the_separator_of_scanners_parts_documents() -> None:
    assert judge(["PATCH T"], [], TODAY) == Reading(Sheet.SEPARATOR)


def test_a_state_gives_the_cover_back() -> None:
    cover = used(_cover(single=True, expires="2030-01-01"))
    assert read_cover(RECORD, Fields(cover_state(cover), what="cover")) == cover


def test_a_stack_is_split_at_its_sheets_and_loses_no_page_but_them() -> None:
    cover, other = _cover(), _cover(folder="Impôts")
    readings = [
        None,
        Reading(Sheet.COVER, cover),
        None,
        None,
        Reading(Sheet.SEPARATOR),
        None,
        Reading(Sheet.UNKNOWN),
        None,
        Reading(Sheet.COVER, other),
        Reading(Sheet.COVER, cover),
        None,
    ]
    found = pieces(readings)
    assert [piece.pages for piece in found] == [(0,), (2, 3), (5,), (6, 7), (10,)]
    assert [piece.cover for piece in found] == [None, cover, None, None, cover]


@given(st.lists(st.sampled_from([None, Sheet.COVER, Sheet.SEPARATOR, Sheet.UNKNOWN, Sheet.EXPIRED, Sheet.SPENT])))
def test_every_page_that_is_no_followed_sheet_is_kept_once_and_in_order(sheets: list[Sheet | None]) -> None:
    cover = _cover()
    readings = [None if sheet is None else Reading(sheet, cover) for sheet in sheets]
    kept = [page for piece in pieces(readings) for page in piece.pages]
    assert kept == [number for number, sheet in enumerate(sheets) if sheet not in {Sheet.COVER, Sheet.SEPARATOR}]
