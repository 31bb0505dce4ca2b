"""What can be wrong on the disk."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode, StorageFailedError
from coffre_cli.i18n import N_


class BlobMissingError(CoffreError):
    """A rendition's file is gone."""

    exit_code = ExitCode.ALTERED
    message = N_("The encrypted file {blob} is missing from the safe.")
    hint = N_("Put it back from a copy; `coffre check --data` names the document.")


class BlobAlteredError(CoffreError):
    """A rendition's file is not what was written."""

    exit_code = ExitCode.ALTERED
    message = N_("The encrypted file {blob} was altered ({reason}); nothing of it is shown.")
    hint = N_("Put it back from a copy; `coffre check --data` names the document.")


class LogDamagedError(CoffreError):
    """The log holds bytes that are no whole frame, and no torn tail either."""

    exit_code = ExitCode.ALTERED
    message = N_("The log is damaged at byte {offset} ({reason}).")
    hint = N_("Type `coffre check --repair`: what is lost is rebuilt from the index.")


class LogUncertainError(StorageFailedError):
    """A commit was neither completed nor taken back; the next opening finds out which it was."""

    message = N_(
        "The disk failed while the log of the safe was written: what was asked last was kept whole, or not at all."
    )
    hint = N_("Check the disk; then look whether it is there, and type the same command again if not.")


class KeyPackAlteredError(CoffreError):
    """A key pack is not what was written."""

    exit_code = ExitCode.ALTERED
    message = N_("The key pack {pack} was altered.")
    hint = N_("Type `coffre check --repair`: its keys are taken from the index.")


class IndexDamagedError(CoffreError):
    """The index does not open, or is not this vault's; it is folded anew."""

    exit_code = ExitCode.ALTERED
    message = N_("The index is damaged ({reason}).")
    hint = N_("Type `coffre check --repair`: it is folded anew from the log.")


class VaultBusyError(CoffreError):
    """Another process holds the vault's lock for too long."""

    exit_code = ExitCode.VAULT_BUSY
    message = N_("The safe is busy: {holder} has been writing for more than {seconds} seconds.")
    hint = N_("Wait for it to end, then type the same command again.")


class EntryAlteredError(CoffreError):
    """A sealed deposit is not what was written, or was not made for this vault."""

    exit_code = ExitCode.ALTERED
    message = N_("The sealed deposit {entry} is not what was written ({reason}); nothing of it was taken in.")
    hint = N_("It lies in the folder quarantine of the safe. If you miss a document, deposit it again.")


class EntryTooLargeError(CoffreError):
    """A file is larger than a sealed deposit may be."""

    exit_code = ExitCode.QUOTA
    message = N_("« {name} » is larger than a sealed deposit may be ({limit} bytes).")
    hint = N_("Open the safe and deposit it with `coffre add`.")


class SourceChangedError(CoffreError):
    """A file was written while it was read."""

    exit_code = ExitCode.TRY_LATER
    message = N_("« {name} » was changed while it was read; it was left where it is.")
    hint = N_("Nothing is to be done: it is taken once it is complete.")
