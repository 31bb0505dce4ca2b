"""Office files under a password open with it, in either family of formats; a wrong one is told from damage."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.format.ooxml import OOXMLFile

from coffre_cli.convert.errors import ConversionError, PasswordNeededError
from coffre_cli.convert.model import PDF_A
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.unlocking import made_ready
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
