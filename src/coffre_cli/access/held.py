"""Sessions: an opened vault's payload, held for a while.

The payload lies sealed in a file of the state directory; its wrapping key is in the kernel's keyring on Linux, else
in a trusted keyring of the system. `lock` removes one side, and the other is worth nothing. A plaintext keyring is
never used, whatever is installed.
"""

from __future__ import annotations

import contextlib
import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from coffre_cli.access.errors import NoSessionKeeperError
from coffre_cli.access.kernel_keyring import KernelKeyring
from coffre_cli.access.slots import Payload, payload_from_json, payload_json
from coffre_cli.crypto.canonical import NotCanonicalError
from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.stream import open_sealed, seal
from coffre_cli.model import RandomBytes
from coffre_cli.values import frozen

_TRUSTED_BACKENDS: Final = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
_SERVICE: Final = "coffre"
_TIME_SIZE: Final = 8


class Keeper(Protocol):
    """Keeps a small secret under a name, for this user only."""

    def keep(self, name: str, secret: bytes, seconds: int) -> bool:
        """Keep *secret*; False when refused."""

    def find(self, name: str) -> bytes | None:
        """Return what is kept under *name*."""

    def forget(self, name: str) -> None:
        """Forget what is kept under *name*."""


@frozen
class SystemKeyring:
    """The desktop's keyring, through a backend on the list of trusted ones."""

    def available(self) -> bool:
        """Tell whether a trusted backend answers."""
        import keyring

        module = type(keyring.get_keyring()).__module__
        return module in _TRUSTED_BACKENDS

    def keep(self, name: str, secret: bytes, seconds: int) -> bool:
        """Keep *secret*; the end is checked by us, this keyring knows no time-out."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, name, secret.hex())
        except KeyringError:
            return False
        return seconds > 0

    def find(self, name: str) -> bytes | None:
        """Return what is kept under *name*."""
        import keyring
        from keyring.errors import KeyringError

        with contextlib.suppress(KeyringError, ValueError):
            found = keyring.get_password(_SERVICE, name)
            return bytes.fromhex(found) if found else None
        return None

    def forget(self, name: str) -> None:
        """Forget what is kept under *name*."""
        import keyring
        from keyring.errors import KeyringError

        with contextlib.suppress(KeyringError):
            keyring.delete_password(_SERVICE, name)


@frozen
class Session:
    """Where the session of one vault is held."""

    folder: Path
    """A private folder of the state directory."""
    vault_id: bytes

    def hold(self, payload: Payload, until: datetime, now: datetime, random: RandomBytes) -> None:
        """Hold *payload* until *until*.

        Raises:
            NoSessionKeeperError: No keyring of this system is to be trusted with it.
        """
        wrapping = random(32)
        plaintext = int(until.timestamp()).to_bytes(_TIME_SIZE, "big") + payload_json(payload)
        seconds = max(1, int((until - now) / timedelta(seconds=1)))
        keeper = _keeper()
        if keeper is None or not keeper.keep(self._name(), wrapping, seconds):
            raise NoSessionKeeperError
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._file().with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_bytes(seal(wrapping, self._context(), plaintext, random))
        partial.replace(self._file())

    def payload(self, now: datetime) -> Payload | None:
        """Return the payload held, or None: no session, ended, locked, or not what was written."""
        try:
            message = self._file().read_bytes()
        except OSError:
            return None
        keeper = _keeper()
        wrapping = keeper.find(self._name()) if keeper else None
        if wrapping is None:
            return None
        try:
            plaintext = open_sealed(wrapping, self._context(), message)
            until = int.from_bytes(plaintext[:_TIME_SIZE], "big")
            return payload_from_json(plaintext[_TIME_SIZE:]) if now.timestamp() < until else None
        except (SealError, NotCanonicalError):
            return None

    def end(self) -> None:
        """End the session, for every shell at once."""
        self._file().unlink(missing_ok=True)
        keeper = _keeper()
        if keeper is not None:
            keeper.forget(self._name())

    def _file(self) -> Path:
        return self.folder / self.vault_id.hex()

    def _name(self) -> str:
        place = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return f"coffre:{self.vault_id.hex()}:{place}"

    def _context(self) -> bytes:
        return b"coffre/1/session\x00" + self.vault_id


def _keeper() -> Keeper | None:
    kernel = KernelKeyring()
    if kernel.available():
        return kernel
    system = SystemKeyring()
    return system if system.available() else None
