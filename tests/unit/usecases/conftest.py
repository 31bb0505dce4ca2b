"""Vaults to try user stories on: cheap passwords, a clock that stands still until it is told to move."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coffre_cli.access.slots import SlotKind
from coffre_cli.access.unlock import SecretSources
from coffre_cli.crypto.canonical import Json
from coffre_cli.crypto.kdf import Argon2Parameters
from coffre_cli.crypto.secret import password_secret
from coffre_cli.store.fs import Disk
from coffre_cli.usecases.identities import Holder
from coffre_cli.usecases.unlocking import Door
from coffre_cli.vault.create import NewVault, create_vault
from coffre_cli.vault.descriptor import read_descriptor
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.opening import Located, open_vault
from coffre_cli.vault.parts import Surroundings
from coffre_cli.vault.session import Vault
from coffre_cli.vault.ways_in import WaysIn

CHEAP = Argon2Parameters(memory_kib=64, iterations=1, lanes=1)
PASSWORD = "une phrase que personne ne devine"


@dataclass
class StillClock:
    """Tells the moment it was set to."""

    moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Nobody:
    """A terminal at which nobody sits."""

    asked: list[str] = field(default_factory=list)

    def is_there(self) -> bool:
        return False

    def password(self, question: str) -> str:
        raise AssertionError(question)


@dataclass
class House:
    """One vault and the means to open it, again and again."""

    root: Path
    clock: StillClock
    code: str = ""
    terms: dict[str, Json] = field(default_factory=dict)

    @property
    def around(self) -> Surroundings:
        return Surroundings(clock=self.clock, state=self.root / "state", verb="test")

    @property
    def holder(self) -> Holder:
        return Holder("Alice Martin", self.root / "roots")

    def located(self) -> Located:
        return Located(*read_descriptor(Disk(), Layout(self.root / "vault")))

    def door(self) -> Door:
        return Door(self.located(), self.around, SecretSources(), Nobody(), "?")

    def open(self, password: str = PASSWORD) -> Vault:
        located = self.located()
        found = WaysIn(Disk(), located.layout, os.urandom).open(SlotKind.PASSWORD, password_secret(password))
        assert found is not None, "the password opens nothing"
        return open_vault(located, found[1], self.around)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def house(tmp_path: Path, clock: StillClock) -> House:
    from coffre_cli.access.recovery import write_code

    house = House(tmp_path, clock)
    new = NewVault("Maison", tmp_path / "vault", password_secret(PASSWORD), CHEAP)
    house.code = write_code(create_vault(new, house.around, {}).recovery_code)
    return house


@pytest.fixture
def vault(house: House) -> Iterator[Vault]:
    vault = house.open()
    yield vault
    vault.close()
