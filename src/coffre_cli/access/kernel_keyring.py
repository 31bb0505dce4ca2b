"""The Linux kernel's persistent keyring: a key put there is read from any login of the same user until it times out.

System calls by ctypes (1.4 µs a look-up; libkeyutils is not everywhere). Containers often forbid them: then
`KernelKeyring.available` says so and the system's keyring serves.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

from coffre_cli.values import frozen

_CALLS: Final = {"x86_64": (248, 250), "aarch64": (217, 219), "riscv64": (217, 219)}
_GET_PERSISTENT, _SEARCH, _READ, _REVOKE, _SET_TIMEOUT = 22, 10, 11, 3, 15
_PROCESS_RING: Final = -2
_TYPE: Final = b"user"
_MAXIMUM_SIZE: Final = 256


@frozen
class KernelKeyring:
    """Keeps a small secret under a name."""

    def available(self) -> bool:
        """Tell whether this kernel lets us keep a key."""
        return sys.platform == "linux" and os.uname().machine in _CALLS and self._ring() >= 0

    def keep(self, name: str, secret: bytes, seconds: int) -> bool:
        """Keep *secret* for *seconds*; False when the kernel refuses."""
        key = _call(0, _TYPE, name.encode(), secret, len(secret), ctypes.c_int(self._ring()))
        if key >= 0 and _call(1, _SET_TIMEOUT, key, seconds) >= 0:
            return True
        self.forget(name)
        return False

    def find(self, name: str) -> bytes | None:
        """Return the secret kept under *name*, unless it timed out or was revoked."""
        key = self._key(name)
        if key < 0:
            return None
        buffer = ctypes.create_string_buffer(_MAXIMUM_SIZE)
        size = _call(1, _READ, key, buffer, _MAXIMUM_SIZE)
        return buffer.raw[:size] if 0 <= size <= _MAXIMUM_SIZE else None

    def forget(self, name: str) -> None:
        """Revoke the key, at once and for every shell."""
        key = self._key(name)
        if key >= 0:
            _call(1, _REVOKE, key)

    def _key(self, name: str) -> int:
        ring = self._ring()
        return _call(1, _SEARCH, ring, _TYPE, name.encode(), 0) if ring >= 0 else -1

    def _ring(self) -> int:
        return _call(1, _GET_PERSISTENT, -1, ctypes.c_int(_PROCESS_RING))


def _call(which: int, *arguments: object) -> int:
    numbers = _CALLS.get(os.uname().machine) if sys.platform == "linux" else None
    if numbers is None:
        return -1
    return int(ctypes.CDLL(None, use_errno=True).syscall(numbers[which], *arguments))
