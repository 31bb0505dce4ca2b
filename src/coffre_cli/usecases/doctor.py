"""Say what is installed, what is missing, and whether it works."""

from __future__ import annotations

import platform
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from coffre_cli import __version__
from coffre_cli.crypto.secret import Secret
from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes
from coffre_cli.store.index import create_index
from coffre_cli.usecases.configuration import read_settings
from coffre_cli.usecases.doctor_model import Area, Finding, State
from coffre_cli.usecases.doctor_programs import programs
from coffre_cli.usecases.doctor_selftests import self_tests
from coffre_cli.vault.errors import NoVaultError, SeveralVaultsError
from coffre_cli.vault.opening import Located
from coffre_cli.vault.places import Places
from coffre_cli.worker.program import sandbox_works

PACKAGES: Final = (
    "cryptography",
    "sqlcipher3",
    "pyhanko",
    "pikepdf",
    "pypdfium2",
    "pypdf",
    "img2pdf",
    "typst",
    "typer",
)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_PORTS: Final = {"http": 80, "https": 443}
_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Patient:
    """What the doctor looks at."""

    places: Places
    find_vault: Callable[[], Located]
    """Returns the vault that commands would use."""
    directory: Path
    """Private and empty."""
    random: RandomBytes
    now: datetime


def examine(patient: Patient, *, online: bool) -> Iterator[Finding]:
    """Look at everything; the network is touched only when *online*."""
    yield from _versions(patient)
    yield from programs()
    if sys.platform == "linux":
        yield _sandbox()
    yield from self_tests(patient.directory, patient.random, patient.now)
    yield from _directories(patient.places)
    yield _vault(patient.find_vault)
    if online:
        yield _timestamps(read_settings(patient.places.settings).get("tsa", ""))


def _versions(patient: Patient) -> Iterator[Finding]:
    from cryptography.hazmat.backends.openssl.backend import backend

    yield _told("coffre", __version__)
    yield _told("python", platform.python_version())
    yield _told("system", platform.platform(terse=True))
    yield _told("openssl", backend.openssl_version_text().removeprefix("OpenSSL "))
    with closing(create_index(patient.directory / "v.db", Secret(patient.random(32)), patient.random(16))) as index:
        yield _told("sqlite", str((index.one("SELECT sqlite_version()") or ("?",))[0]))
        yield _told("sqlcipher", str((index.one("PRAGMA cipher_version") or ("?",))[0]))
    for name in PACKAGES:
        try:
            yield _told(name, version(name))
        except PackageNotFoundError:
            yield Finding(Area.VERSION, name, State.FAILED, N_("not installed"), remedy=f"pip install {name}")


def _told(name: str, number: str) -> Finding:
    return Finding(Area.VERSION, name, State.GOOD, version=number)


def _sandbox() -> Finding:
    if sandbox_works():
        return Finding(Area.SELF_TEST, "sandbox", State.GOOD, N_("converters run in bubblewrap"))
    text = N_("converters run in limited processes, without bubblewrap around the programs they call")
    return Finding(Area.SELF_TEST, "sandbox", State.MISSING, text)


def _directories(places: Places) -> Iterator[Finding]:
    for name, path in (("data", places.data), ("config", places.config), ("state", places.state)):
        shown = (("path", str(path)),)
        if not path.exists():
            yield Finding(Area.DIRECTORY, name, State.GOOD, N_("{path}: made when it is needed"), shown)
        elif sys.platform != "win32" and path.stat().st_mode & _OTHERS:
            text = N_("{path}: others of this computer may look into it")
            yield Finding(Area.DIRECTORY, name, State.WARNING, text, shown, remedy=f"chmod 700 '{path}'")
        else:
            yield Finding(Area.DIRECTORY, name, State.GOOD, N_("{path}: yours alone"), shown)


def _vault(find: Callable[[], Located]) -> Finding:
    try:
        found = find()
    except NoVaultError:
        return Finding(Area.VAULT, "vault", State.MISSING, N_("no safe here yet"), remedy="coffre init")
    except SeveralVaultsError as error:
        names = ", ".join(str(name) for name in _names(error))
        text = N_("several safes, none of them chosen: {names}")
        return Finding(Area.VAULT, "vault", State.GOOD, text, (("names", names),), remedy="coffre config set vault …")
    except CoffreError as error:
        text = N_("the safe cannot be read ({reason})")
        return Finding(Area.VAULT, "vault", State.FAILED, text, (("reason", error.code),), remedy="coffre check")
    facts = (("name", found.descriptor.name), ("path", str(found.layout.root)))
    return Finding(Area.VAULT, "vault", State.GOOD, N_("{name}, in {path}"), facts)


def _names(error: SeveralVaultsError) -> tuple[str, ...]:
    names = error.facts.get("names")
    return names if isinstance(names, tuple) else ()


def _timestamps(address: str) -> Finding:
    if not address:
        text = N_("no time-stamping authority is set: dates are declared by this computer")
        return Finding(Area.ONLINE, "tsa", State.MISSING, text, remedy="coffre config set tsa URL")
    parts = urlsplit(address)
    try:
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except (OSError, ValueError) as error:
        facts = (("address", address), ("reason", type(error).__name__))
        return Finding(Area.ONLINE, "tsa", State.WARNING, N_("{address} does not answer ({reason})"), facts)
    return Finding(Area.ONLINE, "tsa", State.GOOD, N_("{address} answers"), (("address", address),))
