"""Checkpoint: the tree's root as a C2SP signed note (docs/format/event.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib

from coffre_cli.crypto.keypair import SigningKey, is_signed_by
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import Frontier
from coffre_cli.journal.errors import CheckpointError
from coffre_cli.values import frozen

_ED25519_TYPE = b"\x01"
_DASH = "\N{EM DASH} "
_BODY_LINES = 3
_ROOT_SIZE = 32


@frozen
class Checkpoint:
    """How long the journal was, and its root."""

    origin: str
    size: int
    root: bytes


def origin(vault_id: bytes, epoch: int) -> str:
    """Return the name under which checkpoints of *epoch* (from 1) are signed."""
    return f"{vault_id.hex()}/{epoch}"


def sign_checkpoint(origin_: str, tree: Frontier, key: SigningKey) -> str:
    """Return the signed note over *tree*."""
    body = _body(Checkpoint(origin_, tree.size, tree.root()))
    signature = _key_hash(origin_, key.public) + key.sign(body.encode())
    return f"{body}\n{_DASH}{origin_} {base64.b64encode(signature).decode()}\n"


def read_checkpoint(note: str, public_key: bytes) -> Checkpoint:
    """Return what *note* says, once *public_key*'s signature on it is verified.

    1. The note has three lines, an empty one, and signature lines. 2. A signature line bears the origin's name and
    this key's id; others are ignored. 3. Its signature verifies; a wrong one of a known key is fatal.

    Raises:
        CheckpointError: A step fails.
    """
    checkpoint, signatures = _parse(note)
    body = _body(checkpoint).encode()
    known = _key_hash(checkpoint.origin, public_key)
    ours = [signature[4:] for name, signature in signatures if name == checkpoint.origin and signature[:4] == known]
    if not ours:
        raise CheckpointError(reason=N_("no signature by the log key"))
    if not all(is_signed_by(public_key, signature, body) for signature in ours):
        raise CheckpointError(reason=N_("a signature of the log key is wrong"))
    return checkpoint


def _parse(note: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    body, separator, tail = note.partition("\n\n")
    lines = body.split("\n")
    if not separator or len(lines) != _BODY_LINES or not tail.endswith("\n"):
        raise CheckpointError(reason=N_("not a signed note"))
    try:
        root = base64.b64decode(lines[2], validate=True)
        signatures = [_signature(line) for line in tail[:-1].split("\n")]
        size = int(lines[1])
    except (ValueError, binascii.Error):
        raise CheckpointError(reason=N_("not a signed note")) from None
    checkpoint = Checkpoint(lines[0], size, root)
    if _body(checkpoint) != body + "\n" or size < 0 or len(root) != _ROOT_SIZE:
        raise CheckpointError(reason=N_("not in canonical form"))
    return checkpoint, signatures


def _signature(line: str) -> tuple[str, bytes]:
    name, _, signature = line.removeprefix(_DASH).rpartition(" ")
    if not line.startswith(_DASH) or not name:
        raise ValueError(line)
    return name, base64.b64decode(signature, validate=True)


def _body(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def _key_hash(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519_TYPE + public_key).digest()[:4]
