"""Signing with a key that stays on a card, with the vault behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coffre_cli.pages.draw import draw
from coffre_cli.signing.certificates import PersonRequest, make_identity, make_root
from coffre_cli.signing.cryptoki import TokenState
from coffre_cli.signing.errors import WrongPinError
from coffre_cli.signing.identity import IdentityKind, LocalRoot
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Conclusion
from coffre_cli.usecases import identities
from coffre_cli.usecases.sign import sign
from coffre_cli.usecases.signing_order import Order, Signed
from coffre_cli.usecases.verify import Question, verify
from coffre_cli.vault.session import Vault
from tests.unit.signing.cards import PIN, Card, plugged_in
from tests.unit.signing.conftest import random_bytes
from tests.unit.usecases.conftest import House, StillClock

pytestmark = pytest.mark.needs("softhsm2-util")

KEY = "a1"


@pytest.fixture(scope="module")
def authority() -> LocalRoot:
    return make_root("cartes", now=StillClock().moment, random=random_bytes("cartes"))


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory, authority: LocalRoot) -> Iterator[Card]:
    request = PersonRequest("Clara", "Petit")
    clara = make_identity(request, authority, now=StillClock().moment, random=random_bytes("clara"))
    with plugged_in(tmp_path_factory.mktemp("softhsm"), [(KEY, clara)], [("00", authority.certificate)]) as card:
        yield card


@pytest.fixture
def contracts(house: House) -> list[str]:
    paths = [house.root / f"contrat {number}.pdf" for number in (1, 2)]
    for path in paths:
        data = {"title": "Contrat", "lines": ("Le loyer est de 640 euros.",), "footer": ""}
        path.write_bytes(draw("text", data, moment=house.clock()))
    return [str(path) for path in paths]


def _sign(house: House, vault: Vault, names: list[str], pin: str, asked: list[str]) -> list[Signed]:
    def ask(state: TokenState) -> str:
        asked.append(state.label)
        return pin

    order = Order(IdentityKind.PERSON, SigningRequest(now=house.clock()), "Clara Petit", ask_pin=ask)
    return list(sign(vault, names, order, house.holder))


def test_an_identity_on_a_card_is_kept_without_its_key_and_signs_a_batch(
    house: House, vault: Vault, card: Card, contracts: list[str], authority: LocalRoot
) -> None:
    kept = identities.import_from_token(vault, card.wanted(KEY), house.holder)
    assert identities.show_identity(vault, "Clara Petit") == kept
    assert kept.identity.key == b""
    asked: list[str] = []
    outcomes = _sign(house, vault, contracts, PIN, asked)
    assert len(asked) == 1
    question = Question(Trust(own=(authority.certificate,)), house.clock())
    found = list(verify([one.output for one in outcomes if one.output], question, vault))
    assert [one.verification.conclusion for one in found if one.verification] == [Conclusion.PASSED] * 2


def test_a_wrong_pin_stops_the_whole_batch_at_its_first_try(
    house: House, vault: Vault, card: Card, contracts: list[str]
) -> None:
    identities.import_from_token(vault, card.wanted(KEY), house.holder)
    asked: list[str] = []
    with pytest.raises(WrongPinError) as refused:
        _sign(house, vault, contracts, "000000", asked)
    assert (len(asked), refused.value.exit_code) == (1, 12)
    assert not list(Path(house.root).glob("*-signed.pdf"))
