"""Alarms that nobody typed: when certificates and proofs end, and when these ends no longer matter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.schedule import present_occurrence
from coffre_cli.signing.certificates import key_words
from coffre_cli.signing.extension import Means
from coffre_cli.signing.identity import IdentityKind, KeyKind
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.timestamp import http_authority
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.usecases import identities
from coffre_cli.usecases.alarms import Asked, alarms, edit
from coffre_cli.usecases.identities import Holder
from coffre_cli.usecases.sign import extend, sign
from coffre_cli.usecases.signing_order import Order
from coffre_cli.usecases.verify import own_roots
from coffre_cli.vault.session import Vault
from tests.simulators.pki import Pki, serving
from tests.unit.signing.documents import letter
from tests.unit.usecases.conftest import House

END = date(2044, 1, 1)
"""When the certificate of the simulated authority ends."""


@pytest.fixture
def holder(house: House) -> Holder:
    return Holder("Alice Martin", house.root / "roots", "{name}: renew", "{name}: ask the issuer")


@pytest.fixture
def contract(house: House) -> Path:
    path = house.root / "contrat.pdf"
    path.write_bytes(letter("Contrat"))
    return path


def open_alarms(vault: Vault, house: House) -> list[Alarm]:
    return [one for one in alarms(vault) if present_occurrence(one, house.clock()) is not None]


def test_a_certificate_brings_its_alarm_and_a_renewal_closes_it(house: House, vault: Vault, holder: Holder) -> None:
    made = identities.create_person(vault, "Alice Martin", None, holder)
    (first,) = open_alarms(vault, house)
    assert (first.plan.label, first.plan.due) == ("Alice Martin: renew", made.identity.not_after.date())

    house.clock.advance(days=1000)
    renewed = identities.renew_identity(vault, "Alice Martin", holder)

    (second,) = open_alarms(vault, house)
    assert second.plan.due == renewed.identity.not_after.date() != first.plan.due


def test_a_deleted_certificate_rings_no_more(house: House, vault: Vault, holder: Holder) -> None:
    identities.create_person(vault, "Alice Martin", None, holder)
    identities.create_person(vault, "Zoé Müller", None, holder)
    identities.delete_identity(vault, "Alice Martin")
    assert [one.plan.label for one in open_alarms(vault, house)] == ["Zoé Müller: renew"]


def test_of_two_certificates_of_one_name_the_deleted_one_takes_one_alarm_along(
    house: House, vault: Vault, holder: Holder
) -> None:
    first, _second = (identities.create_person(vault, "Alice Martin", None, holder) for _ in range(2))
    identities.delete_identity(vault, first.record.hex())
    assert len(open_alarms(vault, house)) == 1


def test_the_alarm_of_a_longer_name_is_another_one(house: House, vault: Vault, holder: Holder) -> None:
    identities.create_person(vault, "Alice Martin-Roux", None, holder)
    identities.create_person(vault, "Alice Martin", None, holder)
    identities.delete_identity(vault, "Alice Martin")
    assert [one.plan.label for one in open_alarms(vault, house)] == ["Alice Martin-Roux: renew"]


def test_the_alarm_of_a_certificate_from_elsewhere_sends_to_its_issuer(
    house: House, vault: Vault, holder: Holder, tmp_path: Path
) -> None:
    identities.create_person(vault, "Alice Martin", None, holder)
    file = tmp_path / "elsewhere.p12"
    file.write_bytes(_foreign(house))
    identities.import_identity(vault, file, "secret", holder)
    assert {one.plan.label for one in open_alarms(vault, house)} == {"Alice Martin: renew", "Bob: ask the issuer"}


def _foreign(house: House) -> bytes:
    """Return an identity that another vault's root issued, as PKCS#12."""
    from coffre_cli.signing.certificates import make_identity, make_root, split_name
    from coffre_cli.signing.pkcs12 import export_pkcs12

    around = house.around
    root = make_root("elsewhere", now=house.clock(), random=around.random)
    return export_pkcs12(make_identity(split_name("Bob"), root, now=house.clock(), random=around.random), "secret")


def test_renewing_keeps_the_kind_of_the_key(house: House, vault: Vault, holder: Holder) -> None:
    identities.create_person(vault, "Alice Martin", None, holder, KeyKind.RSA3072)
    house.clock.advance(days=10)
    renewed = identities.renew_identity(vault, "Alice Martin", holder)
    assert key_words(renewed.identity.certificate) == "RSA 3072"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with serving(tmp_path_factory.mktemp("pki")) as found:
        yield found


def test_the_proof_of_a_kept_document_brings_an_alarm_which_its_prolongation_replaces(
    house: House, vault: Vault, holder: Holder, contract: Path, pki: Pki
) -> None:
    house.clock.moment = datetime.now(UTC).replace(microsecond=0)  # authorities live in the present
    authority = http_authority(pki.tsa_url)
    identities.create_person(vault, "Alice Martin", None, holder)
    trust = Trust(own=own_roots(holder.roots), imported=(pki.root,))
    request = SigningRequest(house.clock(), level=Level.T, timestamper=authority, trust=trust)
    order = Order(IdentityKind.PERSON, request, keep=True, deadline_label="proof of {title}")

    (signed,) = sign(vault, [str(contract)], order, holder)

    assert signed.document is not None
    (first,) = (one for one in open_alarms(vault, house) if one.plan.document is not None)
    assert (first.plan.document, first.plan.due) == (signed.document.id, END)
    assert first.plan.label == f"proof of {signed.document.title}"

    means = Means(house.clock(), trust, fetch=True, authority=authority)
    (prolonged,) = extend(vault, [signed.document.id.hex()], order, means)

    assert prolonged.document is not None
    (second,) = (one for one in open_alarms(vault, house) if one.plan.document is not None)
    assert second.plan.document == prolonged.document.id


def test_an_alarm_that_the_user_changed_is_left_alone(house: House, vault: Vault, holder: Holder) -> None:
    identities.create_person(vault, "Alice Martin", None, holder)
    (alarm,) = open_alarms(vault, house)
    edit(vault, alarm.id.hex(), Asked(before=(100, 10)))
    identities.delete_identity(vault, "Alice Martin")
    assert [one.id for one in open_alarms(vault, house)] == [alarm.id]


def test_nothing_dated_by_nobody_brings_an_alarm(house: House, vault: Vault, holder: Holder, contract: Path) -> None:
    order = Order(IdentityKind.PERSON, SigningRequest(house.clock()), keep=True)
    list(sign(vault, [str(contract)], order, holder))
    assert [one.plan.document for one in open_alarms(vault, house)] == [None]
