"""Why paper does not come in."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class NoScannerError(CoffreError):
    """No scanner answers."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("No scanner answers.")
    hint = N_("Switch it on and plug it in; `coffre scan --list` shows those that answer.")


class ScannerError(CoffreError):
    """The scanner stopped; pages scanned before are not lost."""

    exit_code = ExitCode.TRY_LATER
    message = N_("The scanner stopped: {reason} ({pages} pages were scanned before).")
    hint = N_("Put it right, then type the same command again.")


class FeederEmptyError(CoffreError):
    """Nothing lies in the feeder."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("There is no paper in the feeder.")
    hint = N_("Lay the sheets in it, or use `--source flatbed`.")
