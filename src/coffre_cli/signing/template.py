"""One CMS structure for a whole batch: pyHanko makes it once, then only the digest and the signature are exchanged.

Building it anew takes 12 ms a signature, most of which is asn1crypto copying the same certificates; the exchange takes
0.1. It works where nothing but the signed digest differs: without a timestamp, which is an unsigned attribute. Every
byte that is not exchanged is pyHanko's, and the result is verified before it is used.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Self

from asn1crypto import cms, core, parser
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

if TYPE_CHECKING:
    from coffre_cli.signing.signer import KeySigner

DIGEST: Final = "sha256"
STAND_IN: Final = hashlib.sha256(b"coffre: stands for the digest of a document").digest()
"""What the structure signs before there is a document."""
_UNIVERSAL, _CONTEXT = 0, 2
_PRIMITIVE, _CONSTRUCTED = 0, 1
_OCTET_STRING, _SEQUENCE, _SET = 4, 16, 17


class Template:
    """The CMS structure of a batch."""

    def __init__(self, made: cms.ContentInfo, certificate: bytes) -> None:
        """Take *made*, a structure that signs the stand-in in the name of *certificate* (DER).

        Raises:
            ValueError: It is not built as one signature without unsigned attributes is.
        """
        signed = made["content"]
        infos = signed["signer_infos"]
        info = infos[0]
        attributes = info["signed_attrs"].untag().dump()
        if len(infos) != 1 or info["unsigned_attrs"] is not core.VOID or attributes.count(STAND_IN) != 1:
            raise ValueError("template")
        self.size: Final = len(made.dump())
        """Of the longest structure that can come of it, in bytes."""
        self._attributes: Final = attributes
        self._certificate: Final = x509.load_der_x509_certificate(certificate)
        self._info: Final = _before(info.contents, info["signature"].dump())
        self._signed: Final = _before(signed.contents, infos.dump())
        self._type: Final = made["content_type"].dump()
        if self._around(STAND_IN, info["signature"].native) != made.dump():
            raise ValueError("template")

    @classmethod
    async def of(cls, signer: KeySigner) -> Self:
        """Return the template of *signer*, whose key is not used for it."""
        made = await signer.async_sign(STAND_IN, DIGEST, dry_run=True, use_pades=True)
        return cls(made, signer.certificate)

    async def signed(self, digest: bytes, signer: KeySigner) -> bytes:
        """Return the structure in which *signer* signs *digest*, verified.

        Raises:
            InvalidSignature: What the key gave does not verify with the certificate.
        """
        attributes = self._attributes.replace(STAND_IN, digest)
        signature = await signer.async_sign_raw(attributes, DIGEST)
        _verify(self._certificate, signature, attributes)
        return self._around(digest, signature)

    def _around(self, digest: bytes, signature: bytes) -> bytes:
        info = self._info.replace(STAND_IN, digest) + parser.emit(_UNIVERSAL, _PRIMITIVE, _OCTET_STRING, signature)
        infos = parser.emit(_UNIVERSAL, _CONSTRUCTED, _SET, parser.emit(_UNIVERSAL, _CONSTRUCTED, _SEQUENCE, info))
        signed = parser.emit(_UNIVERSAL, _CONSTRUCTED, _SEQUENCE, self._signed + infos)
        content = parser.emit(_CONTEXT, _CONSTRUCTED, 0, signed)
        return bytes(parser.emit(_UNIVERSAL, _CONSTRUCTED, _SEQUENCE, self._type + content))


def _before(whole: bytes, end: bytes) -> bytes:
    if not whole.endswith(end):
        raise ValueError("template")
    return whole[: -len(end)]


def _verify(certificate: x509.Certificate, signature: bytes, data: bytes) -> None:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    else:
        raise InvalidSignature
