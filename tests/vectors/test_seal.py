"""Every vector, through the product and through the independent reader."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from coffre_cli.access import recovery
from coffre_cli.access.errors import SlotDamagedError
from coffre_cli.access.slots import SlotKind, open_slot, read_slot
from coffre_cli.crypto.errors import (
    ChunkError,
    CommitmentError,
    ForgedParametersError,
    SealError,
    TruncatedMessageError,
)
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.crypto.stream import open_sealed
from coffre_cli.store.blobs import BlobFolder, BlobId, blob_path
from coffre_cli.store.errors import BlobAlteredError
from coffre_cli.store.fs import Disk
from tests import independent_reader as reader
from tests.vectors.generate import every_vector
from tests.vectors.recipe import FOLDER, Vector, vectors

WORDS: dict[type[SealError], str] = {
    TruncatedMessageError: "truncated",
    CommitmentError: "commitment",
    ChunkError: "chunk",
}
REASONS = {"truncated_message": "truncated", "not_canonical": "form"}
MESSAGES, BLOBS, SLOTS = vectors("message"), vectors("blob"), vectors("slot")


def named(vector: Vector) -> str:
    return vector.name


def test_the_files_are_what_the_generator_writes() -> None:
    made = {vector.name: vector.text() for vector in every_vector()}
    assert {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.txt")} == made


def test_there_are_enough_of_each_kind() -> None:
    invalid = [len([vector for vector in kind if vector.expect != "valid"]) for kind in (MESSAGES, BLOBS, SLOTS)]
    assert min(invalid) >= 30
    assert sum(invalid) >= 150


@pytest.mark.parametrize("vector", MESSAGES, ids=named)
def test_a_message_is_opened_or_refused_as_its_vector_says(vector: Vector) -> None:
    assert _message_by_product(vector) == _expected(vector, vector.expect)


@pytest.mark.parametrize("vector", MESSAGES, ids=named)
def test_the_independent_reader_agrees_on_a_message(vector: Vector) -> None:
    try:
        found: bytes | str = reader.open_message(vector.binary("key"), vector.context(), vector.message())
    except reader.Refused as refusal:
        found = str(refusal.args[0])
    assert found == _expected(vector, vector.alone)


@pytest.mark.parametrize("vector", BLOBS, ids=named)
def test_a_blob_is_opened_or_refused_as_its_vector_says(vector: Vector, tmp_path: Path) -> None:
    assert _blob_by_product(vector, tmp_path) == _expected(vector, vector.expect)


@pytest.mark.parametrize("vector", BLOBS, ids=named)
def test_the_independent_reader_agrees_on_a_blob(vector: Vector) -> None:
    try:
        ids = vector.binary("vault"), vector.binary("blob")
        found: bytes | str = reader.read_blob(vector.file(), *ids, vector.binary("key"))
    except reader.Refused as refusal:
        found = str(refusal.args[0])
    if vector.alone == "valid" != vector.expect:
        assert isinstance(found, bytes)  # its length is wrong, which only the record's state tells
    else:
        assert found == _expected(vector, vector.alone)


@pytest.mark.parametrize("vector", SLOTS, ids=named)
def test_a_slot_is_opened_or_refused_as_its_vector_says(vector: Vector) -> None:
    assert _slot_by_product(vector) == vector.expect


@pytest.mark.parametrize("vector", SLOTS, ids=named)
def test_the_independent_reader_agrees_on_a_slot(vector: Vector) -> None:
    try:
        payload = reader.open_slot(vector.slot(), vector.fields["name"], vector.fields["secret"])
        found = "secret" if payload is None else "valid"
    except reader.Refused as refusal:
        found = str(refusal.args[0])
    assert found == vector.alone


def _expected(vector: Vector, answer: str) -> bytes | str:
    if answer != "valid":
        return answer
    return vector.plaintext()[: int(vector.fields["size"])] if vector.kind == "blob" else vector.plaintext()


def _message_by_product(vector: Vector) -> bytes | str:
    try:
        return open_sealed(vector.binary("key"), vector.context(), vector.message())
    except SealError as error:
        return WORDS[type(error)]


def _blob_by_product(vector: Vector, folder: Path) -> bytes | str:
    blob, sink = BlobId(vector.binary("blob")), io.BytesIO()
    path = blob_path(folder, blob)
    path.parent.mkdir()
    path.write_bytes(vector.file())
    blobs = BlobFolder(Disk(), folder, folder, vector.binary("vault"), os.urandom)
    try:
        blobs.copy_to(sink, blob, Secret(vector.binary("key")), int(vector.fields["size"]))
    except BlobAlteredError as error:
        reason = str(error.facts["reason"])
        return REASONS.get(reason, reason)
    return sink.getvalue()


def _slot_by_product(vector: Vector) -> str:
    try:
        slot = read_slot(vector.slot(), name=vector.fields["name"])
        typed = vector.fields["secret"]
        secret = recovery.read_code(typed) if slot.kind is SlotKind.RECOVERY else password_secret(typed)
        assert secret is not None
        return "secret" if open_slot(slot, secret) is None else "valid"
    except ForgedParametersError:
        return "parameters"
    except SlotDamagedError as error:
        reason = str(error.facts["reason"])
        return REASONS.get(reason, reason)
