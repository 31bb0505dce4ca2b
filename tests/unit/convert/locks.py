"""Files under a password, made here: PDF, and ZIP in its old cipher (APPNOTE 6.1), which `zipfile` only reads."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf


def locked_pdf(data: bytes, password: str) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(user=password, owner="autre", R=6))
    return output.getvalue()


def locked_zip(name: str, data: bytes, password: str) -> bytes:
    """Return a zip of one stored member under the old cipher."""
    crc = zlib.crc32(data)
    body = _Cipher(password.encode()).encrypt(bytes(11) + bytes([crc >> 24]) + data)
    label = name.encode()
    fields = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 33, crc, len(body), len(data), len(label), 0)
    local = b"PK\x03\x04" + fields + label + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + label
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


class _Cipher:
    def __init__(self, password: bytes) -> None:
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._turn(byte)

    def _turn(self, byte: int) -> None:
        one, two, three = self.keys
        one = _crc(one, byte)
        two = ((two + (one & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.keys = [one, two, _crc(three, two >> 24)]

    def encrypt(self, data: bytes) -> bytes:
        output = bytearray()
        for byte in data:
            key = (self.keys[2] | 2) & 0xFFFF
            output.append(byte ^ ((key * (key ^ 1)) >> 8 & 0xFF))
            self._turn(byte)
        return bytes(output)


def _crc(value: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
