"""What can be wrong with a sealed message or a key derivation."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class SealError(CoffreError):
    """A sealed message is not what was written."""

    exit_code = ExitCode.ALTERED
    message = N_("Stored data was altered: a sealed message does not open.")
    hint = N_("Type `coffre check` to see what is touched and how to repair it.")


class CommitmentError(SealError):
    """The key, the context or the first 56 bytes are not those of this message."""


class TruncatedMessageError(SealError):
    """The message ends before its last, short chunk."""


class ChunkError(SealError):
    """A chunk fails authentication."""


class PaddingError(SealError):
    """The plaintext is not padded as its length calls for."""


class ForgedParametersError(CoffreError):
    """Key-derivation parameters lie outside what coffre ever writes."""

    exit_code = ExitCode.ALTERED
    message = N_("A key slot asks for absurd work ({parameter} = {value}); it was refused before it could harm.")
    hint = N_("Type `coffre check --repair`; the slot's spare copy may be good.")
