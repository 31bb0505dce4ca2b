"""Members of a ZIP under AES (the AE-1 and AE-2 extension of WinZip and 7-Zip), which `zipfile` does not read."""

from __future__ import annotations

import hashlib
import hmac
import struct
import zipfile
import zlib
from pathlib import Path

from coffre_cli.convert.errors import DamagedFileError, PasswordNeededError
from coffre_cli.i18n import N_

AES = 99
"""The method that a member under AES says it is packed by."""
_EXTRA = 0x9901
_ROUNDS = 1000
_KEY_SIZES = {1: 16, 2: 24, 3: 32}
_CHECK, _TAG, _BLOCK = 2, 10, 16
_LOCAL_HEADER = 30
_PIECE = 1 << 16


def read_member(path: Path, member: zipfile.ZipInfo, password: str, most: int) -> bytes:
    """Return at most *most* bytes of *member* of the ZIP at *path*; whoever wants to know of more asks for one more.

    Raises:
        PasswordNeededError: *password* does not open it.
        DamagedFileError: It is not what its authentication code says, or packed in an unknown way.
    """
    strength, method = _told(member)
    size = _KEY_SIZES.get(strength)
    if size is None or method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DamagedFileError(reason=N_("AES"))
    stored = _stored(path, member)
    salt, check = stored[: size // 2], stored[size // 2 : size // 2 + _CHECK]
    locked, tag = stored[size // 2 + _CHECK : -_TAG], stored[-_TAG:]
    keys = hashlib.pbkdf2_hmac("sha1", password.encode("utf-8"), salt, _ROUNDS, 2 * size + _CHECK)
    if keys[2 * size :] != check:
        raise PasswordNeededError
    if not hmac.compare_digest(hmac.digest(keys[size : 2 * size], locked, "sha1")[:_TAG], tag):
        raise DamagedFileError(reason=N_("AES"))
    packed = counted(locked, keys[:size])
    return (
        packed[:most] if method == zipfile.ZIP_STORED else zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    )


def counted(data: bytes, key: bytes) -> bytes:
    """Return *data* under AES in counter mode, the counter from 1 and its low byte first: to lock and to open."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - it only makes the key stream
    output = bytearray()
    for at in range(0, len(data), _PIECE):
        piece = data[at : at + _PIECE]
        first = at // _BLOCK + 1
        counters = b"".join(n.to_bytes(_BLOCK, "little") for n in range(first, first + -(-len(piece) // _BLOCK)))
        stream = encryptor.update(counters)[: len(piece)]
        output += (int.from_bytes(piece) ^ int.from_bytes(stream)).to_bytes(len(piece))
    return bytes(output)


def _told(member: zipfile.ZipInfo) -> tuple[int, int]:
    """Return strength and real method of *member*; zeros when it does not say."""
    extra = member.extra
    while len(extra) >= 4:  # noqa: PLR2004 - kind and size
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _EXTRA and size >= 7 and len(extra) >= 11:  # noqa: PLR2004 - version, maker, strength, method
            strength, method = struct.unpack_from("<BH", extra, 8)
            return int(strength), int(method)
        extra = extra[4 + size :]
    return 0, 0


def _stored(path: Path, member: zipfile.ZipInfo) -> bytes:
    with path.open("rb") as file:
        file.seek(member.header_offset)
        header = file.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER:
            raise DamagedFileError(reason=N_("AES"))
        file.seek(sum(struct.unpack_from("<HH", header, 26)), 1)
        return file.read(member.compress_size)
