"""What can be wrong with a journal."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class JournalAlteredError(CoffreError):
    """A line, its order or a proof is not what was written."""

    exit_code = ExitCode.ALTERED
    message = N_("The journal was altered: event {number} is the first that does not fit ({reason}).")
    hint = N_("Compare with another copy: a backup, an export, a checkpoint kept elsewhere.")


class CheckpointError(CoffreError):
    """A checkpoint is malformed, or a known key's signature on it is wrong."""

    exit_code = ExitCode.ALTERED
    message = N_("A checkpoint does not verify ({reason}).")
    hint = N_("Compare with another copy: a backup, an export, a checkpoint kept elsewhere.")
