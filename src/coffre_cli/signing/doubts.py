"""What a signer should know of the document before putting a name to it: an earlier signature that does not hold.

A new signature covers all that is there, whatever became of the earlier ones; it is made all the same, and it is
said.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_at_a_glance, verify_pdf
from coffre_cli.signing.verdict import Integrity

SIGNED_OVER_CHANGES = N_(
    "This document was changed after an earlier signature, and carries yours now; `coffre verify` says what changed."
)
SIGNED_OVER_BROKEN = N_(
    "An earlier signature of this document does not hold, and now yours stands beside it; `coffre verify` says why."
)


def doubts_about(source: Path, now: datetime) -> tuple[Remark, ...]:
    """Return what is to be said of the signatures that *source* carries already; of an unsigned one, nothing."""
    if verify_at_a_glance(source) is not None:
        return ()
    integrity = verify_pdf(source, Trust(), at=now).integrity
    if integrity is Integrity.MODIFIED:
        return (Remark(SIGNED_OVER_CHANGES),)
    return (Remark(SIGNED_OVER_BROKEN),) if integrity is Integrity.BROKEN else ()
