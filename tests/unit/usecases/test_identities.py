"""Identities by name: never another one than was meant, never one twice, none once the term is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coffre_cli.errors import AmbiguousNameError
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.signing.pkcs12 import export_pkcs12
from coffre_cli.usecases import identities, terms
from coffre_cli.usecases.errors import CannotSealError, CannotSignError, IdentityKeptError, TermReachedError
from coffre_cli.usecases.identities import Holder
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import House


@pytest.fixture
def holder(house: House) -> Holder:
    return Holder("Alice Martin", house.root / "roots")


def test_a_name_that_several_bear_means_none_of_them_but_to_sign(vault: Vault, holder: Holder) -> None:
    first, second = (identities.create_person(vault, "Alice Martin", None, holder) for _ in range(2))
    for act in (identities.show_identity, identities.delete_identity):
        with pytest.raises(AmbiguousNameError) as caught:
            act(vault, "Alice Martin")
        assert len(caught.value.facts["candidates"]) == 2  # type: ignore[arg-type] # a tuple by contract of the error
    with pytest.raises(AmbiguousNameError):
        identities.renew_identity(vault, "Alice Martin", holder)
    assert identities.show_identity(vault, first.record.hex()[:12]).record == first.record
    assert identities.identity_for(vault, IdentityKind.PERSON, "Alice Martin", holder).record == second.record


def test_a_seal_is_not_a_persons_and_a_signature_not_an_organisations(vault: Vault, holder: Holder) -> None:
    identities.create_person(vault, "Alice Martin", None, holder)
    identities.create_organisation(vault, "ACME", None, None, holder)
    with pytest.raises(CannotSealError):
        identities.identity_for(vault, IdentityKind.ORGANISATION, "Alice Martin", holder)
    with pytest.raises(CannotSignError):
        identities.identity_for(vault, IdentityKind.PERSON, "ACME", holder)


def test_one_certificate_is_kept_once(vault: Vault, holder: Holder, tmp_path: Path) -> None:
    made = identities.create_person(vault, "Alice Martin", None, holder)
    (tmp_path / "same.p12").write_bytes(export_pkcs12(made.identity, "secret"))
    with pytest.raises(IdentityKeptError):
        identities.import_identity(vault, tmp_path / "same.p12", "secret", holder)
    assert len(identities.identities(vault)) == 1


def test_after_the_term_no_identity_is_made_imported_or_renewed(
    vault: Vault, holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = identities.create_person(vault, "Alice Martin", None, holder)
    (tmp_path / "same.p12").write_bytes(export_pkcs12(made.identity, "secret"))

    def over(_vault: Vault) -> None:
        raise TermReachedError(until="2026-11-20")

    assert terms.require_term(vault) is None  # type: ignore[func-returns-value] # the term lasts
    monkeypatch.setattr(identities, "require_term", over)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: identities.create_person(vault, "Zoé Müller", None, holder),
        lambda: identities.create_organisation(vault, "ACME", None, None, holder),
        lambda: identities.import_identity(vault, tmp_path / "same.p12", "secret", holder),
        lambda: identities.renew_identity(vault, "Alice Martin", holder),
    )
    for act in attempts:
        with pytest.raises(TermReachedError):
            act()
