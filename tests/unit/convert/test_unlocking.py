"""Office files under a password open with it, in either family of formats; a wrong one is told from damage."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import os
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.format.ooxml import OOXMLFile

from coffre_cli.convert.errors import ConversionError, DamagedFileError, PasswordNeededError
from coffre_cli.convert.model import PDF_A
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.unlocking import made_ready
from coffre_cli.convert.zipaes import counted
from tests.simulators.office import docx, odt
from tests.unit.convert.conftest import PLAIN, Converted
from tests.unit.convert.test_text import words

KEY = "clé"


def locked_docx() -> bytes:
    output = io.BytesIO()
    padded = docx("Bonjour sous clé", **{"word/media/noise.bin": os.urandom(9000)})  # its writer needs long streams
    OOXMLFile(io.BytesIO(padded)).encrypt(KEY, output)
    return output.getvalue()


def locked_odt(said: int = 1000, derivation: str = "PBKDF2") -> bytes:
    """A text locked as OpenDocument 1.2 says: each member deflated, then AES-256-CBC, with its own salt."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(odt("Bonjour sous clé"))) as plain, zipfile.ZipFile(output, "w") as package:
        package.writestr("mimetype", plain.read("mimetype"))
        data = plain.read("content.xml")
        salt, start = os.urandom(16), os.urandom(16)
        key = hashlib.pbkdf2_hmac("sha1", hashlib.sha256(KEY.encode()).digest(), salt, 1000, 32)
        packer = zlib.compressobj(wbits=-15)
        packed = packer.compress(data) + packer.flush()
        digest = base64.b64encode(hashlib.sha256(packed[:1024]).digest()).decode()
        padding = 16 - len(packed) % 16
        encryptor = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
        package.writestr("content.xml", encryptor.update(packed + bytes(padding - 1) + bytes([padding])))
        space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        package.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{space}" manifest:version="1.2">'
            '<manifest:file-entry manifest:full-path="/"'
            ' manifest:media-type="application/vnd.oasis.opendocument.text"/>'
            f'<manifest:file-entry manifest:full-path="content.xml" manifest:size="{len(data)}">'
            f'<manifest:encryption-data manifest:checksum-type="{space}#sha256-1k" manifest:checksum="{digest}">'
            '<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" '
            f'manifest:initialisation-vector="{base64.b64encode(start).decode()}"/>'
            f'<manifest:key-derivation manifest:key-derivation-name="{derivation}" manifest:key-size="32" '
            f'manifest:iteration-count="{said}" manifest:salt="{base64.b64encode(salt).decode()}"/>'
            '<manifest:start-key-generation manifest:key-size="32" '
            'manifest:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256"/>'
            "</manifest:encryption-data></manifest:file-entry></manifest:manifest>",
        )
    return output.getvalue()


FAMILIES = {"docx": locked_docx, "odt": locked_odt}


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("family", FAMILIES)
def test_with_its_password_a_locked_file_gives_its_pages(converted: Converted, family: str) -> None:
    made = converted(FAMILIES[family](), "lettre", replace(PLAIN, password=KEY))
    assert made.format == PDF_A
    assert "Bonjour sous clé" in words(made.archive)
    assert any("not protected" in remark.message for remark in made.remarks)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("password", ["faux", None])
def test_without_it_the_reason_is_the_password(converted: Converted, family: str, password: str | None) -> None:
    made = converted(FAMILIES[family](), "lettre", replace(PLAIN, password=password))
    assert made.archive is None
    assert made.reason is not None
    assert made.reason.message == PasswordNeededError.message


@pytest.mark.parametrize(("said", "derivation"), [(2**40, "PBKDF2"), (1000, "unknown")])
def test_a_cipher_that_is_unknown_or_endless_is_given_up(tmp_path: Path, said: int, derivation: str) -> None:
    path = tmp_path / "a.odt"
    path.write_bytes(locked_odt(said, derivation))
    with pytest.raises(ConversionError) as raised:
        made_ready(path, sniff(path), replace(PLAIN, password=KEY), tmp_path)
    assert not isinstance(raised.value, PasswordNeededError)


def aes_zip(name: str, data: bytes, *, deflated: bool = True) -> bytes:
    """Return a zip of one member under AES-256 (AE-2)."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(data) + packer.flush() if deflated else data
    salt = os.urandom(16)
    keys = hashlib.pbkdf2_hmac("sha1", KEY.encode(), salt, 1000, 66)
    locked = counted(packed, keys[:32])
    body = salt + keys[64:] + locked + hmac.digest(keys[32:64], locked, "sha1")[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8 if deflated else 0)
    label = name.encode()
    fields = struct.pack("<HHHHHIIIHH", 51, 1, 99, 0, 33, 0, len(body), len(data), len(label), len(extra))
    local = b"PK\x03\x04" + fields + label + extra + body
    central = b"PK\x01\x02" + struct.pack("<H", 51) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + label + extra
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


@pytest.mark.parametrize("deflated", [True, False])
def test_a_zip_under_aes_gives_its_members(converted: Converted, deflated: bool) -> None:
    data = bytes(range(256)) * 400
    made = converted(aes_zip("a.bin", data, deflated=deflated), "a.zip", replace(PLAIN, password=KEY))
    ((child, path),) = made.children
    assert (child.name, path.read_bytes()) == ("a.bin", data)


@pytest.mark.parametrize("password", ["faux", None])
def test_a_zip_under_aes_stays_shut_without_its_password(converted: Converted, password: str | None) -> None:
    made = converted(aes_zip("a.txt", b"bonjour"), "a.zip", replace(PLAIN, password=password))
    assert made.children == ()
    assert made.reason is not None
    assert made.reason.message == PasswordNeededError.message


def test_a_changed_member_under_aes_is_damaged(converted: Converted) -> None:
    data = bytearray(aes_zip("a.txt", b"bonjour", deflated=False))
    data[data.index(b"a.txt") + 5 + 11 + 18] ^= 1
    made = converted(bytes(data), "a.zip", replace(PLAIN, password=KEY))
    assert made.children == ()
    assert made.reason is not None
    assert made.reason.message == DamagedFileError.message
