"""Blobs, good and bad (docs/format/blob.md). `header` is there where it is not the one the name calls for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tests.vectors.messages import KEY, OTHER_KEY, OTHER_VAULT, SALT, VAULT, Writer
from tests.vectors.recipe import Vector, seal

BLOB = hashlib.shake_256(b"a blob").digest(16)
HEADER = b"COFFREB1\x01" + bytes(7) + VAULT + BLOB
WRITER = Writer("blob", {"key": KEY.hex(), "vault": VAULT.hex(), "blob": BLOB.hex(), "salt": SALT.hex()})


def blobs() -> Iterator[Vector]:
    """Yield every blob."""
    yield from _valid()
    yield from _wrong_headers()
    yield from _wrong_padding()
    yield from _wrong_messages()


def padded(size: int, total: int) -> str:
    """Return the plaintext of a document of *size* bytes, *total* bytes long."""
    return f"shake:{size} zeros:{total - size - 8} {size:016x}"


def _valid() -> Iterator[Vector]:
    sizes = {0: 4096, 1: 4096, 4088: 4096, 4089: 4352, 16376: 16384, 16377: 17408, 40000: 40960, 100000: 100352}
    for size, total in sizes.items():
        comment = f"A document of {size} bytes, padded to {total}."
        yield WRITER.vector(f"blob-valid-{size}", comment, "valid", padded(size, total), size=str(size))


def _wrong_headers() -> Iterator[Vector]:
    headers = {
        "magic": (b"COFFREB2" + HEADER[8:], "Another magic."),
        "suite": (HEADER[:8] + b"\2" + HEADER[9:], "A suite this format does not know."),
        "reserved": (HEADER[:15] + b"\1" + HEADER[16:], "A reserved byte that is not zero."),
        "vault": (HEADER[:16] + OTHER_VAULT + BLOB, "The blob of another vault."),
        "id": (HEADER[:32] + bytes(16), "The blob of another name."),
        "short": (HEADER[:47], "The header lacks a byte."),
        "empty": (b"", "No header at all."),
    }
    for name, (header, comment) in headers.items():
        yield WRITER.vector(
            f"blob-header-{name}", comment, "header", padded(9, 4096), size="9", header=f"{header.hex()}"
        )
    for name, header in (("id", HEADER[:32] + bytes(16)), ("suite", HEADER[:8] + b"\2" + HEADER[9:])):
        comment = "Sealed under another header than the one it bears."
        vector = WRITER.vector(
            f"blob-swapped-{name}", comment, "commitment", padded(9, 4096), size="9", header=header.hex()
        )
        yield Vector(vector.name, comment, {**vector.fields, "shown": HEADER.hex()})


def _wrong_padding() -> Iterator[Vector]:
    cases = {
        "not-zero": (f"shake:9 zeros:4000 01 zeros:{4096 - 4018} {9:016x}", 9, "", "A byte of the padding is 1."),
        "last-byte-not-zero": (f"shake:9 zeros:4078 80 {9:016x}", 9, "", "The byte before the length is 80."),
        "length-one-too-long": (
            f"shake:9 zeros:4079 {10:016x}",
            9,
            "valid",
            "The length counts a zero as the document's.",
        ),
        "length-one-too-short": (
            f"shake:8 01 zeros:4079 {8:016x}",
            9,
            "",
            "The length leaves out a byte that is not zero.",
        ),
        "length-beyond-the-end": (
            f"shake:9 zeros:4079 {4096:016x}",
            9,
            "",
            "The length is that of the whole plaintext.",
        ),
        "length-over-its-own": (f"shake:9 zeros:4079 {4089:016x}", 9, "", "The length reaches into itself."),
        "length-huge": (f"shake:9 zeros:4079 {2**64 - 1:016x}", 9, "", "The greatest length there is."),
        "length-little-endian": (
            f"shake:9 zeros:4079 {int.from_bytes((9).to_bytes(8, 'little'), 'big'):016x}",
            9,
            "",
            "The length stands the other way round.",
        ),
        "length-missing": ("shake:9 zeros:4087", 9, "", "Zeros where the length should be."),
        "in-a-later-chunk": (
            f"shake:20000 zeros:400 01 zeros:{20480 - 20409} {20000:016x}",
            20000,
            "",
            "A byte of the padding is 1, in the second chunk.",
        ),
    }
    for name, (plaintext, size, alone, comment) in cases.items():
        more = {"alone": alone} if alone else {}
        yield WRITER.vector(f"blob-padding-{name}", comment, "padding", plaintext, size=str(size), **more)
    totals = {
        "none": (9, "shake:9", "No padding and no length."),
        "under-4096": (9, padded(9, 4095), "A byte short of the least size."),
        "over-4096": (9, padded(9, 4097), "A byte over the least size."),
        "next-step": (9, padded(9, 8192), "Padded as a document twice as long."),
        "not-padme": (5000, padded(5000, 5008), "Not rounded up."),
        "one-step-too-far": (5000, padded(5000, 5376), "Rounded up one step too far."),
        "no-room-for-length": (0, "shake:4", "Too short to hold a length."),
        "nothing": (0, "shake:0", "No plaintext at all."),
    }
    for name, (size, plaintext, comment) in totals.items():
        yield WRITER.vector(f"blob-size-{name}", comment, "truncated", plaintext, size=str(size), alone="padding")


def _wrong_messages() -> Iterator[Vector]:
    plaintext = padded(40000, 40960)
    cases = {
        "cut-to-the-header": ("0:0", "truncated", "truncated", "Nothing follows the header."),
        "cut-in-the-prefix": ("0:55", "truncated", "truncated", "The commitment lacks a byte."),
        "cut-at-a-chunk": ("0:16456", "truncated", "truncated", "Cut at the edge of a chunk."),
        "cut-by-a-byte": (f"0:{56 + 40960 + 48 - 1}", "truncated", "chunk", "The last byte is missing."),
        "longer-by-a-byte": ("0: =00", "truncated", "chunk", "A byte follows."),
        "longer-by-a-chunk": ("0: 56:16456", "truncated", "chunk", "A chunk follows."),
        "chunk-dropped": ("0:56 16456:", "truncated", "chunk", "The first chunk is gone."),
        "chunks-swapped": ("0:56 16456:32856 56:16456 32856:", "chunk", "chunk", "Two chunks changed places."),
        "commitment-flipped": ("0:24 =00 25:", "commitment", "commitment", "The commitment is another."),
        "chunk-flipped": ("0:56 =00 57:", "chunk", "chunk", "The first byte of the first chunk is zero."),
        "tag-flipped": ("0:16455 =00 16456:", "chunk", "chunk", "The last byte of the first chunk's tag is zero."),
    }
    for name, (pieces, expect, alone, comment) in cases.items():
        vector = f"blob-{name}"
        yield WRITER.vector(vector, comment, expect, plaintext, f"pieces {pieces}", size="40000", alone=alone)
    message = seal(OTHER_KEY, HEADER, b"", SALT)
    yield WRITER.vector(
        "blob-another-key", "Sealed under another record's key.", "commitment", "shake:0", message, size="0"
    )
