"""Messages, good and bad (docs/format/seal.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from tests.vectors.recipe import LABEL, Making, Vector, expand, seal, seal_chunks

KEY = hashlib.shake_256(b"a record key").digest(32)
OTHER_KEY = hashlib.shake_256(b"another record key").digest(32)
VAULT = hashlib.shake_256(b"a vault").digest(16)
OTHER_VAULT = hashlib.shake_256(b"another vault").digest(16)
RECORD = hashlib.shake_256(b"a record").digest(16)
SALT = hashlib.shake_256(b"a salt").digest(24)
OTHER_SALT = hashlib.shake_256(b"another salt").digest(24)
LONGEST_HEX = 512


def body(vault: bytes, record: bytes, number: int) -> bytes:
    """Return the context of an event body."""
    return b"coffre/1/body\0" + vault + record + number.to_bytes(8, "big")


CONTEXT = body(VAULT, RECORD, 7)


@dataclass(frozen=True)
class Writer:
    """Writes vectors of one kind with what most of them share."""

    kind: str
    shared: dict[str, str]

    def vector(
        self, name: str, comment: str, expect: str, plaintext: str, message: bytes | str = "pieces :", **more: str
    ) -> Vector:
        """Return a vector; *message* is hex to be, or pieces."""
        fields = {"kind": self.kind, "expect": expect, **self.shared, **more, "plaintext": plaintext}
        if isinstance(message, bytes):
            return Vector(name, comment, {**fields, "message": message.hex()})
        whole = Vector(name, comment, {**fields, "message": message, "sha256": ""})
        made = whole.arranged()
        if len(made) <= LONGEST_HEX:
            return Vector(name, comment, {**fields, "message": made.hex()})
        return Vector(name, comment, {**whole.fields, "sha256": hashlib.sha256(made).hexdigest()})


MESSAGE = Writer("message", {"key": KEY.hex(), "context": CONTEXT.hex(), "salt": SALT.hex()})


def messages() -> Iterator[Vector]:
    """Yield every message."""
    yield from _valid()
    yield from _cut()
    yield from _arranged()
    yield from _misnamed()
    yield from _flipped()
    yield from _made_otherwise()


def _valid() -> Iterator[Vector]:
    sizes = {
        "empty": (0, "An empty document is one empty chunk."),
        "one-byte": (1, "One byte."),
        "one-short-of-a-chunk": (16383, "The longest message of one chunk."),
        "one-chunk": (16384, "A full chunk is followed by an empty one."),
        "one-over-a-chunk": (16385, "A full chunk, then one byte."),
        "two-chunks": (32768, "Two full chunks, then an empty one."),
        "several-chunks": (70000, "Four full chunks and a short one."),
    }
    for name, (size, comment) in sizes.items():
        yield MESSAGE.vector(f"valid-{name}", comment, "valid", f"shake:{size}")
    contexts = {
        "log-frame": b"coffre/1/log\0" + VAULT + (7).to_bytes(8, "big"),
        "key-pack": b"coffre/1/keys\0" + VAULT + RECORD,
        "session": b"coffre/1/session\0" + VAULT,
        "no-context": b"",
    }
    for name, context in contexts.items():
        comment = "The context of another kind of message." if context else "A context may be empty."
        yield MESSAGE.vector(f"valid-{name}", comment, "valid", "shake:100", context=context.hex())


def _cut() -> Iterator[Vector]:
    cases = {
        "no-bytes": ("shake:20", "0:0", "truncated", "Nothing at all."),
        "salt-only": ("shake:20", "0:24", "truncated", "The salt alone."),
        "prefix-only": ("shake:20", "0:56", "truncated", "Salt and commitment, and no chunk."),
        "fifteen-bytes-of-tag": ("shake:0", "0:71", "truncated", "71 bytes: shorter than the shortest message."),
        "last-byte-missing": ("shake:20", "0:91", "chunk", "The last byte is missing."),
        "last-tag-missing": ("shake:20", "0:76", "chunk", "The tag is missing; the last chunk seems to be all tag."),
        "empty-last-chunk-missing": (
            "shake:16384",
            "0:16456",
            "truncated",
            "A full chunk that is authentic, and no short one after it.",
        ),
        "short-last-chunk-missing": ("shake:16400", "0:16456", "truncated", "Cut at the edge of a chunk."),
        "two-full-chunks-and-no-last": ("shake:40000", "0:32856", "truncated", "Cut at the edge of the second chunk."),
        "one-byte-of-second-chunk": ("shake:16400", "0:16457", "truncated", "The last chunk is shorter than a tag."),
        "last-chunk-cut-short": ("shake:20000", "0:16500", "chunk", "The last chunk lost its end."),
        "first-byte-missing": ("shake:20", "1:", "commitment", "The first byte is missing."),
    }
    for name, (plaintext, piece, expect, comment) in cases.items():
        yield MESSAGE.vector(f"cut-{name}", comment, expect, plaintext, f"pieces {piece}")


def _arranged() -> Iterator[Vector]:
    first, second, third, last = "56:16456", "16456:32856", "32856:49256", "49256:"
    cases = {
        "first-chunk-dropped": (["0:56", second, third, last], "chunk", "The first of four chunks is gone."),
        "middle-chunk-dropped": (["0:56", first, third, last], "chunk", "The second of four chunks is gone."),
        "full-chunk-before-last-dropped": (["0:56", first, second, last], "chunk", "The third of four chunks is gone."),
        "all-but-last-dropped": (["0:56", last], "chunk", "Only the last chunk is left."),
        "chunks-swapped": (["0:56", second, first, third, last], "chunk", "The first two chunks changed places."),
        "later-chunks-swapped": (["0:56", first, third, second, last], "chunk", "The second and third changed places."),
        "first-chunk-twice": (["0:56", first, first, second, third, last], "chunk", "The first chunk stands twice."),
        "middle-chunk-twice": (["0:56", first, second, second, third, last], "chunk", "The second stands twice."),
        "full-chunk-in-place-of-another": (
            ["0:56", first, first, third, last],
            "chunk",
            "The first also for the second.",
        ),
        "last-chunk-twice": (["0:", last], "chunk", "The last chunk stands twice."),
        "byte-after-the-end": (["0:", "=00"], "chunk", "One zero byte follows the message."),
        "tag-after-the-end": (["0:", "=" + "00" * 16], "chunk", "Sixteen zero bytes follow the message."),
        "full-chunk-after-the-end": (["0:", first], "chunk", "A full chunk follows the short one."),
        "message-after-the-end": (["0:", "0:"], "chunk", "The message stands twice."),
        "byte-before-the-start": (["=00", "0:"], "commitment", "One zero byte stands before the message."),
    }
    for name, (pieces, expect, comment) in cases.items():
        yield MESSAGE.vector(f"order-{name}", comment, expect, "shake:50000", f"pieces {' '.join(pieces)}")


def _misnamed() -> Iterator[Vector]:
    sealed = seal(KEY, CONTEXT, b"a body", SALT)
    contexts = {
        "another-vault": (body(OTHER_VAULT, RECORD, 7), "Sealed for another vault."),
        "another-record": (body(VAULT, bytes(16), 7), "Sealed for another record."),
        "another-number": (body(VAULT, RECORD, 8), "Sealed for another event."),
        "another-purpose": (CONTEXT.replace(b"body", b"keys"), "Sealed for another purpose."),
        "longer-context": (CONTEXT + b"\0", "The context had one zero byte more."),
        "empty-context": (b"", "Sealed without a context."),
    }
    for name, (context, comment) in contexts.items():
        yield MESSAGE.vector(
            f"name-{name}", comment, "commitment", b"a body".hex(), seal(KEY, context, b"a body", SALT)
        )
    other = seal(OTHER_KEY, CONTEXT, b"a body", SALT)
    another = seal(KEY, CONTEXT, b"a body", OTHER_SALT)
    cases = {
        "another-key": (other, "commitment", "Sealed under another key."),
        "commitment-of-another-key": (
            sealed[:24] + other[24:56] + sealed[56:],
            "commitment",
            "The commitment of another key.",
        ),
        "chunk-of-another-key": (
            sealed[:56] + other[56:],
            "chunk",
            "The commitment is right, the chunk another key's.",
        ),
        "salt-of-another-message": (another[:24] + sealed[24:], "commitment", "The salt of another message."),
        "commitment-of-another-message": (
            sealed[:24] + another[24:56] + sealed[56:],
            "commitment",
            "Another's commitment.",
        ),
        "prefix-of-another-message": (another[:56] + sealed[56:], "chunk", "Salt and commitment of another message."),
        "commitment-zero": (sealed[:24] + bytes(32) + sealed[56:], "commitment", "The commitment is zero."),
    }
    for name, (message, expect, comment) in cases.items():
        yield MESSAGE.vector(f"name-{name}", comment, expect, b"a body".hex(), message)


def _flipped() -> Iterator[Vector]:
    sealed = seal(KEY, CONTEXT, b"a body", SALT)
    places = {
        "salt-first": (0, 0x80),
        "salt-last": (23, 1),
        "commitment-first": (24, 0x80),
        "commitment-last": (55, 1),
        "chunk-first": (56, 0x80),
        "chunk-last": (61, 1),
        "tag-first": (62, 0x80),
        "tag-last": (77, 1),
    }
    for name, (place, bit) in places.items():
        message = bytearray(sealed)
        message[place] ^= bit
        expect = "commitment" if place < 56 else "chunk"
        yield MESSAGE.vector(f"flip-{name}-bit", f"One bit of byte {place}.", expect, b"a body".hex(), bytes(message))
    for place in (16456, 20000, 32855, 32856, 40103):
        vector = f"flip-later-chunk-at-{place}"
        value = seal(KEY, CONTEXT, hashlib.shake_256(vector.encode()).digest(40000), SALT)[place] ^ 1
        pieces = f"pieces 0:{place} ={value:02x} {place + 1}:"
        yield MESSAGE.vector(vector, f"One bit of byte {place}, after a whole chunk.", "chunk", "shake:40000", pieces)


def _made_otherwise() -> Iterator[Vector]:
    short = {
        "sha-256": (Making(hash_name="sha256"), "commitment", "Derived with SHA-256."),
        "label-without-zero": (Making(label=LABEL[:-1]), "commitment", "The label lacks its zero byte."),
        "another-version": (Making(label=LABEL.replace(b"@v1", b"@v2")), "commitment", "The label of a version 2."),
        "another-cipher": (
            Making(label=LABEL.replace(b"256_GCM", b"128_GCM")),
            "commitment",
            "Another cipher's label.",
        ),
        "commitment-first": (Making(order="commitment key nonce"), "commitment", "Derived in another order."),
        "nonce-first": (Making(order="nonce key commitment"), "chunk", "Nonce and key changed places."),
        "associated-data": (Making(associated=CONTEXT), "chunk", "The context given as associated data as well."),
        "counter-from-one": (Making(first=1), "chunk", "The first chunk was counted as the second."),
        "short-tag": (Making(tag=12), "chunk", "The tag has 12 bytes."),
        "small-chunks": (Making(chunk=64), "chunk", "Chunks of 64 bytes."),
    }
    for name, (making, expect, comment) in short.items():
        plaintext = bytes(range(100))
        message = seal(KEY, CONTEXT, plaintext, SALT, making)
        yield MESSAGE.vector(f"made-{name}", comment, expect, plaintext.hex(), message)
    empty_in_the_middle = seal_chunks(KEY, CONTEXT, [b"one", b"", b"two"], SALT)
    yield MESSAGE.vector(
        "made-empty-chunk-in-the-middle", "An empty chunk between two.", "chunk", b"onetwo".hex(), empty_in_the_middle
    )
    two_short = seal_chunks(KEY, CONTEXT, [b"one", b"two"], SALT)
    yield MESSAGE.vector("made-two-short-chunks", "Two short chunks.", "chunk", b"onetwo".hex(), two_short)
    yield from _last_chunk_made_otherwise()


def _last_chunk_made_otherwise() -> Iterator[Vector]:
    salt = next(salt for salt in _salts() if expand(KEY, LABEL + salt + CONTEXT, 44)[-1] & 1)
    counters = {
        "counter-stands-still": ("none", "The second chunk has the nonce of the first."),
        "counter-added": ("add", "The counter was added to the nonce; this base nonce is odd, so the sum differs."),
        "counter-little-endian": ("little", "The counter stands at the other end of the nonce."),
    }
    for name, (counter, comment) in counters.items():
        vector = f"made-{name}"
        plaintext = hashlib.shake_256(vector.encode()).digest(16390)
        message = seal(KEY, CONTEXT, plaintext, salt, Making(counter=counter))
        pieces = f"pieces 0:16456 ={message[16456:].hex()}"
        yield MESSAGE.vector(vector, comment, "chunk", "shake:16390", pieces, salt=salt.hex())
    vector = "made-last-chunk-too-long"
    plaintext = hashlib.shake_256(vector.encode()).digest(16385)
    message = seal_chunks(KEY, CONTEXT, [plaintext], SALT)
    comment = "One chunk of 16,385 bytes: its ciphertext is that of a full chunk, and a byte more."
    yield MESSAGE.vector(vector, comment, "truncated", "shake:16385", f"pieces 0:16440 ={message[16440:].hex()}")


def _salts() -> Iterator[bytes]:
    for number in count():
        yield hashlib.shake_256(f"salt {number}".encode()).digest(24)
