from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.signing.reasons import reason_for
from coffre_cli.signing.verdict import (
    Change,
    ChangeKind,
    Conclusion,
    Integrity,
    KeptVerdict,
    LegalLevel,
    Revocation,
    SignatureKind,
    SignatureVerdict,
    Signer,
    Verification,
    concluded,
)
from coffre_cli.ui.verdicts import SHOWN_ADVICE, verdicts_lines, verification_json, verification_text

REFILL = Change(2, ChangeKind.FIELD, "Montant", 1, "100", "999", visible=True)


def verdict(
    kind: SignatureKind = SignatureKind.SIGNATURE, *, trusted: bool = True, changes: tuple[Change, ...] = (),
    integrity: Integrity = Integrity.INTACT, level: LegalLevel | None = None,
) -> Verification:  # fmt: skip
    conclusion = concluded(integrity, certain=trusted and not changes)
    one = SignatureVerdict(
        "Signature1", kind, Signer("Menuiserie", None, "AC", "1", trusted=trusted), None, None, "B-B", integrity,
        conclusion, not changes, changes, Revocation.UNCHECKED, (), legal_level=level,
    )  # fmt: skip
    return Verification(Path("a.pdf"), conclusion, integrity, reason_for(integrity, conclusion, (one,)), (one,))


@pytest.mark.parametrize("integrity", [Integrity.INTACT, Integrity.EXTENDED, Integrity.BROKEN, Integrity.UNSUPPORTED])
@pytest.mark.parametrize("kind", [SignatureKind.SEAL, SignatureKind.TIMESTAMP])
def test_a_seal_and_a_timestamp_are_never_called_signatures(kind: SignatureKind, integrity: Integrity) -> None:
    for trusted in (True, False):
        first = next(verification_text(verdict(kind, integrity=integrity, trusted=trusted), "a.pdf"))
        assert "ignature" not in first
        assert kind.value in first.lower()


def test_who_is_known_is_not_to_be_asked_for_a_certificate() -> None:
    refilled = "\n".join(verification_text(verdict(changes=(REFILL,), integrity=Integrity.EXTENDED), "a.pdf"))
    assert SHOWN_ADVICE in refilled
    assert "--trust" not in refilled
    assert "--trust" in "\n".join(verification_text(verdict(trusted=False), "a.pdf"))


@pytest.mark.parametrize("kind", SignatureKind)
@pytest.mark.parametrize("level", LegalLevel)
def test_the_legal_level_names_the_list_it_comes_from(kind: SignatureKind, level: LegalLevel) -> None:
    found = verdict(kind, level=level)
    assert "trusted list" in next(line for line in verification_text(found, "a.pdf") if "Legal level" in line)
    assert f'"legal_level": "{level.value}"'.replace('"', "'") in str(verification_json(found, "a.pdf", None))


def test_without_a_list_no_legal_level_is_told() -> None:
    assert not [line for line in verification_text(verdict(), "a.pdf") if "Legal level" in line]


def test_a_verdict_that_changed_is_told_with_its_reason() -> None:
    then = KeptVerdict(datetime(2026, 11, 21, tzinfo=UTC), Conclusion.PASSED, Integrity.INTACT)
    assert len(list(verdicts_lines(then, verdict()))) == 2
    lines = list(verdicts_lines(then, verdict(trusted=False)))
    assert len(lines) == 3
    assert "not trusted" in lines[2]
    assert not list(verdicts_lines(None, None))
