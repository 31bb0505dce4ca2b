"""Every byte of a vault, with every layer of encryption that its owner can take off taken off.

SQLCipher pages are decrypted here from the format's description (AES-256-CBC, the vector and the code at the end of
each page), free ones and those of the write-ahead log included: what a query does not show must not be there either.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from coffre_cli.vault.parts import Parts

_PAGE, _VECTOR, _CODE, _SALT = 4096, 16, 32, 16
_WAL_HEADER, _FRAME_HEADER = 32, 24


def everything_readable(parts: Parts) -> Iterator[tuple[str, bytes]]:
    """Yield each file raw, then what can be decrypted of it."""
    for path in sorted(parts.layout.root.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    for pack in parts.keys.packs():
        for entry in parts.keys.read(pack):
            yield f"pack {pack.hex()}", entry.record + entry.key.reveal()
    for frame in parts.log.frames():
        for event in frame.events:
            yield f"frame {frame.first}", event.line + event.sealed_body
    yield from _index_pages(parts.layout.index, parts.keychain.index.reveal())


def _index_pages(path: Path, key: bytes) -> Iterator[tuple[str, bytes]]:
    data = path.read_bytes()
    for number in range(len(data) // _PAGE):
        yield f"page {number + 1}", _page(data[number * _PAGE : (number + 1) * _PAGE], key, first=number == 0)
    wal = path.with_name(path.name + "-wal")
    data = wal.read_bytes()[_WAL_HEADER:] if wal.exists() else b""
    for start in range(0, len(data), _FRAME_HEADER + _PAGE):
        first = data[start : start + 4] == (1).to_bytes(4, "big")
        yield "write-ahead log", _page(data[start + _FRAME_HEADER :][:_PAGE], key, first=first)


def _page(page: bytes, key: bytes, *, first: bool) -> bytes:
    end = _PAGE - _VECTOR - _CODE
    vector = page[end : end + _VECTOR]
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(vector)).decryptor()
    return decryptor.update(page[_SALT if first else 0 : end]) + decryptor.finalize()
