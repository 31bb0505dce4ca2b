"""A secret never shows itself by accident."""

from __future__ import annotations

import logging
import traceback
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given

from coffre_cli.crypto.kdf import Argon2Parameters, WrappingKey, derive_key, stretch_password
from coffre_cli.crypto.keypair import SigningKey
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.crypto.stream import StreamSealer
from coffre_cli.model import RecordId
from coffre_cli.store.keys import RecordKey
from coffre_cli.vault.keychain import keychain, payload_of
from tests.strategies import counted_random, texts

CANARY = b"canary-password-canary-password!"


@dataclass(frozen=True)
class Holder:
    secret: Secret


def _holders() -> list[object]:
    secret = Secret(CANARY)
    return [
        secret,
        [secret],
        {"secret": secret},
        Holder(secret),
        WrappingKey(secret, b""),
        RecordKey(RecordId(bytes(16)), 1, secret),
        payload_of(secret, bytes(16)),
        keychain(secret, bytes(16)),
        SigningKey(secret),
        StreamSealer(CANARY, b"", counted_random()),
    ]


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "%s".__mod__, ascii])
def test_no_way_of_showing_a_value_shows_the_secret_in_it(shown: object) -> None:
    assert callable(shown)
    for holder in _holders():
        for spelled in (CANARY.decode(), CANARY.hex(), repr(CANARY)):
            assert spelled not in shown(holder if shown != "%s".__mod__ else (holder,))


def test_a_trace_or_a_log_line_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    def fail(secret: Secret) -> None:
        raise ValueError(secret)

    secret = Secret(CANARY)
    try:
        fail(secret)
    except ValueError as error:
        logging.getLogger("coffre").exception("failed with %s", secret)
        trace = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert CANARY.decode() not in trace + caplog.text


def test_secrets_are_compared_by_value_and_only_with_secrets() -> None:
    assert Secret(CANARY) == Secret(bytes(CANARY))
    assert Secret(CANARY) != Secret(CANARY[:-1])
    assert Secret(CANARY) != CANARY


def test_a_secret_is_no_key_of_a_mapping() -> None:
    with pytest.raises(TypeError):
        hash(Secret(CANARY))


@given(texts())
def test_a_password_is_the_same_however_its_accents_are_composed(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert password_secret(composed) == password_secret(apart) == password_secret(text)


def test_spaces_and_case_of_a_password_count() -> None:
    assert len({password_secret(text).reveal() for text in ("secret", "Secret", " secret", "secret ")}) == 4


QUICK = Argon2Parameters(memory_kib=8, iterations=1, lanes=1)


def test_a_key_depends_on_everything_it_is_derived_from() -> None:
    keys = [
        stretch_password(Secret(b"one"), bytes(16), QUICK, b"vault and slot"),
        stretch_password(Secret(b"two"), bytes(16), QUICK, b"vault and slot"),
        stretch_password(Secret(b"one"), b"s" * 16, QUICK, b"vault and slot"),
        stretch_password(Secret(b"one"), bytes(16), Argon2Parameters(8, 2, 1), b"vault and slot"),
        stretch_password(Secret(b"one"), bytes(16), Argon2Parameters(16, 1, 1), b"vault and slot"),
        stretch_password(Secret(b"one"), bytes(16), QUICK, b"vault and another slot"),
    ]
    assert len({key.key.reveal() for key in keys} | {key.commitment for key in keys}) == 12


def test_each_key_of_the_tree_is_another() -> None:
    labels = [derive_key(Secret(CANARY), label, bytes(16)).reveal() for label in ("log", "keys", "index", "sign")]
    other = [derive_key(Secret(CANARY), label, b"v" * 16).reveal() for label in ("log", "keys", "index", "sign")]
    assert len({*labels, *other, CANARY}) == 9
