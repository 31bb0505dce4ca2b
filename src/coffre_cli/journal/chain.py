"""The hash chain and the Merkle tree over it: one leaf hash serves both (RFC 9162, section 2.1).

The tree is kept as its *frontier*: the roots of the perfect subtrees, largest first, one for each bit of the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from coffre_cli.values import frozen

NO_LEAF = bytes(32)
"""What the first line names as its predecessor."""


def leaf_hash(line: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ *line*)."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ *left* ‖ *right*)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@frozen
class Frontier:
    """A Merkle tree, as much of it as appending needs."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the tree with *leaves* after its last one."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            node, carry = leaf, size
            while carry & 1:
                node = node_hash(roots.pop(), node)
                carry >>= 1
            roots.append(node)
            size += 1
        return Frontier(size, tuple(roots))

    def root(self) -> bytes:
        """Return the tree's root; that of the empty tree is SHA-256 of nothing."""
        if not self.roots:
            return hashlib.sha256(b"").digest()
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = node_hash(left, node)
        return node

    def to_bytes(self) -> bytes:
        """Return the frontier as bytes: size (8) ‖ roots."""
        return self.size.to_bytes(8, "big") + b"".join(self.roots)

    @staticmethod
    def from_bytes(data: bytes) -> Frontier:
        """Return the frontier that `to_bytes` wrote."""
        roots = tuple(data[start : start + 32] for start in range(8, len(data), 32))
        return Frontier(int.from_bytes(data[:8], "big"), roots)


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over *leaves*."""
    return Frontier().append(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], position: int) -> tuple[bytes, ...]:
    """Return the audit path of the leaf at *position* from 0 (RFC 9162, section 2.1.3.1)."""
    if len(leaves) <= 1:
        return ()
    split = _split(len(leaves))
    if position < split:
        return (*inclusion_proof(leaves[:split], position), root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], position - split), root(leaves[:split]))


def root_from_proof(leaf: bytes, position: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that *proof* leads to (RFC 9162, section 2.1.3.2); None when it cannot be one."""
    if not 0 <= position < size:
        return None
    node, index, last = leaf, position, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = node_hash(sibling, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
