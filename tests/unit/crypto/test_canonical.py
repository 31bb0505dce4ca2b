"""One value has one spelling, and no other is read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json, NotCanonicalError
from tests.strategies import json_objects


@given(json_objects())
def test_what_is_written_is_read_as_it_was(value: dict[str, Json]) -> None:
    assert canonical.decode(canonical.encode(value), what="a thing") == value


@given(json_objects())
def test_any_other_spelling_is_refused(value: dict[str, Json]) -> None:
    for other in (
        json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1),
        json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")),
        json.dumps(dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":")),
    ):
        if other.encode() != canonical.encode(value):
            with pytest.raises(NotCanonicalError):
                canonical.decode(other.encode(), what="a thing")


@pytest.mark.parametrize(
    "spelled",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}\n",
        b" {}",
        b'{"a":1.5}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"\\udc00":1}',
        b'{"a":"\x80"}',
        b'{"a":"\t"}',
        b"\xef\xbb\xbf{}",
        b"{\x00}\x00",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_nothing_but_the_canonical_spelling_of_an_object_is_read(spelled: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        canonical.decode(spelled, what="a thing")


@given(st.binary(max_size=64))
def test_no_bytes_make_reading_fail_otherwise(data: bytes) -> None:
    try:
        value = canonical.decode(data, what="a thing")
    except NotCanonicalError:
        return
    assert canonical.encode(value) == data


@pytest.mark.parametrize("text", ["AA==", "AAE=", "AAEC"])
def test_base64_is_read_with_its_padding(text: str) -> None:
    assert len(Fields({"a": text}, what="it").binary("a")) == {"AA==": 1, "AAE=": 2, "AAEC": 3}[text]


@pytest.mark.parametrize("text", ["AA", "AB==", "A A==", "AA==\n", "AA==AA==", "AA=-", "é", "="])
def test_base64_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        Fields({"a": text}, what="it").binary("a")


@pytest.mark.parametrize("text", ["AB", "a", "0x", " ab", "ab ", "a b0", "٠٠"])
def test_hexadecimal_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        Fields({"a": text}, what="it").hexadecimal("a")


def test_a_field_of_the_wrong_type_is_an_alteration_and_not_a_crash() -> None:
    fields = Fields({"text": 1, "integer": True, "boolean": 0, "mapping": [], "items": {}, "texts": [1]}, what="it")
    reads: list[Callable[[], object]] = [
        lambda: fields.text("text"),
        lambda: fields.optional_text("text"),
        lambda: fields.integer("integer"),
        lambda: fields.boolean("boolean"),
        lambda: fields.mapping("mapping"),
        lambda: fields.fields("mapping"),
        lambda: fields.items("items"),
        lambda: fields.texts("texts"),
        lambda: fields.objects("texts"),
        lambda: fields.binary("text"),
        lambda: fields.hexadecimal("missing"),
    ]
    for read in reads:
        with pytest.raises(NotCanonicalError):
            read()


def test_a_size_that_was_asked_for_is_required() -> None:
    fields = Fields({"hex": "00" * 16, "b64": canonical.b64(bytes(16))}, what="it")
    assert fields.hexadecimal("hex", 16) == fields.binary("b64", 16) == bytes(16)
    with pytest.raises(NotCanonicalError):
        fields.hexadecimal("hex", 32)
    with pytest.raises(NotCanonicalError):
        fields.binary("b64", 15)
