"""PKCS#11 modules: the drivers of cards and USB tokens, where their makers put them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Module:
    """A driver."""

    name: str
    """Whose it is."""
    path: Path


PROXY = "p11-kit"
"""Speaks for every module registered with it: asked last, for what the others did not show."""
_LINUX_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu/pkcs11",
    "/usr/lib/aarch64-linux-gnu/pkcs11",
    "/usr/lib64/pkcs11",
    "/usr/lib/pkcs11",
    "/usr/lib/x86_64-linux-gnu/softhsm",
    "/usr/lib/aarch64-linux-gnu/softhsm",
    "/usr/lib64/softhsm",
    "/usr/lib/softhsm",
    "/usr/local/lib/softhsm",
)
_LINUX = (
    ("SafeNet IDPrime", "libIDPrimePKCS11.so"),
    ("SafeNet eToken", "libeToken.so"),
    ("Gemalto Classic", "libgclib.so"),
    ("OpenSC", "opensc-pkcs11.so"),
    ("Bit4id", "libbit4xpki.so"),
    ("Bit4id", "libbit4ipki.so"),
    ("IDEMIA AWP", "libOcsCryptoki.so"),
    ("Yubico", "libykcs11.so"),
    ("SoftHSM", "libsofthsm2.so"),
    (PROXY, "p11-kit-proxy.so"),
)
_MAC_FOLDERS = (
    "/Library/OpenSC/lib",
    "/usr/local/lib",
    "/opt/homebrew/lib",
    "/opt/homebrew/lib/pkcs11",
    "/usr/local/lib/softhsm",
    "/opt/homebrew/lib/softhsm",
    "/Library/Frameworks/eToken.framework/Versions/Current",
    "/Library/Application Support/Bit4id",
)
_MAC = (
    ("SafeNet IDPrime", "libIDPrimePKCS11.dylib"),
    ("SafeNet eToken", "libeTPkcs11.dylib"),
    ("SafeNet eToken", "libeToken.dylib"),
    ("OpenSC", "opensc-pkcs11.so"),
    ("Bit4id", "libbit4xpki.dylib"),
    ("Yubico", "libykcs11.dylib"),
    ("SoftHSM", "libsofthsm2.so"),
    (PROXY, "p11-kit-proxy.dylib"),
)
_WINDOWS_FOLDERS = (
    r"C:\Windows\System32",
    r"C:\Program Files\SafeNet\Authentication\SAC\x64",
    r"C:\Program Files\OpenSC Project\OpenSC\pkcs11",
    r"C:\Program Files\Yubico\Yubico PIV Tool\bin",
    r"C:\SoftHSM2\lib",
)
_WINDOWS = (
    ("SafeNet IDPrime", "IDPrimePKCS1164.dll"),
    ("SafeNet eToken", "eTPKCS11.dll"),
    ("OpenSC", "opensc-pkcs11.dll"),
    ("Bit4id", "bit4xpki.dll"),
    ("Bit4id", "bit4ipki.dll"),
    ("Yubico", "libykcs11.dll"),
    ("SoftHSM", "softhsm2-x64.dll"),
)


def known_modules(platform: str = sys.platform) -> Iterator[Module]:
    """Yield where each known module would be on *platform*, the makers' own first."""
    folders: tuple[str, ...] = _LINUX_FOLDERS
    names: tuple[tuple[str, str], ...] = _LINUX
    if platform == "darwin":
        folders, names = _MAC_FOLDERS, _MAC
    elif platform == "win32":
        folders, names = _WINDOWS_FOLDERS, _WINDOWS
    return (Module(name, Path(folder, file)) for name, file in names for folder in folders)


def present_modules(platform: str = sys.platform) -> tuple[Module, ...]:
    """Return the known modules that are on this machine, each once."""
    found: dict[Path, Module] = {}
    for module in known_modules(platform):
        if module.path.is_file():
            found.setdefault(module.path.resolve(), module)
    return tuple(found.values())
