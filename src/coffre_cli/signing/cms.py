"""The cryptography of one signature (step 6): does it verify over the bytes it covers, and with what strength?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, core, parser, tsp, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import SignedDataCerts, find_unique_cms_attribute
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    validate_sig_integrity,
)
from pyhanko.sign.validation.utils import DEFAULT_ALGORITHM_USAGE_POLICY
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.siglayout import Coverage
from coffre_cli.signing.window import Window

_WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})
_SHA1_SUBFILTER = "/adbe.pkcs7.sha1"
TIMESTAMP_SUBFILTER = "/ETSI.RFC3161"
SUBFILTERS = frozenset({"/adbe.pkcs7.detached", _SHA1_SUBFILTER, "/ETSI.CAdES.detached", TIMESTAMP_SUBFILTER})
"""The forms of signatures that are verified (ISO 32000-2, table 260)."""
_LEAST_RSA_BITS = 2048
_PIECE = 1 << 20


class UnsupportedSignatureError(Exception):
    """The signature is of a form that cannot be verified here; the argument names it."""


@dataclass(frozen=True, slots=True)
class Cryptography:
    """What the cryptography of a signature says, trust left aside."""

    verifies: bool
    """Whether the document's digest and the signature over it are right."""
    signed_data: cms.SignedData
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    """The other certificates that the signature carries."""
    declared_time: datetime | None
    token: cms.SignedData | None
    """The signature timestamp, already checked against the signature it dates."""
    token_problem: Remark | None
    weaknesses: tuple[Remark, ...]


def contained(contents: bytes) -> cms.SignedData:
    """Return the CMS structure of *contents*, with its one signer.

    Raises:
        UnsupportedSignatureError: It is not one, or has several signers or none.
        ValueError: It is malformed.
    """
    try:
        info = cms.ContentInfo.load(contents[: _length(contents)])
        if info["content_type"].native != "signed_data":
            raise UnsupportedSignatureError("content_type")
        signed: cms.SignedData = info["content"]
        signers = len(signed["signer_infos"])
    except ValueError as error:
        raise ValueError("cms") from error
    if signers != 1:
        raise UnsupportedSignatureError("signer_infos")
    return signed


def has_stray_padding(contents: bytes) -> bool:
    """Tell whether anything but zeros fills the room behind the CMS: no signature covers it."""
    return bool(contents[_length(contents) :].strip(b"\0"))


def _length(contents: bytes) -> int:
    _, _, _, header, content, trailer = parser.parse(contents)
    return len(header) + len(content) + len(trailer)


def examine(signed: cms.SignedData, coverage: Coverage, data: Window, subfilter: str | None) -> Cryptography:
    """Verify the signature *signed* over the pieces of *data* that *coverage* names.

    Raises:
        UnsupportedSignatureError: Its form or its algorithm is not known here.
        ValueError: Its structure is wrong.
    """
    info = signed["signer_infos"][0]
    try:
        certificates = _certificates(signed)
    except UnsupportedSignatureError:
        if _anyone_signed(signed):
            raise
        raise ValueError("signature") from None
    content_type = signed["encap_content_info"]["content_type"].native
    digest_name = info["digest_algorithm"]["algorithm"].native
    weaknesses = [*_weaknesses(info, certificates.signer_cert, subfilter)]
    try:
        _refuse_contradiction(content_type, subfilter)
        if content_type == "tst_info":
            verifies = _timestamp_verifies(signed, certificates.signer_cert, coverage, data)
        elif subfilter == _SHA1_SUBFILTER:
            verifies = _old_form_verifies(signed, certificates.signer_cert, coverage, data)
        else:
            verifies = content_type == "data" and signed["encap_content_info"]["content"].native is None
            digest = digest_of(data, coverage.pieces, digest_name)
            verifies = verifies and all(validate_sig_integrity(info, certificates.signer_cert, "data", digest))
    except (NotImplementedError, KeyError) as error:
        raise UnsupportedSignatureError(type(error).__name__) from error
    token, problem = _token(info)
    return Cryptography(
        verifies, signed, certificates.signer_cert, tuple(certificates.other_certs), extract_self_reported_ts(info),
        token, problem, tuple(weaknesses),
    )  # fmt: skip


def _refuse_contradiction(content_type: str, subfilter: str | None) -> None:
    """Raise when a document timestamp is none, or a token stands where a signature should (*subfilter*, when known)."""
    if subfilter in SUBFILTERS and (content_type == "tst_info") is not (subfilter == TIMESTAMP_SUBFILTER):
        raise ValueError("content_type")


def digest_of(data: Window | bytes, pieces: Iterable[tuple[int, int]], name: str) -> bytes:
    """Return the digest of some pieces of *data*, given by start and end."""
    if name in hashlib.algorithms_guaranteed and not name.startswith("shake"):
        digest = hashlib.new(name, usedforsecurity=False)
        _feed(digest.update, data, pieces)
        return digest.digest()
    other = hashes.Hash(get_pyca_cryptography_hash(name))
    _feed(other.update, data, pieces)
    return other.finalize()


def _anyone_signed(signed: cms.SignedData) -> bool:
    """Tell whether the signed attributes are signed by one of the certificates at hand, or none is at hand.

    When the signer's certificate is not the one announced, this tells a strange signature from a damaged one.
    """
    info = signed["signer_infos"][0]
    if info["signed_attrs"] is core.VOID:
        return True
    attributes = info["signed_attrs"].untag().dump()
    context = SignatureValidationContext(info["digest_algorithm"]["algorithm"].native, prehashed=False)
    candidates = [choice.chosen for choice in signed["certificates"] or () if choice.name == "certificate"]
    for certificate in candidates:
        try:
            DefaultSignatureValidator().validate_signature(
                info["signature"].native, attributes, certificate.public_key, info["signature_algorithm"], context
            )
        except Exception:  # noqa: BLE001, S112 - not the signature of this key, or not a key of this kind
            continue
        return True
    return not candidates


def _feed(update: Callable[[memoryview], object], data: Window | bytes, pieces: Iterable[tuple[int, int]]) -> None:
    with memoryview(data) as view:
        for start, end in pieces:
            for position in range(start, end, _PIECE):
                with view[position : min(position + _PIECE, end)] as piece:
                    update(piece)
                if isinstance(data, Window):
                    data.seen(_PIECE)


def _certificates(signed: cms.SignedData) -> SignedDataCerts:
    try:
        return extract_certs_for_validation(signed)
    except SignatureValidationError as error:
        raise UnsupportedSignatureError("certificate") from error


def _timestamp_verifies(signed: cms.SignedData, signer: x509.Certificate, coverage: Coverage, data: Window) -> bool:
    imprint = timestamp_info(signed)["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if imprint["hashed_message"].native != digest_of(data, coverage.pieces, name):
        return False
    return token_verifies(signed, signer)


def token_verifies(signed: cms.SignedData, signer: x509.Certificate) -> bool:
    """Tell whether a timestamp token is signed by *signer*, whatever it dates."""
    info = signed["signer_infos"][0]
    content = bytes(signed["encap_content_info"]["content"])
    digest = digest_of(content, ((0, len(content)),), info["digest_algorithm"]["algorithm"].native)
    return all(validate_sig_integrity(info, signer, "tst_info", digest))


def signer_certificate(signed: cms.SignedData) -> x509.Certificate:
    """Return the certificate of the one who signed.

    Raises:
        UnsupportedSignatureError: It is not there.
    """
    return _certificates(signed).signer_cert


def timestamp_info(signed: cms.SignedData) -> tsp.TSTInfo:
    """Return what a timestamp token attests."""
    info = signed["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise TypeError(type(info).__name__)
    return info


def _old_form_verifies(signed: cms.SignedData, signer: x509.Certificate, coverage: Coverage, data: Window) -> bool:
    """Verify `adbe.pkcs7.sha1` (ISO 32000-1, 12.8.3.3.1): the CMS signs the SHA-1 digest of the document."""
    content = signed["encap_content_info"]["content"].native
    if content != digest_of(data, coverage.pieces, "sha1"):
        return False
    info = signed["signer_infos"][0]
    digest = digest_of(content, ((0, len(content)),), info["digest_algorithm"]["algorithm"].native)
    return all(validate_sig_integrity(info, signer, "data", digest))


def _token(info: cms.SignerInfo) -> tuple[cms.SignedData | None, Remark | None]:
    """Return the signature timestamp, when it dates this very signature."""
    unsigned = info["unsigned_attrs"]
    if unsigned is core.VOID or not len(unsigned):
        return None, None
    try:
        token = find_unique_cms_attribute(unsigned, "signature_time_stamp_token")["content"]
    except Exception:  # noqa: BLE001 - no token, or several: none that can be relied on
        return None, None
    wrong = Remark(N_("The timestamp that the signature carries does not belong to it."))
    try:
        imprint = timestamp_info(token)["message_imprint"]
        signature = info["signature"].native
        name = imprint["hash_algorithm"]["algorithm"].native
        dates_it = imprint["hashed_message"].native == digest_of(signature, ((0, len(signature)),), name)
        if dates_it and token_verifies(token, _certificates(token).signer_cert):
            return token, None
    except Exception:  # noqa: BLE001 - a token that cannot be read proves nothing
        return None, wrong
    return None, wrong


def _weaknesses(info: cms.SignerInfo, certificate: x509.Certificate, subfilter: str | None) -> Iterator[Remark]:
    digest = info["digest_algorithm"]["algorithm"].native
    mechanism = info["signature_algorithm"]
    of_document = "sha1" if subfilter == _SHA1_SUBFILTER else digest
    weak = next((one for one in (of_document, digest, _signature_digest(mechanism)) if one in _WEAK_DIGESTS), None)
    if weak is not None:
        yield Remark(
            N_("The signature relies on {algorithm}, which no longer protects against forgery."),
            (("algorithm", weak.upper()),),
        )
    key = certificate.public_key
    if key.algorithm in ("rsa", "rsassa_pss") and key.bit_size < _LEAST_RSA_BITS:
        yield Remark(N_("The key of the signer has only {bits} bits."), (("bits", str(key.bit_size)),))
    if not _go_together(mechanism, digest):
        yield Remark(
            N_("The signature combines algorithms that do not go together: {algorithm}."),
            (("algorithm", f"{mechanism['algorithm'].native}, {digest}"),),
        )


def _go_together(mechanism: cms.SignedDigestAlgorithm, digest: str) -> bool:
    """Tell whether a signature over *digest* may use *mechanism* (RFC 8933, RFC 8419).

    Only the name of the digest counts: its parameters may be absent or null, and signers write both (RFC 5754, 2).
    """
    named = algos.DigestAlgorithm({"algorithm": digest})
    return bool(DEFAULT_ALGORITHM_USAGE_POLICY.digest_combination_allowed(mechanism, named, None))


def _signature_digest(mechanism: cms.SignedDigestAlgorithm) -> str | None:
    try:
        return str(mechanism.hash_algo)
    except ValueError:
        return None
