"""Keys on cards and USB tokens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from coffre_cli.errors import CoffreError, MissingProgramError
from coffre_cli.signing.certificates import PersonRequest, make_identity, renewed
from coffre_cli.signing.cryptoki import AskPin, TokenState, Tries, tokens_of
from coffre_cli.signing.errors import (
    KeyOnTokenError,
    PinNeededError,
    TokenAbsentError,
    TokenCertificateMissingError,
    TokenKeyMissingError,
    TokenModuleError,
    WrongPinError,
)
from coffre_cli.signing.identity import Identity, IdentityKind, KeyKind, LocalRoot, TokenKey
from coffre_cli.signing.modules import known_modules
from coffre_cli.signing.pades import Pen, sign_pdf
from coffre_cli.signing.pkcs12 import export_pkcs12
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.token import found_modules
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Conclusion
from tests.unit.signing.cards import LABEL, PIN, Card, authority_below, plugged_in
from tests.unit.signing.conftest import NOW, random_bytes

pytestmark = pytest.mark.needs("softhsm2-util")

ALICE, BRUNO, CLARA, ORPHAN, CAREFUL = "a1", "b2", "c3", "d4", "e5"


@pytest.fixture(scope="module")
def bruno(root: LocalRoot) -> Identity:
    """Someone with an RSA key, as on most cards."""
    request = PersonRequest("Bruno", "Lefèvre")
    return make_identity(request, root, now=NOW, random=random_bytes("bruno"), key_kind=KeyKind.RSA3072)


@pytest.fixture(scope="module")
def authority(root: LocalRoot) -> LocalRoot:
    return authority_below(root)


@pytest.fixture(scope="module")
def clara(authority: LocalRoot) -> Identity:
    return make_identity(PersonRequest("Clara", "Petit"), authority, now=NOW, random=random_bytes("clara"))


@pytest.fixture(scope="module")
def card(
    tmp_path_factory: pytest.TempPathFactory,
    alice: Identity,
    bruno: Identity,
    clara: Identity,
    authority: LocalRoot,
    root: LocalRoot,
) -> Iterator[Card]:
    keys = [(ALICE, alice), (BRUNO, bruno), (CLARA, clara)]
    others = [(ORPHAN, alice.certificate), ("00", root.certificate), ("01", authority.certificate)]
    with plugged_in(tmp_path_factory.mktemp("softhsm"), keys, others) as card:
        yield card


def _right_pin(state: TokenState) -> str:
    return PIN


def test_the_certificates_of_a_token_are_listed_without_a_pin(card: Card) -> None:
    by_id = {one.key_id: one for one in card.found.certificates}
    assert {key_id: one.subject for key_id, one in by_id.items() if not one.is_authority} == {
        ALICE: "Alice Martin",
        BRUNO: "Bruno Lefèvre",
        CLARA: "Clara Petit",
        ORPHAN: "Alice Martin",
    }
    assert by_id[ALICE].usage == ("digital_signature", "content_commitment")
    assert by_id["00"].is_authority
    assert (card.found.state.label, card.found.state.has_pin_pad) == (LABEL, False)


def test_two_certificates_are_told_apart_by_their_id_not_their_label(
    card: Card, alice: Identity, bruno: Identity, now: datetime
) -> None:
    assert card.identity(ALICE, now).certificate == alice.certificate
    assert card.identity("B2", now).certificate == bruno.certificate
    with pytest.raises(TokenCertificateMissingError):
        card.identity("ff", now)


def test_an_identity_on_a_token_keeps_where_its_key_is_and_no_key(card: Card, root: LocalRoot, now: datetime) -> None:
    identity = card.identity(ALICE, now)
    assert identity.key == b""
    assert identity.token == TokenKey(str(card.module), card.found.state.serial, LABEL, ALICE)
    assert (identity.kind, identity.root) == (IdentityKind.PERSON, root.certificate)
    assert Identity.from_mapping(identity.to_mapping()) == identity


def test_the_chain_comes_from_the_token(card: Card, authority: LocalRoot, root: LocalRoot, now: datetime) -> None:
    identity = card.identity(CLARA, now)
    assert (identity.chain, identity.root) == ((authority.certificate,), root.certificate)


def test_an_identity_with_its_key_is_stored_as_it_always_was(alice: Identity) -> None:
    assert "token" not in alice.to_mapping()


@pytest.mark.needs("pdfsig")
@pytest.mark.parametrize(
    ("key_id", "name"), [(ALICE, "Alice Martin"), (BRUNO, "Bruno Lefèvre"), (CLARA, "Clara Petit")]
)
def test_a_document_signed_by_a_token_verifies_here_and_elsewhere(
    card: Card, contract: Path, trust: Trust, now: datetime, key_id: str, name: str
) -> None:
    target = contract.with_name("signed.pdf")
    with Pen(card.identity(key_id, now), SigningRequest(now=now), _right_pin) as pen:
        pen.sign(contract, target)
    found = verify_pdf(target, trust, at=now)
    assert found.conclusion is Conclusion.PASSED
    assert found.signatures[0].signer is not None
    assert found.signatures[0].signer.name == name
    told = subprocess.run(["pdfsig", str(target)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert name in told


def test_one_pin_serves_a_whole_batch(card: Card, contract: Path, now: datetime) -> None:
    asked: list[TokenState] = []

    def ask(state: TokenState) -> str:
        asked.append(state)
        return PIN

    targets = [contract.with_name(f"{number}.pdf") for number in range(3)]
    with Pen(card.identity(ALICE, now), SigningRequest(now=now), ask) as pen:
        outcomes = list(pen.sign_each([(contract, target) for target in targets]))
    assert not any(isinstance(outcome, CoffreError) for outcome in outcomes)
    assert [state.label for state in asked] == [LABEL]


def test_a_wrong_pin_is_tried_once_and_the_next_question_says_so(card: Card, contract: Path, now: datetime) -> None:
    asked: list[TokenState] = []

    def ask(state: TokenState) -> str:
        asked.append(state)
        return "000000" if len(asked) == 1 else PIN

    identity = card.identity(ALICE, now)
    with pytest.raises(WrongPinError):
        sign_pdf_with(identity, contract, now, ask)
    assert len(asked) == 1
    sign_pdf_with(identity, contract, now, ask)
    assert [state.tries for state in asked] == [Tries.ENOUGH, Tries.FEW]


def sign_pdf_with(identity: Identity, contract: Path, now: datetime, ask: AskPin) -> None:
    with Pen(identity, SigningRequest(now=now), ask) as pen:
        pen.sign(contract, contract.with_name("out.pdf"))


def test_a_key_that_wants_the_pin_for_each_signature_gets_it(
    card: Card, contract: Path, bruno: Identity, trust: Trust, now: datetime
) -> None:
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key

    key = serialization.load_der_private_key(bruno.key, password=None)
    form = serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    template = decode_rsa_private_key(key.private_bytes(*form)) | {
        pkcs11.Attribute.TOKEN: True,
        pkcs11.Attribute.PRIVATE: True,
        pkcs11.Attribute.ALWAYS_AUTHENTICATE: True,
        pkcs11.Attribute.ID: bytes.fromhex(CAREFUL),
    }
    ((_, token),) = tokens_of(card.module)
    with token.open(rw=True, user_pin=PIN) as session:
        session.create_object(template)
    identity = card.identity(BRUNO, now)
    assert identity.token is not None
    careful = replace(identity, token=replace(identity.token, key_id=CAREFUL))
    targets = [contract.with_name(f"{number}.pdf") for number in range(2)]
    with Pen(careful, SigningRequest(now=now), _right_pin) as pen:
        for target in targets:
            pen.sign(contract, target)
    assert [verify_pdf(target, trust, at=now).conclusion for target in targets] == [Conclusion.PASSED] * 2


def test_no_pin_is_an_error_of_its_own(card: Card, contract: Path, now: datetime) -> None:
    with pytest.raises(PinNeededError):
        sign_pdf(contract, contract.with_name("out.pdf"), card.identity(ALICE, now), SigningRequest(now=now))


def test_a_token_that_is_not_there_is_said_so(card: Card, contract: Path, now: datetime) -> None:
    identity = card.identity(ALICE, now)
    assert identity.token is not None
    elsewhere = replace(identity, token=replace(identity.token, serial="0123456789abcdef"))
    with pytest.raises(TokenAbsentError) as refused:
        sign_pdf_with(elsewhere, contract, now, _right_pin)
    assert refused.value.exit_code == 14


def test_a_certificate_without_its_key_cannot_sign(card: Card, contract: Path, now: datetime) -> None:
    with pytest.raises(TokenKeyMissingError):
        sign_pdf_with(card.identity(ORPHAN, now), contract, now, _right_pin)


def test_the_key_of_another_certificate_never_makes_a_signature(
    card: Card, contract: Path, bruno: Identity, now: datetime
) -> None:
    identity = card.identity(ALICE, now)
    impostor = replace(identity, certificate=bruno.certificate)
    with pytest.raises(TokenKeyMissingError):
        sign_pdf_with(impostor, contract, now, _right_pin)


def test_a_file_that_is_no_module_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "nothing.so"
    path.write_bytes(b"not a library")
    (found,) = found_modules(path)
    assert isinstance(found.problem, TokenModuleError)


def test_a_key_on_a_token_is_neither_exported_nor_renewed(card: Card, root: LocalRoot, now: datetime) -> None:
    identity = card.identity(ALICE, now)
    with pytest.raises(KeyOnTokenError):
        export_pkcs12(identity, "x")
    with pytest.raises(KeyOnTokenError):
        renewed(identity, root, now=now, random=random_bytes("again"))


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_platform_has_its_known_modules(platform: str) -> None:
    names = {module.name for module in known_modules(platform)}
    assert {"OpenSC", "SafeNet IDPrime", "SoftHSM"} <= names


def test_without_the_extra_the_line_to_type_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(MissingProgramError) as refused:
        list(found_modules(tmp_path / "any.so"))
    assert "coffre-cli[token]" in str(refused.value.facts["install"])
