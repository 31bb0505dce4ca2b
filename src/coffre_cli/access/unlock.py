"""Where secrets come from (CLI.md, «Everywhere»): descriptor, file, command, session, environment, terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from coffre_cli.access.errors import SecretSourceError
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.i18n import N_
from coffre_cli.values import field, frozen

_MAXIMUM_SIZE = 64 * 1024
_COMMAND_SECONDS = 120


class Prompter(Protocol):
    """A person who can be asked for a secret."""

    def is_there(self) -> bool:
        """Tell whether somebody can be asked."""

    def password(self, question: str) -> str:
        """Ask for a secret, unseen."""


@frozen
class SecretSources:
    """What the command line and the environment offer."""

    descriptor: int | None = None
    file: Path | None = None
    command: str | None = None
    environment: Mapping[str, str] = field(factory=dict)

    def explicit(self) -> Secret | None:
        """Return the secret that the command line points to.

        Raises:
            SecretSourceError: It points to nothing that can be read.
        """
        if self.descriptor is not None:
            return _from_descriptor(self.descriptor)
        if self.file is not None:
            return _from_file(self.file)
        return None if self.command is None else _from_command(self.command)

    def ambient(self) -> Secret | None:
        """Return the secret that the environment points to.

        Raises:
            SecretSourceError: It points to nothing that can be read.
        """
        file, command = self.environment.get("COFFRE_PASSWORD_FILE"), self.environment.get("COFFRE_PASSWORD_COMMAND")
        if file:
            return _from_file(Path(file))
        return _from_command(command) if command else None


def _from_descriptor(descriptor: int) -> Secret:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return _secret(file.read(_MAXIMUM_SIZE))
    except (OSError, ValueError) as error:
        raise SecretSourceError(source=f"--password-fd {descriptor}", reason=_reason(error)) from None


def _from_file(path: Path) -> Secret:
    try:
        with path.expanduser().open("rb") as file:
            return _secret(file.read(_MAXIMUM_SIZE))
    except (OSError, ValueError) as error:
        raise SecretSourceError(source=str(path), reason=_reason(error)) from None


def _from_command(command: str) -> Secret:
    import shlex
    import subprocess

    try:
        words = shlex.split(command)
        done = subprocess.run(words, stdout=subprocess.PIPE, check=True, timeout=_COMMAND_SECONDS)
        return _secret(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError, IndexError) as error:
        raise SecretSourceError(source="--password-command", reason=_command_failed(error)) from None


def _reason(error: OSError | ValueError) -> str:
    """Say why in words of the system; those of a decoder quote the password."""
    return getattr(error, "strerror", None) or type(error).__name__


def _command_failed(error: Exception) -> str:
    import subprocess

    if isinstance(error, subprocess.TimeoutExpired):
        return N_("it did not end in time")
    return N_("it failed") if isinstance(error, subprocess.SubprocessError) else N_("it cannot be run")


def _secret(data: bytes) -> Secret:
    first = data.split(b"\n", 1)[0].removesuffix(b"\r")
    return password_secret(first.decode("utf-8"))
