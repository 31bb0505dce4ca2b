"""What can become of a task other than its value."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class WorkerError(CoffreError):
    """A task gave no value."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("The separate process for this file ended without a result: {reason}.")


class WorkerFailedError(WorkerError):
    """The function raised something that is no CoffreError; `reason` names it."""


class WorkerCrashedError(WorkerError):
    """The process was ended by a signal, or left without a word."""

    message = N_("The separate process for this file crashed ({reason}).")


class WorkerTimedOutError(WorkerError):
    """The task used more time than its limits allow."""

    message = N_("This file took more than {seconds} seconds and was given up.")
    hint = N_("The limit protects against files made to exhaust the machine.")


class WorkerMemoryError(WorkerError):
    """The task needed more memory than its limits allow."""

    message = N_("This file needs more than {megabytes} MB of memory and was given up.")
    hint = N_("The limit protects against files made to exhaust the machine.")


class WorkerUnavailableError(WorkerError):
    """No process could be started for tasks."""

    exit_code = ExitCode.FAILURE
    message = N_("Cannot start a separate process for untrusted files: {reason}.")
    hint = N_("`coffre doctor` may tell more.")


class UntrustworthyResultError(WorkerError):
    """A worker reported something that it cannot have made honestly."""

    message = N_("The separate process for this file gave a result that cannot be trusted: {reason}.")
