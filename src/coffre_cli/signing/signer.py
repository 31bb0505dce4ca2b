"""The key at work: CMS signatures made with the identity's key, loaded once for a whole batch.

pyHanko's own signer loads and checks the key twice for each signature: 115 ms against 24 (RSA-2048).
"""

from __future__ import annotations

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from coffre_cli.signing.identity import Identity

LONGEST_ECDSA = {256: 72, 384: 104, 521: 139}
"""DER of two integers of the curve's size, each perhaps with a leading zero."""
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class KeySigner(Signer):
    """Signs in the name of an identity, wherever its key is."""

    def __init__(self, identity: Identity) -> None:
        """Take the certificates of *identity*; the root stays out of the chain that signatures carry."""
        chain = SimpleCertificateStore()
        chain.register_multiple(x509.Certificate.load(issuer) for issuer in identity.chain)
        super().__init__(
            signing_cert=x509.Certificate.load(identity.certificate), cert_registry=chain, embed_roots=False
        )
        self.certificate = identity.certificate

    def close(self) -> None:
        """Leave the key."""


class HeldKeySigner(KeySigner):
    """Signs with a key that is already in memory."""

    def __init__(self, identity: Identity) -> None:
        """Load the key of *identity*."""
        key = serialization.load_der_private_key(identity.key, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise TypeError(type(key).__name__)
        self._key = key
        super().__init__(identity)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's interface
        """Sign *data*, or give as many zeros when only the size is wanted."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            if dry_run:
                return bytes(LONGEST_ECDSA.get(self._key.key_size, 2 * self._key.key_size // 8 + 16))
            return self._key.sign(data, ec.ECDSA(_HASHES[digest_algorithm]))
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, padding.PKCS1v15(), _HASHES[digest_algorithm])


class AbsentKeySigner(KeySigner):
    """Has the certificates of an identity and not its key: enough to draft, never to sign."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's interface
        """Refuse.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError
