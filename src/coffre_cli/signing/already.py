"""What a file carries already: so that a batch taken up again signs nothing twice."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.signing.document import PasswordNeededError, UnreadableError, opened
from coffre_cli.signing.extension import readings
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.objects import StructureError
from coffre_cli.signing.validation import verify_at_a_glance
from coffre_cli.signing.verdict import Integrity


def is_signed_by(path: Path, identity: Identity) -> bool:
    """Tell whether *path* carries a good signature made with the certificate of *identity*.

    Raises:
        FileMissingError: There is no such file.
        FileUnreadableError: The system refuses to read it.
    """
    if verify_at_a_glance(path) is not None:
        return False
    try:
        with opened(path) as document:
            return any(
                reading.integrity is Integrity.INTACT
                and reading.cryptography is not None
                and reading.cryptography.certificate.dump() == identity.certificate
                for reading in readings(document)
            )
    except (UnreadableError, PasswordNeededError, StructureError):
        return False
