"""What the signatures of a document were worth when it was deposited, and are worth today.

The first verdict is kept in the body of an event on the document, under the document's key: it dies with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError
from coffre_cli.journal.event import Body, Operation, RecordKind, read_line
from coffre_cli.model import Document, RenditionKind
from coffre_cli.store import events
from coffre_cli.usecases.intake import Deposited
from coffre_cli.values import frozen
from coffre_cli.vault.fold import open_body
from coffre_cli.vault.session import Vault

if TYPE_CHECKING:
    from coffre_cli.signing.trust_roots import Trust
    from coffre_cli.signing.verdict import KeptVerdict, Verification
    from coffre_cli.worker.pool import Workers

_CONCLUSION, _INTEGRITY = "conclusion", "integrity"


@frozen
class Verdicts:
    """The verdict kept at the deposit, if there is one, and today's."""

    then: KeptVerdict | None
    today: Verification


def with_verdicts(vault: Vault, outcomes: Iterable[Deposited], trust: Callable[[], Trust]) -> Iterator[Deposited]:
    """Pass *outcomes* on; the verdict on each signed document is kept once the document is.

    Whom to *trust* is asked when one is signed: most papers are not, and need nothing of signatures.
    """
    with ExitStack() as stack:
        pool: Workers | None = None
        for outcome in outcomes:
            document = outcome.document
            if document is not None and outcome.error is None and document.signatures:
                pool = pool or stack.enter_context(_worker())
                _keep(vault, document, _judged(pool, vault, document, trust()))
            yield outcome


def verdicts(vault: Vault, document: Document, trust: Trust) -> Verdicts | None:
    """Return both verdicts on *document*; None when it bears no signature, or cannot be read."""
    if not document.signatures:
        return None
    with _worker() as pool:
        today = _judged(pool, vault, document, trust)
    return None if today is None else Verdicts(_kept(vault, document), today)


def _worker() -> Workers:
    from coffre_cli.signing.limited import one_worker

    return one_worker()


def _judged(pool: Workers, vault: Vault, document: Document, trust: Trust) -> Verification | None:
    from coffre_cli.signing.limited import verify_one

    original = document.rendition(RenditionKind.ORIGINAL)
    if original is None:
        return None
    path = pool.fresh_directory() / "document.pdf"
    try:
        with path.open("wb") as sink:
            vault.read(document, original, sink)
        now = vault.parts.around.clock()
        return verify_one(pool, path, trust, now=now, deposit_time=document.added)
    except (CoffreError, OSError):  # what cannot be read now is told by `get` and `check`
        return None
    finally:
        path.unlink(missing_ok=True)


def _keep(vault: Vault, document: Document, found: Verification | None) -> None:
    if found is None:
        return
    signers: list[Json] = [one.signer.name for one in found.signatures if one.signer is not None]
    facts: dict[str, Json] = {
        _CONCLUSION: found.conclusion.value, _INTEGRITY: found.integrity.value, "signers": signers,
    }  # fmt: skip
    vault.note(Operation.VERIFY, record=document.id, kind=RecordKind.DOCUMENT, facts=facts)


def _kept(vault: Vault, document: Document) -> KeptVerdict | None:
    for event in events.events_of(vault.index, document.id):
        line = read_line(event.line)
        if line.operation != Operation.VERIFY:
            continue
        body = open_body(vault.parts, line, event, lambda record: events.record_key(vault.index, record))
        return None if body is None else _then(line.at, body)
    return None


def _then(at: datetime, body: Body) -> KeptVerdict | None:
    from coffre_cli.signing.verdict import Conclusion, Integrity, KeptVerdict

    try:
        return KeptVerdict(at, Conclusion(str(body.facts[_CONCLUSION])), Integrity(str(body.facts[_INTEGRITY])))
    except (KeyError, ValueError):  # an event of another make
        return None
