from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.signing.certificates import (
    DOCUMENT_SIGNING,
    PersonRequest,
    make_identity,
    make_root,
    renewed,
    split_name,
)
from coffre_cli.signing.errors import InvalidSirenError
from coffre_cli.signing.identity import Identity, IdentityKind, LocalRoot
from coffre_cli.signing.siren import checked_siren
from tests.unit.signing.conftest import random_bytes


def test_a_person_has_names_and_no_qualified_statement(alice: Identity) -> None:
    certificate = x509.load_der_x509_certificate(alice.certificate)
    assert [a.value for a in certificate.subject.get_attributes_for_oid(NameOID.GIVEN_NAME)] == ["Alice"]
    assert [a.value for a in certificate.subject.get_attributes_for_oid(NameOID.SURNAME)] == ["Martin"]
    assert alice.kind is IdentityKind.PERSON
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"))


def test_an_organisation_carries_its_siren_as_en_319_412_wants(workshop: Identity) -> None:
    subject = x509.load_der_x509_certificate(workshop.certificate).subject
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)[0].value == "NTRFR-732829320"
    assert subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value == "FR"
    assert workshop.siren == "732829320"


def test_the_key_may_sign_documents_and_nothing_else(alice: Identity) -> None:
    extensions = x509.load_der_x509_certificate(alice.certificate).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    extended = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(extended) == {DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION}


def test_the_root_issues_it(alice: Identity, root: LocalRoot) -> None:
    certificate = x509.load_der_x509_certificate(alice.certificate)
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(root.certificate))


def test_the_private_key_shows_in_no_representation(alice: Identity, root: LocalRoot) -> None:
    assert repr(alice.key) not in repr(alice)
    assert repr(root.key) not in repr(root)


def test_an_identity_survives_storage(alice: Identity, workshop: Identity, root: LocalRoot) -> None:
    assert Identity.from_mapping(alice.to_mapping()) == alice
    assert Identity.from_mapping(workshop.to_mapping()) == workshop
    assert LocalRoot.from_mapping(root.to_mapping()) == root


def test_a_damaged_record_is_refused(alice: Identity) -> None:
    for key in ("certificate", "key", "chain", "not_before", "kind"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever part is damaged
            Identity.from_mapping({**alice.to_mapping(), key: "!"})


def test_the_same_clock_and_randomness_make_the_same_key(root: LocalRoot, now: datetime, alice: Identity) -> None:
    again = make_identity(PersonRequest("Alice", "Martin"), root, now=now, random=random_bytes("alice"))
    assert again.key == alice.key


def test_renewal_keeps_the_name_and_changes_the_key(workshop: Identity, root: LocalRoot, now: datetime) -> None:
    later = now + timedelta(days=1000)
    new = renewed(workshop, root, now=later, random=random_bytes("renewal"))
    assert (new.name, new.siren, new.email, new.kind) == (workshop.name, workshop.siren, workshop.email, workshop.kind)
    assert new.key != workshop.key
    assert new.not_after > workshop.not_after


def test_no_identity_outlives_its_root(now: datetime) -> None:
    old_root = make_root("vieux", now=now - timedelta(days=365 * 24), random=random_bytes("old"))
    identity = make_identity(PersonRequest("", "Martin"), old_root, now=now, random=random_bytes("young"))
    assert identity.not_after <= x509.load_der_x509_certificate(old_root.certificate).not_valid_after_utc


def test_the_last_word_of_a_name_is_the_surname() -> None:
    assert split_name(" Alice  Marie Martin") == PersonRequest("Alice Marie", "Martin")
    assert split_name("Cher") == PersonRequest("", "Cher")


@pytest.mark.parametrize("siren", ["732829320", "732 829 320", "356000000"])
def test_a_real_siren_is_accepted(siren: str) -> None:
    assert len(checked_siren(siren)) == 9


@pytest.mark.parametrize("siren", ["732829321", "73282932", "7328293200", "abcdefghi", "", "٧٣٢٨٢٩٣٢٠"])
def test_what_is_not_a_siren_is_refused(siren: str) -> None:
    with pytest.raises(InvalidSirenError):
        checked_siren(siren)


@given(st.text("0123456789", min_size=8, max_size=8))
def test_one_check_digit_in_ten_is_right(start: str) -> None:
    accepted = 0
    for digit in "0123456789":
        try:
            checked_siren(start + digit)
        except InvalidSirenError:
            continue
        accepted += 1
    assert accepted == 1
