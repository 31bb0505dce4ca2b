"""The verdict on a signed document: kept at its deposit, told again when it changes."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import shake_256
from pathlib import Path

from coffre_cli.signing.certificates import PersonRequest, make_identity, make_root
from coffre_cli.signing.identity import Identity, LocalRoot
from coffre_cli.signing.pades import sign_pdf
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Conclusion, Integrity
from coffre_cli.usecases.arrivals import take
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.intake import Input, Wishes, inputs
from coffre_cli.usecases.verdicts import verdicts
from coffre_cli.vault.session import Vault
from tests.unit.signing.documents import letter

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def signer() -> tuple[LocalRoot, Identity]:
    counter = iter(range(1 << 20))

    def chance(count: int) -> bytes:
        return shake_256(str(next(counter)).encode()).digest(count)

    root = make_root("maison", now=NOW, random=chance)
    return root, make_identity(PersonRequest("Odile", "Roy"), root, now=NOW, random=chance)


def test_the_verdict_at_the_deposit_stays_beside_todays(vault: Vault, tmp_path: Path) -> None:
    root, odile = signer()
    path = tmp_path / "bail.pdf"
    path.write_bytes(letter("Bail"))
    sign_pdf(path, path, odile, SigningRequest(NOW, level=Level.B))
    (outcome,) = deposit(vault, inputs([path], ""), Wishes(trust=Trust))
    assert outcome.document is not None
    unknown = verdicts(vault, outcome.document, Trust())
    assert unknown is not None
    assert unknown.then is not None
    assert (unknown.then.conclusion, unknown.then.integrity) == (Conclusion.INDETERMINATE, Integrity.INTACT)
    assert not unknown.then.differs(unknown.today)
    known = verdicts(vault, outcome.document, Trust(imported=(root.certificate,)))
    assert known is not None
    assert known.then == unknown.then
    assert known.then is not None
    assert known.then.differs(known.today)
    assert known.today.conclusion is Conclusion.PASSED


def test_what_comes_in_by_itself_has_its_verdict_too(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "bail.pdf"
    path.write_bytes(letter("Bail"))
    sign_pdf(path, path, signer()[1], SigningRequest(NOW, level=Level.B))
    ((outcome,),) = (one.outcomes for one in take(vault, [Input(path, path.name, "")], Wishes(trust=Trust)))
    assert outcome.document is not None
    kept = verdicts(vault, outcome.document, Trust())
    assert kept is not None
    assert kept.then is not None


def test_what_bears_no_signature_has_no_verdict(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "bail.pdf"
    path.write_bytes(letter("Bail"))
    (outcome,) = deposit(vault, inputs([path], ""), Wishes(trust=Trust))
    assert outcome.document is not None
    assert verdicts(vault, outcome.document, Trust()) is None
