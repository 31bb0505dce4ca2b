"""A commitment hides until its disclosure is shown, and then it cannot have meant anything else."""

from __future__ import annotations

import base64
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json
from coffre_cli.journal.commitments import (
    COMMITMENTS_PER_EVENT,
    Disclosed,
    commitment,
    commitments,
    disclose,
    disclosed,
    disclosures,
)
from tests.strategies import json_values, texts


def spelled(value: object) -> str:
    """Return *value* in the clothes of a disclosure."""
    data = value if isinstance(value, bytes) else canonical.encode(value)  # type: ignore[arg-type] # hostile on purpose
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(texts(), json_values())
def test_a_disclosure_tells_what_was_committed_to(name: str, value: Json) -> None:
    shown = disclose(name, value, os.urandom)
    assert disclosed(shown) == Disclosed(name, value)
    assert commitment(shown) in commitments([shown], os.urandom)


@given(json_values())
def test_the_same_fact_never_gives_the_same_commitment(value: Json) -> None:
    assert len({commitment(disclose("title", value, os.urandom)) for _ in range(5)}) == 5


@given(st.integers(0, COMMITMENTS_PER_EVENT))
def test_a_line_does_not_tell_how_much_it_hides(hidden: int) -> None:
    shown = disclosures({f"fact {number}": number for number in range(hidden)}, os.urandom)
    found = commitments(shown, os.urandom)
    assert len(found) == len(set(found)) == COMMITMENTS_PER_EVENT
    assert list(found) == sorted(found)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", one) for one in found)
    assert {commitment(one) for one in shown} <= set(found)


def test_more_facts_than_there_is_room_for_is_a_mistake_of_the_program() -> None:
    shown = disclosures({str(number): number for number in range(COMMITMENTS_PER_EVENT + 1)}, os.urandom)
    with pytest.raises(ValueError, match="-1"):
        commitments(shown, os.urandom)


@given(texts(), json_values(), st.data())
def test_a_changed_disclosure_answers_to_no_commitment(name: str, value: Json, data: st.DataObject) -> None:
    shown = disclose(name, value, os.urandom)
    place = data.draw(st.integers(0, len(shown) - 1))
    changed = shown[:place] + data.draw(st.sampled_from("AZaz09-_*é")) + shown[place + 1 :]
    if changed != shown:
        assert commitment(changed) != commitment(shown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "é",
        "\ud800",
        "not a disclosure",
        spelled({"salt": 1, "name": 2, "value": 3}),
        spelled("abc"),
        spelled(["salt", "name"]),
        spelled(["salt", "name", "value", "more"]),
        spelled([1, "name", "value"]),
        spelled(["salt", 2, "value"]),
        spelled(b'["salt", "name", "value"]'),
        spelled(b'["salt","name",1.5]'),
        spelled(b'["salt","name","\\ud800"]'),
        spelled(b"[" * 100_000),
        spelled(["salt", "name", "value"]) + "=",
        spelled(["salt", "name", "value"]) + "\n",
        "*" + spelled(["salt", "name", "value"]),
    ],
    ids=lambda text: ascii(text[:12] + text[-12:]),
)
def test_what_is_no_disclosure_says_nothing(text: str) -> None:
    assert disclosed(text) is None
