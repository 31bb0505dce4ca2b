"""Every key that the vault master key leads to (docs/format/seal.md)."""

from __future__ import annotations

from coffre_cli.access.slots import Payload
from coffre_cli.crypto.kdf import derive_key
from coffre_cli.crypto.keypair import SigningKey, spool_public_key
from coffre_cli.crypto.secret import Secret
from coffre_cli.values import frozen


@frozen
class Keychain:
    """The keys of one generation."""

    log: Secret
    keys: Secret
    index: Secret
    signing: SigningKey
    spool: Secret
    """The seed of the pair whose public half deposits are sealed to while the vault is locked."""


def keychain(master_key: Secret, vault_id: bytes) -> Keychain:
    """Return the keys that *master_key* leads to."""
    return Keychain(
        log=derive_key(master_key, "log", vault_id),
        keys=derive_key(master_key, "keys", vault_id),
        index=derive_key(master_key, "index", vault_id),
        signing=SigningKey(derive_key(master_key, "sign", vault_id)),
        spool=derive_key(master_key, "spool", vault_id),
    )


def payload_of(master_key: Secret, vault_id: bytes) -> Payload:
    """Return what the slots of a vault with *master_key* give."""
    chain = keychain(master_key, vault_id)
    return Payload(master_key, chain.signing.public, spool_public_key(chain.spool))
