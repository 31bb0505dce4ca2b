"""Signatures laid out byte by byte, as many programs lay them out: what no library lets a test choose.

A layout says how the signature dictionary is written; `signed_by_hand` then fills in what must be computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from coffre_cli.signing.identity import Identity
from tests.unit.signing.documents import highest_object, update

ROOM = 4096
"""Bytes kept for the CMS."""
_RANGE = b"[0 1111111111 2222222222 3333333333]"
_TIME = datetime(2026, 11, 21, 12, tzinfo=UTC)


def plain_range(text: bytes) -> bytes:
    """Return the array of the byte range as it is, in the room kept for it."""
    return text.ljust(len(_RANGE))


def plain_hex(der: bytes) -> bytes:
    """Write *der* as most programs do: hexadecimal, zeros behind."""
    return b"<" + der.hex().upper().encode().ljust(2 * ROOM, b"0") + b">"


@dataclass(frozen=True)
class Layout:
    """How a signature is written down."""

    subfilter: bytes = b"/adbe.pkcs7.detached"
    contents: Callable[[bytes], bytes] = plain_hex
    """The hexadecimal string of the CMS, brackets included; always of one length."""
    entries: bytes = b"/M (D:20261121120000Z) "
    """Other entries of the dictionary."""
    byte_range: Callable[[bytes], bytes] = plain_range
    """What becomes of the array of the byte range."""
    range_apart: bool = False
    """Whether the byte range is an object of its own."""
    inline: bool = False
    """Whether the dictionary stands in the field, without a number of its own."""
    widget: bytes = b"/T (Signature1) /FT /Sig /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 "
    digest: str = "sha256"
    null_parameters: bool = False
    """Whether the digest algorithm has a null for its parameters, or none."""
    attributes: bool = True
    """Whether signed attributes stand between the document and the signature."""
    declares_time: bool = True
    signers: int = 1


def signed_by_hand(document: bytes, identity: Identity, layout: Layout | None = None) -> bytes:
    """Return *document*, a letter of ours, signed by *identity* and laid out as *layout* says."""
    chosen = layout or Layout()
    number = highest_object(document) + 1
    placeholder = chosen.contents(bytes(ROOM))
    entries = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter %s %s" % (chosen.subfilter, chosen.entries)
    objects: dict[int, bytes] = {}
    where = b"%d 0 R" % (number + 2) if chosen.range_apart else _RANGE
    if chosen.range_apart:
        objects[number + 2] = _RANGE
    dictionary = b"<< %s/ByteRange %s /Contents %s >>" % (entries, where, placeholder)
    value = dictionary if chosen.inline else b"%d 0 R" % (number + 1)
    if not chosen.inline:
        objects[number + 1] = dictionary
    objects[number] = b"<< %s/P 4 0 R /V %s >>" % (chosen.widget, value)
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [%d 0 R] >> >>" % number
    return _filled_in(update(document, objects), placeholder, identity, chosen)


def _filled_in(draft: bytes, placeholder: bytes, identity: Identity, layout: Layout) -> bytes:
    start = draft.index(placeholder)
    end = start + len(placeholder)
    text = layout.byte_range(b"[0 %d %d %d]" % (start, end, len(draft) - end))
    if len(text) != len(_RANGE):
        raise ValueError(text)
    draft = draft.replace(_RANGE, text)
    der = message(draft[:start] + draft[end:], identity, layout)
    written = layout.contents(der)
    if len(written) != len(placeholder):
        raise ValueError(len(written))
    return draft[:start] + written + draft[end:]


def message(content: bytes, identity: Identity, layout: Layout) -> bytes:
    """Return the CMS over *content*."""
    certificates = [x509.Certificate.load(der) for der in (identity.certificate, *identity.chain)]
    old_form = layout.subfilter == b"/adbe.pkcs7.sha1"
    inner = hashlib.sha1(content, usedforsecurity=False).digest() if old_form else content
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_digest_algorithm(layout)],
            "encap_content_info": {"content_type": "data", **({"content": inner} if old_form else {})},
            "certificates": [*certificates],
            "signer_infos": [_signer_info(inner, identity, certificates[0], layout)] * layout.signers,
        }
    )
    written: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return written


def _digest_algorithm(layout: Layout) -> algos.DigestAlgorithm:
    parameters = {"parameters": core.Null()} if layout.null_parameters else {}
    return algos.DigestAlgorithm({"algorithm": layout.digest, **parameters})


def _signer_info(content: bytes, identity: Identity, certificate: x509.Certificate, layout: Layout) -> cms.SignerInfo:
    digest = hashlib.new(layout.digest, content, usedforsecurity=False).digest()
    info = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}},
        "digest_algorithm": _digest_algorithm(layout),
        "signature_algorithm": {"algorithm": f"{layout.digest}_ecdsa"},
    }
    signed = content
    if layout.attributes:
        attributes = [{"type": "content_type", "values": ["data"]}, {"type": "message_digest", "values": [digest]}]
        if layout.declares_time:
            attributes.append({"type": "signing_time", "values": [cms.Time({"utc_time": _TIME})]})
        info["signed_attrs"] = cms.CMSAttributes(attributes)
        signed = info["signed_attrs"].dump()
    return cms.SignerInfo({**info, "signature": _signature(signed, identity, layout)})


def _signature(signed: bytes, identity: Identity, layout: Layout) -> bytes:
    key = serialization.load_der_private_key(identity.key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(type(key).__name__)
    algorithms = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}  # noqa: S303 - old signers
    return key.sign(signed, ec.ECDSA(algorithms[layout.digest]))
