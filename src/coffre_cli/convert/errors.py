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

    message = N_(
        "No archive copy: the file is protected by a password; `coffre convert` asks for it and makes the copy."
    )
    hint = N_("In scripts, `--document-password-fd` gives the password.")


class NotFaithfulError(ConversionError):
    """A faithful copy was asked for, and the file cannot become one; it is not kept."""

    message = N_("« {name} » cannot be kept as a faithful copy: {reason}.")
    hint = N_("Scan the paper again at 300 dpi or more, or leave the profile out.")


class ResolutionTooLowError(NotFaithfulError):
    """A page of it was scanned too coarsely."""

    message = N_("« {name} » cannot be kept as a faithful copy: page {page} has {dpi} dpi, {least} are needed.")


class ResolutionUnknownError(NotFaithfulError):
    """A page of it does not say how finely it was scanned."""

    message = N_("« {name} » cannot be kept as a faithful copy: page {page} does not say its resolution.")


class TooDeepError(ConversionError):
    """The package lies in too many others."""

    message = N_("Not unpacked: it lies in {limit} packages or mails, one inside the other.")


class TooLargeError(ConversionError):
    """The file exceeds a bound set against files made to exhaust the machine; each bound has its own sentence."""

    hint = N_("The limit protects against files made to exhaust the machine. The original is kept as it is.")


class TooManyPixelsError(TooLargeError):
    """A picture is too large to be decoded safely."""

    message = N_("No archive copy: a picture has more than {limit} pixels.")


class TooManyFramesError(TooLargeError):
    """A picture has too many frames."""

    message = N_("No archive copy: the picture has more than {limit} frames.")


class TooManyPagesError(TooLargeError):
    """A document has too many pages."""

    message = N_("No archive copy: the document has more than {limit} pages.")


class TextTooLongError(TooLargeError):
    """A text would fill thousands of pages."""

    message = N_("No archive copy: the text has more than {limit} bytes.")


class DrawingTooLargeError(TooLargeError):
    """The instructions of the pages unpack to too much."""

    message = N_("No archive copy: what the pages draw unpacks to more than {limit} bytes.")


class TooManyMembersError(TooLargeError):
    """A package has too many files in it."""

    message = N_("Not unpacked: the package holds more than {limit} files.")


class UnpacksTooLargeError(TooLargeError):
    """A package unpacks to too much."""

    message = N_("Not unpacked: the package unpacks to more than {limit} bytes.")


class PackedTooTightError(TooLargeError):
    """A member of a package is compressed as no ordinary file can be."""

    message = N_("Not unpacked: a file in the package unpacks to more than {limit} times its size.")


class XmlEntitiesError(ConversionError):
    """The file's XML defines entities, which serve attacks only."""

    message = N_("No archive copy: the file defines XML entities, which are never expanded.")


class OutputUnusableError(ConversionError):
    """A program gave nothing that can be used, whatever it said."""

    message = N_("No archive copy: {program} gave no usable pages.")


class NoRouteError(ConversionError):
    """Every way to PDF/A failed."""

    message = N_("No archive copy: no way to a durable PDF succeeded ({reason}).")
