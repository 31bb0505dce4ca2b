"""Padding of blobs: Padmé, at least 4 KiB (docs/format/blob.md; Nikitin et al., PETS 2019)."""

from __future__ import annotations

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


def padding_size(document_size: int) -> int:
    """Return how many bytes follow the document: zeros, then its length."""
    return padded_size(document_size) - document_size


def padding_piece(document_size: int, start: int, count: int) -> bytes:
    """Return *count* bytes of the padding from its byte *start*."""
    piece = bytearray(count)
    length = document_size.to_bytes(LENGTH_SIZE, "big")
    length_start = padding_size(document_size) - LENGTH_SIZE
    for position in range(max(start, length_start), start + count):
        piece[position - start] = length[position - length_start]
    return bytes(piece)
