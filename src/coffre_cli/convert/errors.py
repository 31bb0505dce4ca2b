"""Why a file has no archive rendition, or no better one."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class ConversionError(CoffreError):
    """No archive rendition can be made; the document is kept all the same."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("No archive copy of this file could be made: {reason}.")
    hint = N_("The original is kept as it is.")


class UnsupportedFormatError(ConversionError):
    """No converter claims the file."""

    message = N_("No archive copy: files of this kind ({format}) cannot be converted.")


class EmptyFileError(ConversionError):
    """The file holds no byte."""

    message = N_("No archive copy: the file is empty.")


class DamagedFileError(ConversionError):
    """The file is cut short or does not follow its format."""

    message = N_("No archive copy: the file is damaged ({reason}).")


class PasswordNeededError(ConversionError):
    """The file is encrypted and no password opens it."""

    message = N_("No archive copy: the file is protected by a password.")
    hint = N_("Give its password, then `coffre convert` makes the copy.")


class TooLargeError(ConversionError):
    """The file exceeds a bound set against files made to exhaust the machine."""

    message = N_("No archive copy: {what} exceeds the limit of {limit}.")


class UnsafeFileError(ConversionError):
    """The file holds a construct that serves attacks only."""

    message = N_("No archive copy: the file holds {what}, which is never expanded.")


class OutputUnusableError(ConversionError):
    """A program gave nothing that can be used, whatever it said."""

    message = N_("No archive copy: {program} gave no usable pages.")


class NoRouteError(ConversionError):
    """Every way to PDF/A failed."""

    message = N_("No archive copy: no way to a durable PDF succeeded ({reason}).")
