"""Seal and open messages: C2SP chunked-encryption, HKDF-Expand-SHA-512, AES-256-GCM (docs/format/seal.md).

Small messages go through `seal` and `open_sealed`; long ones through `StreamSealer` and `StreamOpener`, in
constant memory. A plaintext byte is handed out only after its chunk was authenticated.
"""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from coffre_cli.crypto.errors import ChunkError, CommitmentError, TruncatedMessageError
from coffre_cli.model import RandomBytes

KEY_SIZE = 32
SALT_SIZE = 24
COMMITMENT_SIZE = 32
PREFIX_SIZE = SALT_SIZE + COMMITMENT_SIZE
NONCE_SIZE = 12
TAG_SIZE = 16
CHUNK_SIZE = 16 * 1024
SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_SIZE
MAXIMUM_CHUNKS = 2**38
_LABEL = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"

Buffer = bytes | bytearray | memoryview


def sealed_size(plaintext_size: int) -> int:
    """Return the size of the message for a plaintext of *plaintext_size* bytes."""
    chunks = plaintext_size // CHUNK_SIZE + 1
    return PREFIX_SIZE + plaintext_size + chunks * TAG_SIZE


def opened_size(message_size: int) -> int:
    """Return the plaintext size of a message of *message_size* bytes.

    Raises:
        TruncatedMessageError: No message has this size.
    """
    body = message_size - PREFIX_SIZE
    last = body % SEALED_CHUNK_SIZE
    if body < TAG_SIZE or last < TAG_SIZE:
        raise TruncatedMessageError
    return body - (body // SEALED_CHUNK_SIZE + 1) * TAG_SIZE


class _ChunkCipher:
    """AES-256-GCM with the message's key and its counter nonce."""

    def __init__(self, input_key: bytes, salt: bytes, context: bytes) -> None:
        info = _LABEL + salt + context
        size = KEY_SIZE + NONCE_SIZE + COMMITMENT_SIZE
        material = HKDFExpand(algorithm=SHA512(), length=size, info=info).derive(input_key)
        self.aead = AESGCM(material[:KEY_SIZE])
        self.commitment = material[KEY_SIZE + NONCE_SIZE :]
        self._base_nonce = int.from_bytes(material[KEY_SIZE : KEY_SIZE + NONCE_SIZE], "big")
        self._counter = 0

    def next_nonce(self) -> bytes:
        return self.next_nonces(1)[0]

    def next_nonces(self, count: int) -> list[bytes]:
        first, base = self._counter, self._base_nonce
        if first + count > MAXIMUM_CHUNKS:
            raise ChunkError
        self._counter += count
        return [(base ^ number).to_bytes(NONCE_SIZE, "big") for number in range(first, first + count)]


class StreamSealer:
    """Seals one message, piece by piece."""

    def __init__(self, input_key: bytes, context: bytes, random: RandomBytes) -> None:
        """Draw the salt; *random* must never repeat itself under one *input_key*."""
        salt = random(SALT_SIZE)
        self._cipher = _ChunkCipher(input_key, salt, context)
        self.prefix = salt + self._cipher.commitment
        """The first 56 bytes of the message."""

    def seal_into(self, plaintext: memoryview, sealed: memoryview) -> int:
        """Seal whole chunks of *plaintext* into *sealed*; return how many bytes were written."""
        start, written, encrypt = 0, 0, self._cipher.aead.encrypt_into
        for nonce in self._cipher.next_nonces(len(plaintext) // CHUNK_SIZE):
            stop, end = start + CHUNK_SIZE, written + SEALED_CHUNK_SIZE
            encrypt(nonce, plaintext[start:stop], None, sealed[written:end])
            start, written = stop, end
        return written

    def seal_last_into(self, plaintext: memoryview, sealed: memoryview) -> int:
        """Seal what is left into *sealed*, full chunks first; return how many bytes were written."""
        whole = len(plaintext) // CHUNK_SIZE * CHUNK_SIZE
        written = self.seal_into(plaintext[:whole], sealed)
        end = written + len(plaintext) - whole + TAG_SIZE
        self._cipher.aead.encrypt_into(self._cipher.next_nonce(), plaintext[whole:], None, sealed[written:end])
        return end

    def seal_last(self, plaintext: Buffer) -> bytes:
        """Seal what is left, full chunks first, and return the end of the message."""
        sealed = bytearray(len(plaintext) + (len(plaintext) // CHUNK_SIZE + 1) * TAG_SIZE)
        self.seal_last_into(memoryview(plaintext), memoryview(sealed))
        return bytes(sealed)


class StreamOpener:
    """Opens one message, piece by piece."""

    def __init__(self, input_key: bytes, context: bytes, prefix: bytes) -> None:
        """Check the commitment in *prefix*, the first 56 bytes, before anything is decrypted.

        Raises:
            TruncatedMessageError: *prefix* is short.
            CommitmentError: Key or context are not those of the message.
        """
        if len(prefix) != PREFIX_SIZE:
            raise TruncatedMessageError
        self._cipher = _ChunkCipher(input_key, prefix[:SALT_SIZE], context)
        if not hmac.compare_digest(self._cipher.commitment, prefix[SALT_SIZE:]):
            raise CommitmentError

    def open_into(self, sealed: memoryview, plaintext: memoryview) -> int:
        """Open whole chunks of *sealed* into *plaintext*; return how many bytes were written.

        Raises:
            ChunkError: A chunk fails authentication.
        """
        written, start, decrypt = 0, 0, self._cipher.aead.decrypt_into
        try:
            for nonce in self._cipher.next_nonces(-(-len(sealed) // SEALED_CHUNK_SIZE)):
                end, stop = written + CHUNK_SIZE, start + SEALED_CHUNK_SIZE
                decrypt(nonce, sealed[start:stop], None, plaintext[written:end])
                written, start = end, stop
        except InvalidTag:
            raise ChunkError from None
        return written

    def open_last(self, sealed: Buffer) -> bytes:
        """Open the last, short chunk.

        Raises:
            TruncatedMessageError: It is missing or as long as a full one.
            ChunkError: It fails authentication.
        """
        if not TAG_SIZE <= len(sealed) < SEALED_CHUNK_SIZE:
            raise TruncatedMessageError
        try:
            return self._cipher.aead.decrypt(self._cipher.next_nonce(), sealed, None)
        except InvalidTag:
            raise ChunkError from None


def seal(input_key: bytes, context: bytes, plaintext: Buffer, random: RandomBytes) -> bytes:
    """Return the message that holds *plaintext*."""
    sealer = StreamSealer(input_key, context, random)
    return sealer.prefix + sealer.seal_last(plaintext)


def open_sealed(input_key: bytes, context: bytes, message: Buffer) -> bytes:
    """Return the plaintext of *message*.

    Raises:
        SealError: One of its kinds: the message is not what was sealed under this key and context.
    """
    size = opened_size(len(message))
    opener = StreamOpener(input_key, context, bytes(message[:PREFIX_SIZE]))
    whole = size // CHUNK_SIZE * CHUNK_SIZE
    plaintext = bytearray(whole)
    body = memoryview(message)[PREFIX_SIZE:]
    end = whole // CHUNK_SIZE * SEALED_CHUNK_SIZE
    opener.open_into(body[:end], memoryview(plaintext))
    return bytes(plaintext) + opener.open_last(body[end:])
