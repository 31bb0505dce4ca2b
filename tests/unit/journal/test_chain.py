"""The chain and its Merkle tree, against a tree computed the slow way (RFC 9162, section 2.1.1)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.journal.chain import Frontier, inclusion_proof, leaf_hash, node_hash, root, root_from_proof

LARGEST = 130
LEAVES = [leaf_hash(f"line {number}".encode()) for number in range(LARGEST)]


def slow_root(leaves: list[bytes]) -> bytes:
    """Return the root as the RFC defines it, with no cleverness."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:half]) + slow_root(leaves[half:])).digest()


def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert leaf_hash(b"line") == hashlib.sha256(b"\x00line").digest()
    assert node_hash(b"l", b"r") == hashlib.sha256(b"\x01lr").digest()


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert root(LEAVES[:size]) == slow_root(LEAVES[:size])


def test_a_tree_grows_leaf_by_leaf_or_at_once() -> None:
    tree = Frontier()
    for size, leaf in enumerate(LEAVES, 1):
        tree = tree.append([leaf])
        assert (tree.size, tree.root()) == (size, root(LEAVES[:size]))
        assert tree == Frontier().append(LEAVES[: size // 2]).append(LEAVES[size // 2 : size])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 64, 127, 128, 129])
def test_a_tree_is_kept_and_taken_up_again(size: int) -> None:
    kept = Frontier().append(LEAVES[:size])
    assert Frontier.from_bytes(kept.to_bytes()).append(LEAVES[size:]) == Frontier().append(LEAVES)


def test_every_leaf_of_every_tree_is_proven() -> None:
    for size in range(1, LARGEST + 1):
        expected = slow_root(LEAVES[:size])
        for position in range(size):
            proof = inclusion_proof(LEAVES[:size], position)
            assert root_from_proof(LEAVES[position], position, size, proof) == expected


def test_no_leaf_is_proven_where_it_does_not_stand() -> None:
    for size in (1, 2, 3, 7, 8, 33):
        expected = slow_root(LEAVES[:size])
        for position in range(size):
            proof = inclusion_proof(LEAVES[:size], position)
            elsewhere = {other: root_from_proof(LEAVES[position], other, size, proof) for other in range(-1, size + 2)}
            assert [other for other, found in elsewhere.items() if found == expected] == [position]


@given(st.integers(2, LARGEST), st.data())
def test_a_changed_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(LEAVES[:size], position))
    change = data.draw(st.sampled_from(["drop", "double", "swap", "flip", "longer"]))
    step = data.draw(st.integers(0, len(proof) - 1))
    changed = {
        "drop": proof[:step] + proof[step + 1 :],
        "double": proof[: step + 1] + proof[step:],
        "swap": proof[::-1],
        "flip": [*proof[:step], bytes([proof[step][0] ^ 1]) + proof[step][1:], *proof[step + 1 :]],
        "longer": [*proof, bytes(32)],
    }[change]
    if changed != proof:
        assert root_from_proof(LEAVES[position], position, size, changed) != slow_root(LEAVES[:size])


def test_no_entry_can_be_changed_removed_or_moved_unseen() -> None:
    whole = slow_root(LEAVES[:20])
    for position in range(20):
        changed = [*LEAVES[:position], leaf_hash(b"another"), *LEAVES[position + 1 : 20]]
        removed = [*LEAVES[:position], *LEAVES[position + 1 : 20]]
        moved = [*removed, LEAVES[position]]
        assert whole not in {root(changed), root(removed), root(moved) if position != 19 else b""}
