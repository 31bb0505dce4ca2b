"""A slot opens with its secret, tells damage from a wrong secret, and never asks for absurd work."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffre_cli.access.errors import SlotDamagedError
from coffre_cli.access.recovery import new_code
from coffre_cli.access.slots import (
    NewSlot,
    Payload,
    Slot,
    SlotKind,
    make_slot,
    open_slot,
    payload_from_json,
    payload_json,
    read_slot,
    write_slot,
)
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import NotCanonicalError
from coffre_cli.crypto.errors import ForgedParametersError
from coffre_cli.crypto.kdf import Argon2Parameters
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.vault.keychain import payload_of

VAULT = b"v" * 16
PAYLOAD = payload_of(Secret(b"m" * 32), VAULT)
QUICK = Argon2Parameters(memory_kib=8, iterations=1, lanes=1)
PASSWORD = password_secret("un mot de passe")
CODE = new_code(os.urandom)
CREATED = "2026-11-21T19:23:31Z"


def made(kind: SlotKind) -> Slot:
    new = NewSlot(kind, PASSWORD, VAULT, QUICK) if kind is SlotKind.PASSWORD else NewSlot(kind, CODE, VAULT)
    return make_slot(new, PAYLOAD, created=CREATED, random=os.urandom)


SLOTS = {kind: made(kind) for kind in SlotKind}
SECRETS = {SlotKind.PASSWORD: PASSWORD, SlotKind.RECOVERY: CODE}


@pytest.mark.parametrize("kind", SlotKind)
def test_a_slot_gives_its_payload_to_its_secret(kind: SlotKind) -> None:
    slot = read_slot(write_slot(SLOTS[kind]), name=SLOTS[kind].id.hex())
    assert slot == SLOTS[kind]
    assert open_slot(slot, SECRETS[kind]) == PAYLOAD


@pytest.mark.parametrize("kind", SlotKind)
def test_a_slot_gives_nothing_to_another_secret(kind: SlotKind) -> None:
    assert open_slot(SLOTS[kind], password_secret("un autre mot de passe")) is None
    assert open_slot(SLOTS[kind], Secret(b"")) is None


def test_two_slots_of_the_same_secret_have_nothing_in_common() -> None:
    one, other = made(SlotKind.PASSWORD), made(SlotKind.PASSWORD)
    assert one.id != other.id
    assert one.salt != other.salt
    assert one.commitment != other.commitment
    assert one.payload[56:] != other.payload[56:]


@pytest.mark.parametrize("kind", SlotKind)
@given(data=st.data())
@settings(max_examples=300)
def test_any_flipped_bit_is_damage_and_never_a_wrong_password(kind: SlotKind, data: st.DataObject) -> None:
    written = bytearray(write_slot(SLOTS[kind]))
    written[data.draw(st.integers(0, len(written) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((SlotDamagedError, ForgedParametersError)):
        read_slot(bytes(written), name=SLOTS[kind].id.hex())


@given(st.integers(0, len(write_slot(SLOTS[SlotKind.PASSWORD])) - 1))
def test_any_cut_is_damage(end: int) -> None:
    slot = SLOTS[SlotKind.PASSWORD]
    with pytest.raises(SlotDamagedError):
        read_slot(write_slot(slot)[:end], name=slot.id.hex())


def test_a_slot_under_another_name_is_damage() -> None:
    with pytest.raises(SlotDamagedError):
        read_slot(write_slot(SLOTS[SlotKind.PASSWORD]), name="0" * 32)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SLOTS[SlotKind.PASSWORD], created="2030-01-01T00:00:00Z"),
        replace(SLOTS[SlotKind.PASSWORD], payload=made(SlotKind.PASSWORD).payload),
        replace(SLOTS[SlotKind.PASSWORD], payload=b""),
    ],
    ids=["created", "payload of another slot", "no payload"],
)
def test_what_a_forger_changes_with_its_sum_is_found_by_the_seal(changed: Slot) -> None:
    slot = read_slot(write_slot(changed), name=changed.id.hex())
    with pytest.raises(SlotDamagedError):
        open_slot(slot, PASSWORD)


@pytest.mark.parametrize(("field", "value"), [("memory_kib", 2**40), ("iterations", 10**9), ("lanes", 10**6)])
def test_a_forged_slot_is_refused_before_it_can_harm(field: str, value: int) -> None:
    written = json.loads(write_slot(SLOTS[SlotKind.PASSWORD]))
    written["kdf"][field] = value
    with pytest.raises(ForgedParametersError) as refused:
        read_slot(canonical.encode(written) + b"\n", name=written["id"])
    assert refused.value.facts == {"parameter": field, "value": value}


def test_a_slot_file_tells_no_secret() -> None:
    written = write_slot(SLOTS[SlotKind.PASSWORD])
    secrets = (PASSWORD.reveal(), PAYLOAD.master_key.reveal(), PAYLOAD.log_key)
    for secret in secrets:
        assert secret not in written
        assert canonical.b64(secret).encode() not in written
        assert secret.hex().encode() not in written


def test_a_payload_is_read_as_it_was_written_and_in_no_other_form() -> None:
    assert payload_from_json(payload_json(PAYLOAD)) == PAYLOAD
    short = Payload(Secret(bytes(31)), PAYLOAD.log_key, PAYLOAD.spool_key)
    for other in (b"", b"{}", payload_json(PAYLOAD) + b" ", payload_json(short)):
        with pytest.raises(NotCanonicalError):
            payload_from_json(other)
