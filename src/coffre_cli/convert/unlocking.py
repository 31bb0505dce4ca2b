"""Office files under a password, opened for the printer; the original stays locked as it came.

OpenDocument: part 3 of the format, sections 3.4 and 4.16; Microsoft's formats: [MS-OFFCRYPTO], by msoffcrypto.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.convert.errors import ConversionError, DamagedFileError, PasswordNeededError, UnpacksTooLargeError
from coffre_cli.convert.model import Bounds, Kind, Options
from coffre_cli.convert.officefacts import OfficeFacts, office_facts
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.zipped import DAMAGE, checked
from coffre_cli.i18n import N_

PLAIN = "plain.bin"
_MANIFEST = "META-INF/manifest.xml"
_MANIFEST_MOST = 4_000_000
_MOST_ROUNDS = 5_000_000
_BLOCK = 16
_CHECKED = 1024
_ENTRY = re.compile(r"<manifest:file-entry\b([^>]*[^/>])>(.*?)</manifest:file-entry>", re.DOTALL)
_LOCK = re.compile(r"<manifest:encryption-data\b.*?</manifest:encryption-data>", re.DOTALL)
_ATTRIBUTE = re.compile(r'manifest:([\w-]+)="([^"]*)"')
_AES = re.compile(r"#aes(?:128|192|256)-cbc$")


@dataclass(frozen=True, slots=True)
class Ready:
    """An office file that can be printed."""

    path: Path
    suffix: str
    facts: OfficeFacts
    unlocked: bool = False


def made_ready(path: Path, kind: Kind, options: Options, directory: Path) -> Ready:
    """Return the office file at *path*, opened in *directory* with the password of *options* where it is locked.

    Raises:
        PasswordNeededError: It is locked, and the password is not there or wrong.
        ConversionError: It must not be opened, or cannot.
    """
    try:
        return Ready(path, kind.suffix, office_facts(path, options.bounds))
    except PasswordNeededError:
        if not options.password:
            raise
    plain = directory / PLAIN
    with path.open("rb") as file:
        is_package = file.read(2) == b"PK"
    (_open_document if is_package else _open_compound)(path, options.password, options.bounds, plain)
    return Ready(plain, sniff(plain).suffix, office_facts(plain, options.bounds), unlocked=True)


def _open_compound(path: Path, password: str, _bounds: Bounds, plain: Path) -> None:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    try:
        with path.open("rb") as file, plain.open("wb") as opened:
            office = msoffcrypto.OfficeFile(file)
            office.load_key(password=password, verify_password=True)
            if getattr(office, "type", "") == "standard":
                opened.write(_standard(office.secret_key, office.file.openstream("EncryptedPackage").read()))
            else:
                office.decrypt(opened)
    except (InvalidKeyError, DecryptionError) as error:
        raise PasswordNeededError from error
    except FileFormatError as error:
        raise ConversionError(reason=N_("its cipher is not known")) from error
    except Exception as error:  # a broken container raises whatever it likes
        raise DamagedFileError(reason=type(error).__name__) from error


def _standard(key: bytes, stream: bytes) -> bytes:
    """Return the package in *stream* ([MS-OFFCRYPTO] 2.3.4.4); some writers leave half a block at its end."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    size = int.from_bytes(stream[:8], "little")
    whole = len(stream[8:]) // _BLOCK * _BLOCK
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 - the format's, not ours
    return (decryptor.update(stream[8 : 8 + whole]) + decryptor.finalize())[:size]


def _open_document(path: Path, password: str, bounds: Bounds, plain: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package, zipfile.ZipFile(plain, "w") as opened:
            members = list(checked(package, bounds))
            with package.open(_MANIFEST) as file:
                manifest = file.read(_MANIFEST_MOST).decode("utf-8", "replace")
            locks = {_attributes(head)["full-path"]: inside for head, inside in _ENTRY.findall(manifest)}
            left = bounds.package_bytes
            for member in members:
                data = package.read(member)
                if member.filename == _MANIFEST:
                    data = _LOCK.sub("", manifest).encode("utf-8")
                elif _LOCK.search(locks.get(member.filename, "")):
                    data = _opened(data, locks[member.filename], password, left)
                left -= len(data)
                opened.writestr(member.filename, data)
    except KeyError as error:
        raise ConversionError(reason=N_("its cipher is not known")) from error
    except (*DAMAGE, RuntimeError) as error:
        raise DamagedFileError(reason=N_("package")) from error


def _attributes(text: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text))


def _opened(data: bytes, lock: str, password: str, most: int) -> bytes:
    """Return the member that *data* lock up; its checksum, over what was packed, tells a wrong password."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    told = _attributes(lock)
    if not _AES.search(told["algorithm-name"]) or told["key-derivation-name"].rpartition("#")[2].lower() != "pbkdf2":
        raise KeyError(told["algorithm-name"])
    decryptor = Cipher(algorithms.AES(_key(told, password)), modes.CBC(_b64(told["initialisation-vector"]))).decryptor()
    packed = decryptor.update(data[: len(data) // _BLOCK * _BLOCK]) + decryptor.finalize()
    packed = packed[: -packed[-1]] if packed and packed[-1] <= _BLOCK else packed
    if not _fits(packed, told):
        raise PasswordNeededError
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    found = unpacker.decompress(packed, max(1, most))
    if unpacker.unconsumed_tail:
        raise UnpacksTooLargeError(limit=most)
    return found


def _key(told: dict[str, str], password: str) -> bytes:
    start = _digest(told.get("start-key-generation-name", ""))(password.encode("utf-8")).digest()
    rounds, bits = int(told["iteration-count"]), int(told["algorithm-name"].rpartition("aes")[2][:3])
    if not 0 < rounds <= _MOST_ROUNDS:
        raise KeyError(rounds)
    return hashlib.pbkdf2_hmac("sha1", start, _b64(told["salt"]), rounds, bits // 8)


def _digest(name: str) -> Callable[[bytes], hashlib._Hash]:
    """Return the digest that *name* asks for: SHA-256, else what the first version of the format had."""
    return hashlib.sha256 if "sha256" in name.lower() else hashlib.sha1


def _fits(packed: bytes, told: dict[str, str]) -> bool:
    kind, wanted = told["checksum-type"].lower(), _b64(told["checksum"])
    return _digest(kind)(packed[:_CHECKED] if kind.endswith("1k") else packed).digest() == wanted


def _b64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyError(text) from error
