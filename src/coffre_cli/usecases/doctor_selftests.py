"""Known answers: each part of coffre that must never be wrong is tried, and compared with what is published.

Sources: FIPS 180-2 appendix B.1 (SHA-256), RFC 8032 section 7.1 test 2 (Ed25519), RFC 9106 section 5.3 (Argon2id).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from coffre_cli.access.held import SystemKeyring
from coffre_cli.access.kernel_keyring import KernelKeyring
from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.keypair import SigningKey, is_signed_by
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import open_sealed, seal
from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes
from coffre_cli.store.errors import IndexDamagedError
from coffre_cli.store.index import create_index, open_index
from coffre_cli.usecases.doctor_model import Area, Finding, State

_SHA256_ABC: Final = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
_ED25519_SEED: Final = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
_ED25519_SIGNATURE: Final = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
_ARGON2ID_TAG: Final = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
_SEALED_SHA256: Final = "828f02b54b2d24559cc7aa588e1243c2d8c5d8182fe8efbdd8d48d69989f1454"
"""Of what `seal` gives for the inputs of `_seal`; the vectors of tests/vectors hold the same construction."""
_CANARY: Final = b"canary in the index"
_NOTE: Final = "Known answer.\n"
_SESSION_SECONDS: Final = 30


def self_tests(directory: Path, random: RandomBytes, now: datetime) -> Iterator[Finding]:
    """Try each part; *directory* is private and empty."""
    tests: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("sha256", _sha256),
        ("ed25519", _ed25519),
        ("argon2id", _argon2id),
        ("seal", _seal),
        ("index", lambda: _index(directory, random)),
        ("pdfa", lambda: _pdfa(directory, now)),
    )
    for name, test in tests:
        yield _tried(name, test)
    yield _session(random)


def _tried(name: str, test: Callable[[], bool]) -> Finding:
    try:
        good, reason = test(), ""
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a part is the finding
        good, reason = False, type(error).__name__
    if good:
        return Finding(Area.SELF_TEST, name, State.GOOD)
    detail = N_("it did not give the known answer ({reason})")
    return Finding(Area.SELF_TEST, name, State.FAILED, detail, (("reason", reason or "–"),))


def _sha256() -> bool:
    return hashlib.sha256(b"abc").hexdigest() == _SHA256_ABC


def _ed25519() -> bool:
    key = SigningKey(Secret(bytes.fromhex(_ED25519_SEED)))
    signature = key.sign(b"r")
    known = signature.hex() == _ED25519_SIGNATURE
    return known and is_signed_by(key.public, signature, b"r") and not is_signed_by(key.public, signature, b"s")


def _argon2id() -> bool:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    derivation = Argon2id(
        salt=b"\2" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\4" * 12, secret=b"\3" * 8
    )
    return derivation.derive(b"\1" * 32).hex() == _ARGON2ID_TAG


def _seal() -> bool:
    plaintext = bytes(range(256)) * 65
    message = seal(b"\5" * 32, b"doctor", plaintext, bytes)
    turned = message[:-1] + bytes([message[-1] ^ 1])
    try:
        open_sealed(b"\5" * 32, b"doctor", turned)
    except SealError:
        refused = True
    else:
        refused = False
    same = open_sealed(b"\5" * 32, b"doctor", message) == plaintext
    return refused and same and hashlib.sha256(message).hexdigest() == _SEALED_SHA256


def _index(directory: Path, random: RandomBytes) -> bool:
    """Keep a text in an encrypted index: search finds it, the file does not show it, another key is refused."""
    path, key, vault_id = directory / "index.db", Secret(random(32)), random(16)
    with closing(create_index(path, key, vault_id)) as index:
        index.run("CREATE VIRTUAL TABLE probe USING fts5(text)")
        index.run("INSERT INTO probe VALUES (?)", (_CANARY.decode(),))
        found = index.one("SELECT count(*) FROM probe WHERE probe MATCH 'canary'") == (1,)
        index.checkpoint()
    hidden = not any(_CANARY in file.read_bytes() for file in directory.glob("index.db*"))
    try:
        open_index(path, Secret(random(32)), vault_id).close()
    except IndexDamagedError:
        return found and hidden
    return False


def _pdfa(directory: Path, now: datetime) -> bool:
    """Convert a note where untrusted files are converted, and have the result validated."""
    from coffre_cli.convert.convert import convert, workers
    from coffre_cli.convert.model import PDF_A, Options, Source

    note = directory / "note.txt"
    note.write_text(_NOTE, "utf-8")
    with workers(1) as pool:
        conversion = convert(pool, Source(note, note.name), Options(moment=now))
        return conversion.format == PDF_A and conversion.archive is not None


def _session(random: RandomBytes) -> Finding:
    """Keep a secret for a moment where `unlock` would."""
    keeper = KernelKeyring()
    if not keeper.available():
        return _system_keyring()
    name, secret = f"coffre:doctor:{random(8).hex()}", random(32)
    try:
        same = keeper.keep(name, secret, _SESSION_SECONDS) and keeper.find(name) == secret
    finally:
        keeper.forget(name)
    if same and keeper.find(name) is None:
        return Finding(Area.SELF_TEST, "session", State.GOOD, N_("by the kernel's keyring"))
    return Finding(Area.SELF_TEST, "session", State.FAILED, N_("the kernel's keyring does not give back what it took"))


def _system_keyring() -> Finding:
    try:
        trusted = SystemKeyring().available()
    except (CoffreError, RuntimeError, OSError):
        trusted = False
    if trusted:
        return Finding(Area.SELF_TEST, "session", State.GOOD, N_("by the desktop's keyring"))
    text = N_("no keyring to be trusted: `coffre unlock` cannot hold a session, each command asks the password")
    return Finding(Area.SELF_TEST, "session", State.MISSING, text)
