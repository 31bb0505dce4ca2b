"""Why a way in stays closed."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class WrongPasswordError(CoffreError):
    """No key slot opens with the secret offered."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("This password does not open the safe {safe}.")
    hint = N_("Try again; if it is lost, `coffre recover` sets a new one with the recovery code.")


class WrongRecoveryCodeError(CoffreError):
    """The recovery code opens no slot."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("This recovery code does not open the safe {safe}.")
    hint = N_("Compare each group with the paper; the last two characters check the others.")


class LockedError(CoffreError):
    """A secret is needed and there is no way to ask for it."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("The safe {safe} is locked, and there is no terminal to ask for the password.")
    hint = N_("Type `coffre unlock` first, or give `--password-file`.")


class PasswordTooWeakError(CoffreError):
    """The new password is refused."""

    exit_code = ExitCode.USAGE
    message = N_("This password is refused: {reason}.")
    hint = N_("Take at least 12 characters that say nothing of you; a sentence is easy to remember.")


class NewPasswordNeededError(CoffreError):
    """A new password is needed and nobody can be asked for it."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("A new password is needed, and there is nobody to ask for it.")
    hint = N_("Give `--new-password-file` (or `--password-file` to `init` and `recover`).")


class PasswordMismatchError(CoffreError):
    """The two entries of a new password differ."""

    exit_code = ExitCode.USAGE
    message = N_("The two passwords differ; nothing was changed.")
    hint = N_("Type the same command again.")


class SecretSourceError(CoffreError):
    """A secret could not be read from where it should come from."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("No password could be read from {source}: {reason}.")
    hint = N_("Check the file, descriptor or command that should give it.")


class SlotDamagedError(CoffreError):
    """A key slot is not what was written, and its spare neither."""

    exit_code = ExitCode.ALTERED
    message = N_("The key slot {slot} is damaged ({reason}).")
    hint = N_("Type `coffre check --repair`; another way in, such as the recovery code, may still open the safe.")


class NoSessionKeeperError(CoffreError):
    """Neither the kernel's keyring nor a trusted system keyring can hold a session."""

    message = N_("This system has no place where a session could be kept safely.")
    hint = N_("Give `--password-file` or `--password-command` to each command instead.")
