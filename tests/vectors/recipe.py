"""Reading the vectors, with a sealing of their own (docs/format/seal.md); the language is told in README.md."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = Path(__file__).with_name("seal")
LABEL = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
CHUNK = 16384


@dataclass(frozen=True)
class Vector:
    """One file."""

    name: str
    comment: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.fields["kind"]

    @property
    def expect(self) -> str:
        return self.fields["expect"]

    @property
    def alone(self) -> str:
        """What a reader answers that knows no size."""
        return self.fields.get("alone", self.expect)

    def binary(self, name: str) -> bytes:
        return bytes.fromhex(self.fields[name])

    def plaintext(self) -> bytes:
        """Return what was sealed."""
        return b"".join(self._plain_piece(piece) for piece in self.fields["plaintext"].split())

    def message(self) -> bytes:
        """Return the message (after the header, for a blob)."""
        value = self.fields["message"]
        if not value.startswith("pieces"):
            return bytes.fromhex(value)
        message = self.arranged()
        if hashlib.sha256(message).hexdigest() != self.fields["sha256"]:
            raise ValueError(f"{self.name}: the pieces do not make the message")
        return message

    def arranged(self) -> bytes:
        """Return the pieces put together."""
        sealed = seal(self.binary("key"), self.context(), self.plaintext(), self.binary("salt"))
        return b"".join(_sealed_piece(sealed, piece) for piece in self.fields["message"].split()[1:])

    def context(self) -> bytes:
        """Return what the message was sealed for."""
        if self.kind == "blob":
            return self.binary("header") if "header" in self.fields else self.expected_header()
        return self.binary("context")

    def expected_header(self) -> bytes:
        """Return the header that a blob of this name has."""
        return b"COFFREB1\x01" + bytes(7) + self.binary("vault") + self.binary("blob")

    def file(self) -> bytes:
        """Return the bytes of a blob's file."""
        header = self.binary("shown") if "shown" in self.fields else self.context()
        return header + (self.message() if len(header) == len(self.expected_header()) else b"")

    def slot(self) -> bytes:
        """Return the bytes of a slot's file."""
        return self.binary("slot-hex") if "slot-hex" in self.fields else f"{self.fields['slot']}\n".encode()

    def text(self) -> str:
        """Return the file."""
        return f"# {self.comment}\n" + "".join(
            f"{name}: {value}".rstrip() + "\n" for name, value in self.fields.items()
        )

    def _plain_piece(self, piece: str) -> bytes:
        word, _, count = piece.partition(":")
        if word == "shake":
            return hashlib.shake_256(self.name.encode()).digest(int(count))
        return bytes(int(count)) if word == "zeros" else bytes.fromhex(piece)


def read(path: Path) -> Vector:
    """Return the vector in the file *path*."""
    comment, *lines = path.read_text("utf-8").splitlines()
    pairs = (line.partition(":") for line in lines)
    return Vector(path.stem, comment.removeprefix("# "), {name: value.removeprefix(" ") for name, _, value in pairs})


def vectors(kind: str) -> list[Vector]:
    """Return the vectors of *kind*, by name."""
    return [vector for path in sorted(FOLDER.glob("*.txt")) if (vector := read(path)).kind == kind]


@dataclass(frozen=True)
class Making:
    """How a message is made; what differs from the format is what a vector is about."""

    label: bytes = LABEL
    hash_name: str = "sha512"
    chunk: int = CHUNK
    tag: int = 16
    first: int = 0
    associated: bytes | None = None
    counter: str = "xor"
    order: str = "key nonce commitment"

    def chunk_nonce(self, base: bytes, number: int) -> bytes:
        value = int.from_bytes(base, "big")
        match self.counter:
            case "none":
                return base
            case "add":
                return ((value + number) % 2**96).to_bytes(12, "big")
            case "little":
                return (value ^ int.from_bytes(number.to_bytes(12, "little"), "big")).to_bytes(12, "big")
            case _:
                return (value ^ number).to_bytes(12, "big")


PLAIN = Making()


def seal(key: bytes, context: bytes, plaintext: bytes, salt: bytes, making: Making = PLAIN) -> bytes:
    """Return the message that holds *plaintext*."""
    pieces = [plaintext[start : start + making.chunk] for start in range(0, len(plaintext) + 1, making.chunk)]
    return seal_chunks(key, context, pieces, salt, making)


def seal_chunks(key: bytes, context: bytes, pieces: list[bytes], salt: bytes, making: Making = PLAIN) -> bytes:
    """Return the message whose chunks hold *pieces*, whatever their length."""
    derived = expand(key, making.label + salt + context, 76, making.hash_name)
    named: dict[str, bytes] = {}
    for name in making.order.split():
        size = {"key": 32, "nonce": 12, "commitment": 32}[name]
        named[name], derived = derived[:size], derived[size:]
    aead, message = AESGCM(named["key"]), salt + named["commitment"]
    for number, piece in enumerate(pieces, making.first):
        sealed = aead.encrypt(making.chunk_nonce(named["nonce"], number), piece, making.associated)
        message += sealed[: len(piece) + making.tag]
    return message


def expand(key: bytes, info: bytes, size: int, hash_name: str = "sha512") -> bytes:
    """HKDF-Expand (RFC 5869, section 2.3)."""
    output, block, counter = b"", b"", 1
    while len(output) < size:
        block = hmac.digest(key, block + info + bytes([counter]), hash_name)
        output, counter = output + block, counter + 1
    return output[:size]


def _sealed_piece(sealed: bytes, piece: str) -> bytes:
    if piece.startswith("="):
        return bytes.fromhex(piece[1:])
    start, _, end = piece.partition(":")
    return sealed[int(start or 0) : int(end) if end else len(sealed)]
