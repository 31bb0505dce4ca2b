from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from coffre_cli.errors import ExitCode
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Conclusion
from tests.unit.signing import attacks_later, attacks_prepared
from tests.unit.signing.attacks import ATTACKS, Attack
from tests.unit.signing.attacks_prepared import PREPARED, prepared_bases
from tests.unit.signing.bases import Base, bases, timestamped

BASES = (
    *PREPARED,
    "letter", "twice", "form", "locked form", "certified 1", "certified 2", "certified 3", "rich", "visible",
    "timestamped",
)  # fmt: skip


@pytest.fixture(scope="session")
def documents(alice: Identity, root: LocalRoot) -> dict[str, Base]:
    made = bases(alice)
    made |= prepared_bases(alice)
    return {**made, "timestamped": Base(timestamped(made["letter"].data, root))}


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 200
    assert {attack.base for attack in ATTACKS} <= set(BASES)
    assert {attacks_later.__name__, attacks_prepared.__name__} <= {attack.make.__module__ for attack in ATTACKS}
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_passes(
    attack: Attack, documents: dict[str, Base], tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "attacked.pdf"
    path.write_bytes(attack.make(documents[attack.base]))
    found = verify_pdf(path, trust, at=now)
    assert found.conclusion is not Conclusion.PASSED
    assert found.exit_code is not ExitCode.DONE
    assert found.integrity.value in attack.expected, found


@pytest.mark.parametrize("name", BASES)
def test_the_documents_themselves_pass(
    name: str, documents: dict[str, Base], tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "original.pdf"
    path.write_bytes(documents[name].data)
    assert verify_pdf(path, trust, at=now).exit_code is ExitCode.DONE
