"""Padding of blobs: Padmé, at least 4 KiB (docs/format/blob.md; Nikitin et al., PETS 2019)."""

from __future__ import annotations

from coffre_cli.crypto.errors import PaddingError

LENGTH_SIZE = 8
MINIMUM_SIZE = 4096


def padded_size(document_size: int) -> int:
    """Return the plaintext size that a document of *document_size* bytes is padded to."""
    size = document_size + LENGTH_SIZE
    if size <= MINIMUM_SIZE:
        return MINIMUM_SIZE
    exponent = size.bit_length() - 1
    kept_bits = exponent.bit_length()
    mask = (1 << (exponent - kept_bits)) - 1
    return (size + mask) & ~mask


def trailer(document_size: int) -> bytes:
    """Return the zeros and the length that follow the document."""
    zeros = padded_size(document_size) - document_size - LENGTH_SIZE
    return bytes(zeros) + document_size.to_bytes(LENGTH_SIZE, "big")


def document_size(last: bytes, plaintext_size: int) -> int:
    """Return the document's size, read from the *last* bytes of a plaintext of *plaintext_size* bytes.

    Raises:
        PaddingError: The length does not call for this plaintext size.
    """
    size = int.from_bytes(last[-LENGTH_SIZE:], "big")
    if size > plaintext_size - LENGTH_SIZE or padded_size(size) != plaintext_size:
        raise PaddingError
    return size
