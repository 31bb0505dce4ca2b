"""One CMS structure serves a batch: only the digest and the signature in it differ."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import os
from datetime import datetime

import pytest
from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.signing.certificates import PersonRequest, make_identity
from coffre_cli.signing.identity import Identity, KeyKind, LocalRoot
from coffre_cli.signing.signer import HeldKeySigner
from coffre_cli.signing.template import DIGEST, Template

digests = st.binary(min_size=32, max_size=32)


@pytest.fixture(scope="module")
def old_alice(root: LocalRoot) -> Identity:
    now = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    return make_identity(PersonRequest("Alice", "Martin"), root, now=now, random=os.urandom, key_kind=KeyKind.RSA3072)


def test_it_is_byte_for_byte_what_pyhanko_makes(old_alice: Identity) -> None:
    signer, digest = HeldKeySigner(old_alice), hashlib.sha256(b"a lease").digest()

    async def both() -> tuple[bytes, bytes]:
        ours = await (await Template.of(signer)).signed(digest, signer)
        theirs = await signer.async_sign(digest, DIGEST, use_pades=True)
        return ours, theirs.dump()

    ours, theirs = asyncio.run(both())

    assert ours == theirs


@given(digests)
def test_whatever_the_length_of_the_signature_the_structure_holds_it(alice: Identity, digest: bytes) -> None:
    signer = HeldKeySigner(alice)

    async def made() -> tuple[bytes, int]:
        template = await Template.of(signer)
        return await template.signed(digest, signer), template.size

    data, size = asyncio.run(made())
    signed = cms.ContentInfo.load(data, strict=True)["content"]
    attributes = {one["type"].native: one["values"][0].native for one in signed["signer_infos"][0]["signed_attrs"]}

    assert len(data) <= size
    assert attributes["message_digest"] == digest


def test_the_signature_of_another_key_is_never_put_into_it(alice: Identity, workshop: Identity) -> None:
    muddled = HeldKeySigner(dataclasses.replace(alice, key=workshop.key))

    async def sign() -> bytes:
        return await (await Template.of(muddled)).signed(bytes(32), muddled)

    with pytest.raises(InvalidSignature):
        asyncio.run(sign())


def test_a_structure_of_another_make_is_refused(alice: Identity) -> None:
    signer = HeldKeySigner(alice)
    made = asyncio.run(signer.async_sign(hashlib.sha256(b"something").digest(), DIGEST, use_pades=True))

    with pytest.raises(ValueError, match="template"):
        Template(made, alice.certificate)
